package io.processexecutor.serialization.graph.jdk;

import io.processexecutor.serialization.access.DeepAccess;
import io.processexecutor.serialization.access.FieldAccess;
import io.processexecutor.serialization.explain.Refusal;
import org.jspecify.annotations.Nullable;

/** A thread local that knows how each thread gets its value is as good elsewhere; any other is not. */
final class SuppliedThreadLocals {

    private SuppliedThreadLocals() {}

    static @Nullable Object supplierOf(ThreadLocal<?> local) {
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

    private static Refusal refused(ThreadLocal<?> local) {
        return Refusal.of(Refusal.Kind.CANNOT_TRAVEL, local, "what it holds belongs to the threads of this JVM");
    }
}
