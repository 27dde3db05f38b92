package io.processexecutor.spring.observation;

import io.processexecutor.ContextCarrier.Scope;
import io.processexecutor.event.TaskCompleted;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Follows each task from its submission until it is done. Names nothing of Micrometer, which may be absent. */
public interface TaskObserver {

    /** Where nobody observes. */
    TaskObserver NONE = (pool, label) -> null;

    /**
     * A task is about to be submitted. Called on the submitting thread.
     *
     * @param pool the name of the executor
     * @param label the task's name, if it has one
     * @return follows it; {@code null} if it is not observed
     */
    @Nullable
    Following submitted(String pool, Optional<String> label);

    /** One task. */
    interface Following {

        /**
         * Makes it the current one of the calling thread, so that what is captured there belongs to it.
         *
         * @return to be closed on the same thread
         */
        Scope open();

        /**
         * A worker, or the lack of one, has decided what becomes of it. Called before its future is completed, and once more
         * for each time it is repeated.
         *
         * @param event what that was, and where the time went
         */
        void decided(TaskCompleted event);

        /**
         * It is done.
         *
         * @param failure what its future was completed with or, of a void method, what is told to a handler instead;
         *     {@code null} for a value
         */
        void done(@Nullable Throwable failure);
    }
}
