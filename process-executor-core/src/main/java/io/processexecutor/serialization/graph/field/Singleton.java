package io.processexecutor.serialization.graph.field;

import io.processexecutor.serialization.graph.failure.HookFailure;
import java.lang.annotation.Annotation;
import java.lang.reflect.Constructor;
import java.lang.reflect.Field;
import java.lang.reflect.Modifier;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * The only object of its class, whatever it inherits: an {@code object} of Kotlin. What that declares itself is static, so
 * that it has its own in each process in any case. A singleton in Java holds its state, which its task may be meant to see.
 */
public final class Singleton {

    private static final String MARK = "kotlin.Metadata";

    private final ConstantHolder holder;
    private final Field field;

    private Singleton(Class<?> type, Field field) {
        this.holder = new ConstantHolder(type, type, List.of(field));
        this.field = field;
    }

    /**
     * The singleton of a class, as far as the class can tell without being initialized: the same at both ends.
     *
     * @param type a class of the application
     * @return null if others of it can be made
     */
    public static @Nullable Singleton of(Class<?> type) {
        int constant = Modifier.PUBLIC | Modifier.STATIC | Modifier.FINAL;
        for (Field field : type.getDeclaredFields()) {
            if (field.getType() == type
                    && field.getName().equals("INSTANCE")
                    && (field.getModifiers() & constant) == constant
                    && madeByItself(type)
                    && ofKotlin(type)) {
                return new Singleton(type, field);
            }
        }
        return null;
    }

    private static boolean madeByItself(Class<?> type) {
        for (Constructor<?> each : type.getDeclaredConstructors()) {
            if (!Modifier.isPrivate(each.getModifiers())) {
                return false;
            }
        }
        return true;
    }

    private static boolean ofKotlin(Class<?> type) {
        for (Annotation each : type.getDeclaredAnnotations()) {
            if (each.annotationType().getName().equals(MARK)) {
                return true;
            }
        }
        return false;
    }

    /**
     * Whether an object is the one.
     *
     * @param object an object of the class
     * @return false if it was made by other means
     */
    public boolean is(Object object) {
        return holder.nameOf(object) != null;
    }

    /**
     * The one of this JVM.
     *
     * @return the object
     */
    public Object get() {
        Object one;
        try {
            one = ConstantHolder.valueOf(field);
        } catch (Throwable e) {
            throw HookFailure.of(e);
        }
        return Objects.requireNonNull(one);
    }
}
