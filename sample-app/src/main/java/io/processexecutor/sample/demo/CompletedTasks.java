package io.processexecutor.sample.demo;

import io.processexecutor.ProcessExecutorListener;
import io.processexecutor.event.TaskCompleted;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.springframework.stereotype.Component;

/** Hands the walkthrough what the executor tells of each task. */
@Component
final class CompletedTasks implements ProcessExecutorListener {

    private final BlockingQueue<TaskCompleted> events = new LinkedBlockingQueue<>();
    private volatile boolean kept;

    /** Says whether anybody is going to ask for what happens from now on. */
    void keep(boolean asked) {
        kept = asked;
        events.clear();
    }

    @Override
    public void onTaskCompleted(TaskCompleted event) {
        if (kept) {
            events.add(event);
        }
    }

    /** Waits for what is told of the next task with this label; what is told of others before it is dropped. */
    TaskCompleted next(String label) throws InterruptedException {
        while (true) {
            TaskCompleted event = events.poll(1, TimeUnit.MINUTES);
            if (event == null) {
                throw new IllegalStateException("nothing was told of a task \"" + label + "\"");
            }
            if (event.label().filter(label::equals).isPresent()) {
                return event;
            }
        }
    }
}
