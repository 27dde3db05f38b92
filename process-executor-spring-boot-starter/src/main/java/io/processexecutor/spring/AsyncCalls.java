package io.processexecutor.spring;

import io.processexecutor.serialization.access.DeepAccess;
import io.processexecutor.serialization.access.FieldAccess;
import java.lang.reflect.Field;
import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.util.function.Predicate;
import org.aopalliance.intercept.MethodInvocation;
import org.jspecify.annotations.Nullable;
import org.springframework.aop.interceptor.AsyncExecutionInterceptor;

/** Tells the callables that Spring makes of asynchronous methods from those that are to be shipped themselves. */
final class AsyncCalls {

    private AsyncCalls() {}

    /** The interceptor writes its callable as a lambda, which is a member of its nest. */
    static boolean isAsyncCall(Object task) {
        return task.getClass().getNestHost() == AsyncExecutionInterceptor.class;
    }

    /** The method that such a callable is going to call; {@code null} if this JVM does not let anybody see. */
    static @Nullable Method method(Object asyncCall) {
        Field field = field(asyncCall.getClass(), type -> type == Method.class);
        return field == null ? null : (Method) read(asyncCall, field);
    }

    /** The call that such a callable is going to go on with; {@code null} as above. */
    static @Nullable Object invocation(Object asyncCall) {
        Field field = field(asyncCall.getClass(), MethodInvocation.class::isAssignableFrom);
        return field == null ? null : read(asyncCall, field);
    }

    /** The first field of a type that is asked for, in a class or those above it; {@code null} if it is closed to us. */
    static @Nullable Field field(Class<?> declaring, Predicate<Class<?>> type) {
        for (Class<?> each = declaring; each != null; each = each.getSuperclass()) {
            for (Field field : each.getDeclaredFields()) {
                if (!Modifier.isStatic(field.getModifiers()) && type.test(field.getType())) {
                    return DeepAccess.available() || field.trySetAccessible() ? field : null;
                }
            }
        }
        return null;
    }

    static @Nullable Object read(Object holder, Field field) {
        if (DeepAccess.available()) {
            return FieldAccess.getReference(holder, DeepAccess.offset(field));
        }
        try {
            return field.get(holder);
        } catch (IllegalAccessException e) {
            throw new IllegalStateException(e);
        }
    }

    static void write(Object holder, Field field, Object value) {
        if (DeepAccess.available()) {
            FieldAccess.putReference(holder, DeepAccess.offset(field), value);
            return;
        }
        try {
            field.set(holder, value);
        } catch (IllegalAccessException e) {
            throw new IllegalStateException(e);
        }
    }
}
