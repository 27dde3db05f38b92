package io.processexecutor.spring;

import io.processexecutor.ProcessExecutorListener;
import io.processexecutor.ProcessPool;
import io.processexecutor.WorkerExit;
import io.processexecutor.event.BreakerChanged;
import io.processexecutor.event.TaskCompleted;
import io.processexecutor.event.WorkerPrepared;
import io.processexecutor.event.WorkerStarted;
import java.util.List;
import java.util.Objects;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Who observes one executor of the application: told by it of tasks that never reach the executor behind it, and by that
 * one of all else.
 */
final class Observers {

    private static final Logger log = LoggerFactory.getLogger(Observers.class);

    private final ProcessPool pool;
    private final Supplier<List<ProcessExecutorListener>> listeners;
    private @Nullable List<ProcessExecutorListener> observing;

    /**
     * Creates them.
     *
     * @param pool whom they observe
     * @param listeners asked once, when there is something to observe: one may need what must not be made too early
     */
    Observers(ProcessPool pool, Supplier<List<ProcessExecutorListener>> listeners) {
        this.pool = pool;
        this.listeners = listeners;
    }

    /** For the executor behind, of which there is another one each time the application is started. */
    List<ProcessExecutorListener> forExecutorBehind() {
        return observing().stream()
                .<ProcessExecutorListener>map(Forwarding::new)
                .toList();
    }

    /** Those who only want to know what there is need not wait for something to happen. */
    void begin() {
        List<ProcessExecutorListener> unused = observing();
    }

    void tell(TaskCompleted event) {
        tell(listener -> listener.onTaskCompleted(event));
    }

    /** The executor is closed for good. */
    void end() {
        synchronized (this) {
            if (observing == null) {
                return;
            }
        }
        tell(ProcessExecutorListener::onTerminated);
    }

    private synchronized List<ProcessExecutorListener> observing() {
        List<ProcessExecutorListener> known = observing;
        if (known == null) {
            known = listeners.get().stream()
                    .map(this::begin)
                    .filter(Objects::nonNull)
                    .toList();
            observing = known;
        }
        return known;
    }

    private @Nullable ProcessExecutorListener begin(ProcessExecutorListener listener) {
        try {
            return listener.observing(pool);
        } catch (RuntimeException e) {
            log.warn(
                    "The listener {} threw and is told nothing",
                    listener.getClass().getName(),
                    e);
            return null;
        }
    }

    private void tell(Consumer<ProcessExecutorListener> event) {
        for (ProcessExecutorListener each : observing()) {
            try {
                event.accept(each);
            } catch (RuntimeException e) {
                log.warn("The listener {} threw", each.getClass().getName(), e);
            }
        }
    }

    /** It observes already, and goes on when the executor behind ends. */
    private record Forwarding(ProcessExecutorListener to) implements ProcessExecutorListener {

        @Override
        public void onTaskCompleted(TaskCompleted event) {
            to.onTaskCompleted(event);
        }

        @Override
        public void onWorkerStarted(WorkerStarted event) {
            to.onWorkerStarted(event);
        }

        @Override
        public void onWorkerPrepared(WorkerPrepared event) {
            to.onWorkerPrepared(event);
        }

        @Override
        public void onBreakerChanged(BreakerChanged event) {
            to.onBreakerChanged(event);
        }

        @Override
        public void onWorkerExited(WorkerExit exit) {
            to.onWorkerExited(exit);
        }
    }
}
