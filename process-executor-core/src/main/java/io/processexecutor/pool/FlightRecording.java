package io.processexecutor.pool;

import io.processexecutor.ProcessExecutorListener;
import io.processexecutor.WorkerExit;
import io.processexecutor.event.Serialization;
import io.processexecutor.event.TaskCompleted;
import io.processexecutor.event.WorkerStarted;
import jdk.jfr.Category;
import jdk.jfr.DataAmount;
import jdk.jfr.Description;
import jdk.jfr.Event;
import jdk.jfr.FlightRecorder;
import jdk.jfr.Label;
import jdk.jfr.Name;
import jdk.jfr.StackTrace;
import jdk.jfr.Timespan;

/** Tells the JDK's flight recorder, of which there is nothing to be seen and to be paid unless a recording is on. */
@SuppressWarnings("UnusedVariable") // The recorder reads the fields.
final class FlightRecording implements ProcessExecutorListener {

    private static final boolean AVAILABLE =
            ModuleLayer.boot().findModule("jdk.jfr").isPresent();

    private final String pool;

    FlightRecording(String pool) {
        this.pool = pool;
    }

    /** Whether a recording wants to know of tasks, or of what they are made up of. */
    static boolean wantsTasks() {
        return AVAILABLE && Events.wantsTasks();
    }

    /** Whether a recording wants to know of workers. */
    static boolean wantsWorkers() {
        return AVAILABLE && Events.wantsWorkers();
    }

    @Override
    public void onTaskCompleted(TaskCompleted completed) {
        TaskEvent event = new TaskEvent();
        event.pool = pool;
        event.taskId = completed.taskId();
        event.taskLabel = completed.label().orElse("");
        event.outcome = completed.outcome().name();
        event.workerPid = completed.workerPid();
        event.queued = completed.queued().toNanos();
        event.transferred = completed.transferred().toNanos();
        event.ran = completed.ran().toNanos();
        event.total = completed.total().toNanos();
        event.commit();
        completed.serializations().forEach(each -> tell(completed.taskId(), each));
    }

    private void tell(long taskId, Serialization serialization) {
        SerializationEvent event = new SerializationEvent();
        event.pool = pool;
        event.taskId = taskId;
        event.operation = serialization.operation().name();
        event.side = serialization.side().name();
        event.serializer = serialization.serializer();
        event.time = serialization.time().toNanos();
        event.size = serialization.bytes();
        event.commit();
    }

    @Override
    public void onWorkerStarted(WorkerStarted started) {
        WorkerStartEvent event = new WorkerStartEvent();
        event.pool = pool;
        event.workerId = started.workerId();
        event.workerPid = started.pid();
        event.startup = started.startup().toNanos();
        event.commit();
    }

    @Override
    public void onWorkerExited(WorkerExit exit) {
        WorkerExitEvent event = new WorkerExitEvent();
        event.pool = pool;
        event.workerId = exit.workerId();
        event.workerPid = exit.pid();
        event.reason = exit.reason().name();
        event.how = exit.describe();
        event.uptime = exit.uptime().toNanos();
        event.commit();
    }

    /**
     * Apart, so that nothing of the recorder is loaded where the JDK has none. As long as nobody has ever recorded anything,
     * an event would make the first task pay for the recorder's start.
     */
    private static final class Events {

        static boolean wantsTasks() {
            return FlightRecorder.isInitialized()
                    && (new TaskEvent().isEnabled() || new SerializationEvent().isEnabled());
        }

        static boolean wantsWorkers() {
            return FlightRecorder.isInitialized()
                    && (new WorkerStartEvent().isEnabled() || new WorkerExitEvent().isEnabled());
        }
    }

    @Name("io.processexecutor.Task")
    @Label("Task")
    @Description("A task of a process executor is done")
    @Category("Process Executor")
    @StackTrace(false)
    private static final class TaskEvent extends Event {

        @Label("Pool")
        String pool = "";

        @Label("Task")
        long taskId;

        @Label("Task Label")
        String taskLabel = "";

        @Label("Outcome")
        String outcome = "";

        @Label("Worker Pid")
        long workerPid;

        @Label("Queued")
        @Timespan
        long queued;

        @Label("Transferred")
        @Timespan
        long transferred;

        @Label("Ran")
        @Timespan
        long ran;

        @Label("Total")
        @Timespan
        long total;
    }

    @Name("io.processexecutor.Serialization")
    @Label("Serialization")
    @Description("A task or its result was encoded or decoded")
    @Category("Process Executor")
    @StackTrace(false)
    private static final class SerializationEvent extends Event {

        @Label("Pool")
        String pool = "";

        @Label("Task")
        long taskId;

        @Label("Operation")
        String operation = "";

        @Label("Side")
        String side = "";

        @Label("Serializer")
        String serializer = "";

        @Label("Time")
        @Timespan
        long time;

        @Label("Size")
        @DataAmount
        long size;
    }

    @Name("io.processexecutor.WorkerStart")
    @Label("Worker Start")
    @Description("A worker came up")
    @Category("Process Executor")
    @StackTrace(false)
    private static final class WorkerStartEvent extends Event {

        @Label("Pool")
        String pool = "";

        @Label("Worker")
        int workerId;

        @Label("Worker Pid")
        long workerPid;

        @Label("Startup")
        @Timespan
        long startup;
    }

    @Name("io.processexecutor.WorkerExit")
    @Label("Worker Exit")
    @Description("A worker ended")
    @Category("Process Executor")
    @StackTrace(false)
    private static final class WorkerExitEvent extends Event {

        @Label("Pool")
        String pool = "";

        @Label("Worker")
        int workerId;

        @Label("Worker Pid")
        long workerPid;

        @Label("Reason")
        String reason = "";

        @Label("How")
        String how = "";

        @Label("Uptime")
        @Timespan
        long uptime;
    }
}
