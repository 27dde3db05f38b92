package io.processexecutor.pool;

import io.processexecutor.ProcessExecutorListener;
import io.processexecutor.ProcessPool;
import io.processexecutor.WorkerExit;
import io.processexecutor.event.TaskCompleted;
import io.processexecutor.event.WorkerPrepared;
import io.processexecutor.event.WorkerStarted;
import java.util.List;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The listeners of one executor. What one of them throws reaches neither the others nor the executor. */
final class Listeners {

    private static final Logger log = LoggerFactory.getLogger(Listeners.class);

    private volatile List<ProcessExecutorListener> listeners;
    private final ProcessExecutorListener recording;
    private volatile boolean observing;
    private volatile boolean ended;
    private final ThreadLocal<Boolean> telling = new ThreadLocal<>();

    Listeners(String pool, List<ProcessExecutorListener> listeners) {
        this.listeners = listeners;
        this.recording = new FlightRecording(pool);
    }

    /** Whom they observe; to be called before there is anything to tell. */
    void observe(ProcessPool pool) {
        listeners = listeners.stream().map(listener -> listener.observing(pool)).toList();
        observing = true;
    }

    /** Nothing more is told, except of a task whose result took longer than the rest. */
    void ended() {
        ended = true;
        if (observing) {
            tell(ProcessExecutorListener::onTerminated);
        }
    }

    /** Whether nobody wants to know of tasks. */
    boolean isEmpty() {
        return listeners.isEmpty() && !FlightRecording.wantsTasks();
    }

    /** One who wants to know of one task only. */
    static void tellOnly(Consumer<TaskCompleted> observer, TaskCompleted event) {
        try {
            observer.accept(event);
        } catch (Throwable e) {
            warn("The observer {} of a task threw", observer, e);
        }
    }

    void tellOfTask(TaskCompleted event) {
        record(event);
        tell(listener -> listener.onTaskCompleted(event));
    }

    /** As {@link #tellOfTask}, of a task that is not taken: once they were told of the end that is no news to them. */
    void tellOfRefused(TaskCompleted event) {
        record(event);
        if (!ended) {
            tell(listener -> listener.onTaskCompleted(event));
        }
    }

    private void record(TaskCompleted event) {
        if (FlightRecording.wantsTasks()) {
            tell(recording, listener -> listener.onTaskCompleted(event));
        }
    }

    void tellOfStart(WorkerStarted event) {
        if (FlightRecording.wantsWorkers()) {
            tell(recording, listener -> listener.onWorkerStarted(event));
        }
        tell(listener -> listener.onWorkerStarted(event));
    }

    void tellOfPreparation(WorkerPrepared event) {
        tell(listener -> listener.onWorkerPrepared(event));
    }

    void tellOfExit(WorkerExit exit) {
        if (FlightRecording.wantsWorkers()) {
            tell(recording, listener -> listener.onWorkerExited(exit));
        }
        tell(listener -> listener.onWorkerExited(exit));
    }

    void tell(Consumer<ProcessExecutorListener> event) {
        if (listeners.isEmpty()) {
            return;
        }
        Boolean before = telling.get();
        telling.set(true);
        try {
            listeners.forEach(listener -> tell(listener, event));
        } finally {
            if (before == null) {
                telling.remove();
            }
        }
    }

    /** Whether the calling thread is one that a listener holds, so that whoever waits for it must not be waited for. */
    boolean isTelling() {
        return telling.get() != null;
    }

    private static void tell(ProcessExecutorListener listener, Consumer<ProcessExecutorListener> event) {
        try {
            event.accept(listener);
        } catch (Throwable e) {
            warn("The listener {} threw", listener, e);
        }
    }

    private static void warn(String what, Object who, Throwable thrown) {
        try {
            log.warn(what, who.getClass().getName(), thrown);
        } catch (Throwable e) {
            // The others are told all the same, and the executor goes on.
        }
    }
}
