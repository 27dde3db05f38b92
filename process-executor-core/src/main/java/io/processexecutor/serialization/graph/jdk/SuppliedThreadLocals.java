package io.processexecutor.serialization.graph.jdk;

import io.processexecutor.serialization.access.DeepAccess;
import io.processexecutor.serialization.access.FieldAccess;
import io.processexecutor.serialization.explain.Refusal;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * A thread local by how each thread gets its first value, which is as good elsewhere: by a supplier, or not at all. What
 * threads have put into it stays with them.
 */
final class SuppliedThreadLocals {

    private SuppliedThreadLocals() {}

    static @Nullable Object supplierOf(ThreadLocal<?> local) {
        if (local.getClass() == ThreadLocal.class) {
            return null;
        }
        if (!DeepAccess.available()) {
            throw refused(local);
        }
        try {
            return FieldAccess.getReference(
                    local, DeepAccess.offset(local.getClass().getDeclaredField("supplier")));
        } catch (NoSuchFieldException e) {
            throw refused(local);
        }
    }

    static ThreadLocal<?> of(@Nullable Object supplier) {
        return supplier == null ? new ThreadLocal<>() : ThreadLocal.withInitial((Supplier<?>) supplier);
    }

    private static Refusal refused(ThreadLocal<?> local) {
        return Refusal.of(Refusal.Kind.CANNOT_TRAVEL, local, "what it holds belongs to the threads of this JVM");
    }
}
