package io.processexecutor.serialization.access;

import java.io.OptionalDataException;
import java.lang.invoke.MethodHandle;
import java.lang.reflect.Constructor;
import org.jspecify.annotations.Nullable;
import sun.reflect.ReflectionFactory;

/**
 * What the module {@code jdk.unsupported} has for serialization libraries; a {@link LinkageError} where it is not there.
 * Compiled apart, for javac warns of it and cannot be told not to: any way of calling it without naming it takes a worker
 * that starts a multiple of the time.
 */
final class SunReflection {

    private static final ReflectionFactory FACTORY = ReflectionFactory.getReflectionFactory();

    private SunReflection() {}

    static @Nullable MethodHandle writeObject(Class<?> type) {
        return FACTORY.writeObjectForSerialization(type);
    }

    static @Nullable MethodHandle readObject(Class<?> type) {
        return FACTORY.readObjectForSerialization(type);
    }

    static @Nullable MethodHandle readResolve(Class<?> type) {
        return FACTORY.readResolveForSerialization(type);
    }

    static @Nullable MethodHandle writeReplace(Class<?> type) {
        return FACTORY.writeReplaceForSerialization(type);
    }

    static @Nullable Constructor<?> constructor(Class<?> type) {
        return FACTORY.newConstructorForSerialization(type);
    }

    static @Nullable Constructor<?> constructor(Class<?> type, Constructor<?> constructorToCall) {
        return FACTORY.newConstructorForSerialization(type, constructorToCall);
    }

    static @Nullable Constructor<?> externalConstructor(Class<?> type) {
        return FACTORY.newConstructorForExternalization(type);
    }

    static OptionalDataException optionalDataException(boolean endOfData) {
        return FACTORY.newOptionalDataExceptionForSerialization(endOfData);
    }
}
