package io.processexecutor.spring.observation;

import io.micrometer.observation.Observation;
import io.micrometer.observation.ObservationHandler;
import io.micrometer.tracing.Span;
import io.micrometer.tracing.TraceContext;
import io.micrometer.tracing.Tracer;
import io.micrometer.tracing.handler.TracingObservationHandler.TracingContext;
import io.processexecutor.event.Serialization;
import io.processexecutor.event.Serialization.Operation;
import io.processexecutor.event.Serialization.Side;
import io.processexecutor.event.TaskCompleted;
import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * Shows in the trace of a task, below its span, where its time went: a span {@code queue} until a worker got it and a span
 * {@code run} in that worker, which is what the worker says of it. A worker exports no spans of its own.
 */
public final class TaskSpans implements ObservationHandler<TaskObservationContext> {

    private final Tracer tracer;

    /**
     * Creates it.
     *
     * @param tracer makes the spans
     */
    public TaskSpans(Tracer tracer) {
        this.tracer = tracer;
    }

    @Override
    public boolean supportsContext(Observation.Context context) {
        return context instanceof TaskObservationContext;
    }

    @Override
    public void onStop(TaskObservationContext context) {
        TracingContext tracing = context.get(TracingContext.class);
        Span parent = tracing == null ? null : tracing.getSpan();
        TaskCompleted completed = context.getCompleted().orElse(null);
        if (parent == null || completed == null) {
            return;
        }
        Instant done = Instant.now();
        Instant encoded = done.minus(completed.total()).plus(encoding(completed));
        Instant got = encoded.plus(completed.queued());
        span(parent.context(), "queue", encoded).end(micros(got), TimeUnit.MICROSECONDS);
        if (completed.workerPid() == 0) {
            return;
        }
        Duration inWorker = inWorker(completed);
        boolean replied = !inWorker.isZero();
        // The way there takes about as long as the way back.
        Instant began = replied ? got.plus(completed.transferred().dividedBy(2)) : got;
        Instant ended = replied ? began.plus(inWorker) : done;
        Span run = span(parent.context(), "run", began).tag("worker.pid", completed.workerPid());
        fail(run, context.getError());
        run.end(micros(ended), TimeUnit.MICROSECONDS);
    }

    private static Duration inWorker(TaskCompleted completed) {
        return completed.ran().plus(spent(completed, each -> each.side() == Side.WORKER));
    }

    private static Duration encoding(TaskCompleted completed) {
        return spent(completed, each -> each.operation() == Operation.ENCODE && each.side() == Side.PARENT);
    }

    private static Duration spent(TaskCompleted completed, Predicate<Serialization> which) {
        return completed.serializations().stream()
                .filter(which)
                .map(Serialization::time)
                .reduce(Duration.ZERO, Duration::plus);
    }

    private Span span(TraceContext parent, String name, Instant from) {
        return tracer.spanBuilder()
                .setParent(parent)
                .name(name)
                .startTimestamp(micros(from), TimeUnit.MICROSECONDS)
                .start();
    }

    private static void fail(Span span, @Nullable Throwable failure) {
        if (failure != null) {
            Span unused = span.error(failure);
        }
    }

    private static long micros(Instant instant) {
        return TimeUnit.SECONDS.toMicros(instant.getEpochSecond()) + TimeUnit.NANOSECONDS.toMicros(instant.getNano());
    }
}
