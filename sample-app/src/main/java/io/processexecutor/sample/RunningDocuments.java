package io.processexecutor.sample;

import java.util.function.Supplier;
import org.springframework.core.task.TaskDecorator;
import org.springframework.stereotype.Component;

/**
 * Tells a queued document from a running one: the executor decorates a task on the thread that submits it, and runs the
 * decorated task when it gives it to a worker. With an executor that decorates nothing a document stays queued until it is
 * done.
 */
@Component
final class RunningDocuments implements TaskDecorator {

    private static final ThreadLocal<Document> SUBMITTING = new ThreadLocal<>();

    /** Makes a call that submits a task, such as one to an asynchronous method, on behalf of a document. */
    <T> T submit(Document document, Supplier<T> call) {
        SUBMITTING.set(document);
        try {
            return call.get();
        } finally {
            SUBMITTING.remove();
        }
    }

    @Override
    public Runnable decorate(Runnable task) {
        Document document = SUBMITTING.get();
        if (document == null) {
            return task;
        }
        return () -> {
            document.start();
            task.run();
        };
    }
}
