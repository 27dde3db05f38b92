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
import java.util.Arrays;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** Members of classes, taken apart into what finds them again. */
final class Members {

    private Members() {}

    static @Nullable Object[] take(AccessibleObject member) {
        if (member instanceof Method method) {
            return parts(
                    method,
                    method.getDeclaringClass(),
                    method.getName(),
                    method.getParameterTypes(),
                    method.getReturnType());
        }
        if (member instanceof Constructor<?> constructor) {
            return parts(constructor, constructor.getDeclaringClass(), null, constructor.getParameterTypes(), null);
        }
        Field field = (Field) member;
        return parts(field, field.getDeclaringClass(), field.getName(), null, null);
    }

    // Whether it was made accessible is part of what a caller can do with it.
    @SuppressWarnings("deprecation")
    private static @Nullable Object[] parts(
            AccessibleObject member,
            Class<?> owner,
            @Nullable String name,
            Class<?> @Nullable [] parameters,
            @Nullable Class<?> result) {
        return new @Nullable Object[] {owner, name, parameters, member.isAccessible(), result};
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
                found = method(owner, name, parameters, (Class<?>) Objects.requireNonNull(parts[4]));
            }
            if (Boolean.TRUE.equals(parts[3])) {
                found.setAccessible(true);
            }
            return found;
        } catch (ReflectiveOperationException e) {
            throw HookFailure.of(e);
        }
    }

    /** Beside a method with another result there may be its bridge, which takes the same. */
    private static Method method(Class<?> owner, String name, Class<?>[] parameters, Class<?> result)
            throws NoSuchMethodException {
        for (Method each : owner.getDeclaredMethods()) {
            if (each.getName().equals(name)
                    && each.getReturnType() == result
                    && Arrays.equals(each.getParameterTypes(), parameters)) {
                return each;
            }
        }
        throw new NoSuchMethodException(owner.getName() + "." + name + MethodType.methodType(result, parameters));
    }

    static @Nullable Object[] takeHandle(MethodHandle handle) {
        if (!DeepAccess.available()) {
            throw Refusal.of(
                    Refusal.Kind.CANNOT_TRAVEL,
                    handle,
                    "this JVM does not let the library look into it (" + DeepAccess.diagnose() + ")");
        }
        try {
            Class<?> owner = DeepAccess.lookupEverywhere().revealDirect(handle).getDeclaringClass();
            // Refuses what behaves by the class that has looked it up.
            MethodHandleInfo info = DeepAccess.lookupIn(owner).revealDirect(handle);
            return new @Nullable Object[] {
                info.getReferenceKind(), owner, info.getName(), handle.type(), handle.isVarargsCollector()
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
        try {
            MethodHandle found = handle(kind, isOfInstances(kind) ? type.parameterType(0) : owner, owner, name, type);
            if (DeepAccess.lookupEverywhere().revealDirect(found).getDeclaringClass() != owner) {
                // The class it is called on has another of that name.
                found = handle(kind, owner, owner, name, type);
            }
            return found.asFixedArity().asType(type).withVarargs(Boolean.TRUE.equals(parts[4]));
        } catch (ReflectiveOperationException e) {
            throw HookFailure.of(e);
        }
    }

    private static boolean isOfInstances(int kind) {
        return switch (kind) {
            case MethodHandleInfo.REF_getStatic,
                    MethodHandleInfo.REF_putStatic,
                    MethodHandleInfo.REF_invokeStatic,
                    MethodHandleInfo.REF_newInvokeSpecial -> false;
            default -> true;
        };
    }

    /**
     * Finds a member as a method handle.
     *
     * @param kind what the handle does
     * @param on the class in which it is looked for, which may inherit it
     * @param owner the class that declares it
     * @param name its name
     * @param type the type of the handle
     */
    private static MethodHandle handle(int kind, Class<?> on, Class<?> owner, String name, MethodType type)
            throws ReflectiveOperationException {
        Lookup lookup = DeepAccess.lookupEverywhere();
        return switch (kind) {
            case MethodHandleInfo.REF_getField -> lookup.findGetter(on, name, type.returnType());
            case MethodHandleInfo.REF_getStatic -> lookup.findStaticGetter(on, name, type.returnType());
            case MethodHandleInfo.REF_putField -> lookup.findSetter(on, name, type.lastParameterType());
            case MethodHandleInfo.REF_putStatic -> lookup.findStaticSetter(on, name, type.lastParameterType());
            case MethodHandleInfo.REF_invokeStatic -> lookup.findStatic(on, name, type);
            case MethodHandleInfo.REF_newInvokeSpecial -> lookup.findConstructor(on, type.changeReturnType(void.class));
            case MethodHandleInfo.REF_invokeSpecial ->
                lookup.findSpecial(owner, name, type.dropParameterTypes(0, 1), type.parameterType(0));
            default -> lookup.findVirtual(on, name, type.dropParameterTypes(0, 1));
        };
    }
}
