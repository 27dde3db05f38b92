package io.processexecutor.serialization.graph.jdk;

import io.processexecutor.serialization.explain.Refusal;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/** A future that is done is a value; one that is not belongs to whoever completes it. */
final class Futures {

    private Futures() {}

    static @Nullable Object[] take(CompletableFuture<?> future) {
        if (!future.isDone()) {
            throw Refusal.of(
                    Refusal.Kind.CANNOT_TRAVEL, future, "it is not done, and who completes it lives in this JVM only");
        }
        // What join throws is another exception, around the one it failed with or in place of it.
        return future.handle((value, failure) -> failure == null
                        ? new @Nullable Object[] {true, value}
                        : new @Nullable Object[] {false, failure})
                .join();
    }

    static CompletableFuture<?> build(@Nullable Object[] parts) {
        CompletableFuture<@Nullable Object> future = new CompletableFuture<>();
        if (Boolean.TRUE.equals(parts[0])) {
            future.complete(parts[1]);
        } else {
            future.completeExceptionally((Throwable) Objects.requireNonNull(parts[1]));
        }
        return future;
    }
}
