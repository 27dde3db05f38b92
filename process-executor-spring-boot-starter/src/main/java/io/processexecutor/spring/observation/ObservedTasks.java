package io.processexecutor.spring.observation;

import io.micrometer.observation.Observation;
import io.micrometer.observation.ObservationRegistry;
import io.processexecutor.ContextCarrier.Scope;
import io.processexecutor.event.TaskCompleted;
import java.util.Optional;
import java.util.concurrent.CompletionException;
import org.jspecify.annotations.Nullable;

/** Makes an observation of each task. */
public final class ObservedTasks implements TaskObserver {

    private static final TaskObservationConvention DEFAULT = new DefaultTaskObservationConvention();

    private final ObservationRegistry registry;
    private final @Nullable TaskObservationConvention convention;

    /**
     * Creates it.
     *
     * @param registry who observes
     * @param convention names and tags; {@code null} for the default ones
     */
    public ObservedTasks(ObservationRegistry registry, @Nullable TaskObservationConvention convention) {
        this.registry = registry;
        this.convention = convention;
    }

    @Override
    public @Nullable Following submitted(String pool, Optional<String> label) {
        TaskObservationContext context = new TaskObservationContext(pool, label);
        Observation observation = Observation.createNotStarted(convention, DEFAULT, () -> context, registry);
        return observation.isNoop() ? null : new Observed(observation.start(), context);
    }

    private record Observed(Observation observation, TaskObservationContext context) implements Following {

        @Override
        public Scope open() {
            Observation.Scope scope = observation.openScope();
            return scope::close;
        }

        @Override
        public void decided(TaskCompleted event) {
            context.setCompleted(event);
        }

        @Override
        public void done(@Nullable Throwable failure) {
            Throwable cause = failure instanceof CompletionException ? failure.getCause() : failure;
            if (cause != null) {
                observation.error(cause);
            }
            context.setDone();
            observation.stop();
        }
    }
}
