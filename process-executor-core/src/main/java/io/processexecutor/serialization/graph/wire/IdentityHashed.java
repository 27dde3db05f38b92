package io.processexecutor.serialization.graph.wire;

import org.jspecify.annotations.Nullable;

/** Tells which objects hash by what they are, and not by what is in them. */
final class IdentityHashed {

    private static final ClassValue<Boolean> IDENTITY = new ClassValue<>() {
        @Override
        protected Boolean computeValue(Class<?> type) {
            try {
                return type.getMethod("hashCode").getDeclaringClass() == Object.class
                        && type.getMethod("equals", Object.class).getDeclaringClass() == Object.class;
            } catch (NoSuchMethodException | LinkageError e) {
                return false;
            }
        }
    };

    private IdentityHashed() {}

    static boolean is(@Nullable Object key) {
        return key == null || IDENTITY.get(key.getClass());
    }
}
