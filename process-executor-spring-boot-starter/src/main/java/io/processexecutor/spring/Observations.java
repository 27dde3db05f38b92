package io.processexecutor.spring;

import io.processexecutor.ContextCarrier.Scope;
import io.processexecutor.TaskOptions;
import io.processexecutor.spring.observation.TaskObserver.Following;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/** What is done about the observation of a task, if there is one. */
final class Observations {

    private static final Scope NOTHING = () -> {};

    private Observations() {}

    static Scope open(@Nullable Following following) {
        return following == null ? NOTHING : following.open();
    }

    static TaskOptions following(TaskOptions options, @Nullable Following following) {
        return following == null ? options : options.whenDecided(following::decided);
    }

    static void failed(@Nullable Following following, Throwable failure) {
        if (following != null) {
            following.done(failure);
        }
    }

    /** Of a void method the call's own future has no failure. */
    static void endsWithCall(@Nullable Following following, Dispatch<?> call) {
        if (following != null) {
            CompletableFuture<?> unused =
                    call.whenComplete((value, failure) -> following.done(failure == null ? call.unheard() : failure));
        }
    }

    static void endsWith(@Nullable Following following, CompletableFuture<?> future) {
        if (following != null) {
            CompletableFuture<?> unused = future.whenComplete((value, failure) -> following.done(failure));
        }
    }
}
