package io.processexecutor.serialization.graph.jdk;

import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** A {@link NullPointerException} by what the public API says of it, for a JVM without deep access. */
final class NullPointers {

    private NullPointers() {}

    static @Nullable Object[] take(NullPointerException failure) {
        return new @Nullable Object[] {
            failure.getMessage(), failure.getStackTrace(), failure.getCause(), failure.getSuppressed()
        };
    }

    static NullPointerException build(@Nullable Object[] parts) {
        NullPointerException failure = new NullPointerException((String) parts[0]);
        failure.setStackTrace((StackTraceElement[]) Objects.requireNonNull(parts[1]));
        if (parts[2] != null) {
            failure.initCause((Throwable) parts[2]);
        }
        for (Throwable suppressed : (Throwable[]) Objects.requireNonNull(parts[3])) {
            failure.addSuppressed(suppressed);
        }
        return failure;
    }
}
