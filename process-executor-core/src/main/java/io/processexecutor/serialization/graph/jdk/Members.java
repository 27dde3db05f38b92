package io.processexecutor.serialization.graph.jdk;

import io.processexecutor.serialization.access.DeepAccess;
import io.processexecutor.serialization.explain.Refusal;
import io.processexecutor.serialization.graph.failure.HookFailure;
import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandleInfo;
import java.lang.invoke.MethodHandles.Lookup;
import java.lang.invoke.MethodType;
import java.lang.reflect.AccessibleObject;
import java.lang.reflect.Constructor;
import java.lang.reflect.Field;
import java.lang.reflect.Method;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** Members of classes, taken apart into what finds them again. */
final class Members {

    private Members() {}

    static @Nullable Object[] take(AccessibleObject member) {
        if (member instanceof Method method) {
            return parts(method, method.getDeclaringClass(), method.getName(), method.getParameterTypes());
        }
        if (member instanceof Constructor<?> constructor) {
            return parts(constructor, constructor.getDeclaringClass(), null, constructor.getParameterTypes());
        }
        Field field = (Field) member;
        return parts(field, field.getDeclaringClass(), field.getName(), null);
    }

    // Whether it was made accessible is part of what a caller can do with it.
    @SuppressWarnings("deprecation")
    private static @Nullable Object[] parts(
            AccessibleObject member, Class<?> owner, @Nullable String name, Class<?> @Nullable [] parameters) {
        return new @Nullable Object[] {owner, name, parameters, member.isAccessible()};
    }

    static AccessibleObject build(@Nullable Object[] parts) {
        Class<?> owner = (Class<?>) Objects.requireNonNull(parts[0]);
        String name = (String) parts[1];
        Class<?>[] parameters = (Class<?>[]) parts[2];
        try {
            AccessibleObject found;
            if (name == null) {
                found = owner.getDeclaredConstructor(Objects.requireNonNull(parameters));
            } else if (parameters == null) {
                found = owner.getDeclaredField(name);
            } else {
                found = owner.getDeclaredMethod(name, parameters);
            }
            if (Boolean.TRUE.equals(parts[3])) {
                found.setAccessible(true);
            }
            return found;
        } catch (ReflectiveOperationException e) {
            throw HookFailure.of(e);
        }
    }

    static @Nullable Object[] takeHandle(MethodHandle handle) {
        if (!DeepAccess.available()) {
            throw Refusal.of(
                    Refusal.Kind.CANNOT_TRAVEL,
                    handle,
                    "this JVM does not let the library look into it (" + DeepAccess.diagnose() + ")");
        }
        try {
            MethodHandleInfo info = DeepAccess.lookupIn(Object.class).revealDirect(handle);
            return new @Nullable Object[] {
                info.getReferenceKind(), info.getDeclaringClass(), info.getName(), info.getMethodType()
            };
        } catch (IllegalArgumentException e) {
            throw Refusal.of(
                    Refusal.Kind.CANNOT_TRAVEL,
                    handle,
                    "only a method handle that stands for a single member can be found again");
        }
    }

    static MethodHandle buildHandle(@Nullable Object[] parts) {
        int kind = (Integer) Objects.requireNonNull(parts[0]);
        Class<?> owner = (Class<?>) Objects.requireNonNull(parts[1]);
        String name = (String) Objects.requireNonNull(parts[2]);
        MethodType type = (MethodType) Objects.requireNonNull(parts[3]);
        Lookup lookup = DeepAccess.lookupIn(owner);
        try {
            return switch (kind) {
                case MethodHandleInfo.REF_getField -> lookup.findGetter(owner, name, type.returnType());
                case MethodHandleInfo.REF_getStatic -> lookup.findStaticGetter(owner, name, type.returnType());
                case MethodHandleInfo.REF_putField -> lookup.findSetter(owner, name, type.parameterType(0));
                case MethodHandleInfo.REF_putStatic -> lookup.findStaticSetter(owner, name, type.parameterType(0));
                case MethodHandleInfo.REF_invokeStatic -> lookup.findStatic(owner, name, type);
                case MethodHandleInfo.REF_newInvokeSpecial -> lookup.findConstructor(owner, type);
                case MethodHandleInfo.REF_invokeSpecial -> lookup.findSpecial(owner, name, type, owner);
                default -> lookup.findVirtual(owner, name, type);
            };
        } catch (ReflectiveOperationException e) {
            throw HookFailure.of(e);
        }
    }
}
