package io.processexecutor.serialization.graph.jdk;

import io.processexecutor.serialization.explain.Refusal;
import java.util.Objects;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import org.jspecify.annotations.Nullable;

/** A future that is done is a value; one that is not belongs to whoever completes it. */
final class Futures {

    private Futures() {}

    static @Nullable Object[] take(CompletableFuture<?> future) {
        if (!future.isDone()) {
            throw Refusal.of(
                    Refusal.Kind.CANNOT_TRAVEL, future, "it is not done, and who completes it lives in this JVM only");
        }
        try {
            return new @Nullable Object[] {true, future.join()};
        } catch (CancellationException e) {
            return new @Nullable Object[] {false, e};
        } catch (CompletionException e) {
            return new @Nullable Object[] {false, e.getCause() == null ? e : e.getCause()};
        }
    }

    static CompletableFuture<?> build(@Nullable Object[] parts) {
        CompletableFuture<@Nullable Object> future = new CompletableFuture<>();
        if (Boolean.TRUE.equals(parts[0])) {
            future.complete(parts[1]);
        } else if (parts[1] instanceof CancellationException) {
            future.cancel(false);
        } else {
            future.completeExceptionally((Throwable) Objects.requireNonNull(parts[1]));
        }
        return future;
    }
}
