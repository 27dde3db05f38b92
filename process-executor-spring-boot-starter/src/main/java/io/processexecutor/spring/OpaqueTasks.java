package io.processexecutor.spring;

import io.processexecutor.serialization.access.DeepAccess;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture.AsynchronousCompletionTask;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.FutureTask;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.core.task.TaskRejectedException;

/** Refuses what libraries give to an executor for something in this process, of which a copy elsewhere is of no use. */
final class OpaqueTasks {

    private static final Logger log = LoggerFactory.getLogger(OpaqueTasks.class);

    private static final List<String> LIBRARIES = List.of(
            "java.util.concurrent.",
            "org.springframework.",
            "reactor.",
            "io.micrometer.",
            "io.reactivex.",
            "io.netty.",
            "kotlinx.coroutines.",
            "org.apache.catalina.",
            "org.apache.tomcat.",
            "org.eclipse.jetty.",
            "org.hibernate.");

    private static final Set<String> OURS =
            Set.of(OpaqueTasks.class.getName(), Submitter.class.getName(), ProcessTaskExecutor.class.getName());

    private static final List<String> BETWEEN =
            List.of("java.", "org.springframework.core.task.", "org.springframework.scheduling.concurrent.");

    private final Set<String> told = ConcurrentHashMap.newKeySet();

    void refuse(String executor, Object task) {
        Class<?> host = task.getClass().getNestHost();
        boolean opaque = task instanceof FutureTask<?>
                || task instanceof AsynchronousCompletionTask
                || LIBRARIES.stream().anyMatch(host.getName()::startsWith);
        if (!DeepAccess.available() && Wrapper.isWrapper(task)) {
            throw refusal(
                    host,
                    executor + " - The function inside a "
                            + task.getClass().getName() + ", given to the executor at " + caller()
                            + ", cannot be taken out and sent to a worker: that needs the JDK's internals, and there is "
                            + DeepAccess.diagnose()
                            + ". Give the function itself to submit(...), or let it be switched on ("
                            + DeepAccess.DEEP_REFLECTION_PROPERTY + ")");
        }
        if (opaque) {
            throw refusal(
                    host,
                    executor + " - A " + task.getClass().getName() + ", given to the executor at " + caller()
                            + ", cannot run in a worker process: it belongs to something in this process, which"
                            + " would never hear of it. Give that an executor of its own, such as applicationTaskExecutor,"
                            + " and what is to run in a worker to submit(...), CompletableFuture.supplyAsync(...) or a method"
                            + " with @Async(\"" + executor + "\")");
        }
    }

    /** Logged as well: coroutines and Spring Batch, for two, keep what an executor throws to themselves. */
    private TaskRejectedException refusal(Class<?> host, String what) {
        if (told.add(host.getName())) {
            log.warn("{}. Said once of such tasks", what);
        }
        return new TaskRejectedException(what);
    }

    /** The first frame that is no executor's; if there is none, the first that is not ours. */
    private static StackTraceElement caller() {
        List<StackTraceElement> frames = Arrays.stream(new Throwable().getStackTrace())
                .filter(frame -> !OURS.contains(frame.getClassName()))
                .toList();
        return frames.stream()
                .filter(frame -> BETWEEN.stream().noneMatch(frame.getClassName()::startsWith))
                .findFirst()
                .orElse(frames.get(0));
    }
}
