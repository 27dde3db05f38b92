package io.processexecutor.serialization.graph.field;

import io.processexecutor.serialization.access.DeepAccess;
import io.processexecutor.serialization.access.SerializationHooks;
import io.processexecutor.serialization.graph.failure.ConstructorFailure;
import io.processexecutor.serialization.graph.failure.HookFailure;
import java.lang.reflect.Constructor;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Modifier;
import java.util.function.Supplier;

/** Makes the empty objects that are then filled field by field. */
public final class Instances {

    private static final Constructor<?> OF_OBJECT = Object.class.getConstructors()[0];

    private Instances() {}

    /**
     * Instances for which no constructor runs.
     *
     * @param type the class
     * @return makes one
     */
    public static Supplier<Object> blank(Class<?> type) {
        return DeepAccess.available()
                ? () -> DeepAccess.allocate(type)
                : constructed(SerializationHooks.newConstructorForSerialization(type, OF_OBJECT));
    }

    /**
     * Instances for which the constructor without arguments of a superclass runs.
     *
     * @param type the class
     * @param superclass which of its superclasses; {@code Object} for none
     * @return makes one
     */
    public static Supplier<Object> constructedAs(Class<?> type, Class<?> superclass) {
        if (superclass == Object.class) {
            return blank(type);
        }
        try {
            Constructor<?> inherited = superclass.getDeclaredConstructor();
            if (Modifier.isPrivate(inherited.getModifiers())) {
                return blank(type);
            }
            return constructed(SerializationHooks.newConstructorForSerialization(type, inherited));
        } catch (NoSuchMethodException e) {
            return blank(type);
        }
    }

    /**
     * Instances of which a constructor makes the fields that do not travel.
     *
     * @param type the class
     * @param constructor what {@link TransientFields#constructorFor} found
     * @return makes one
     */
    public static Supplier<Object> withTransients(Class<?> type, Constructor<?> constructor) {
        return new WithTransients(
                constructor.getDeclaringClass(), SerializationHooks.newConstructorForSerialization(type, constructor));
    }

    private static final class WithTransients implements Supplier<Object> {

        private final Class<?> declaring;
        private final Constructor<?> constructor;

        WithTransients(Class<?> declaring, Constructor<?> constructor) {
            this.declaring = declaring;
            this.constructor = constructor;
        }

        @Override
        public Object get() {
            try {
                return constructor.newInstance();
            } catch (InvocationTargetException e) {
                throw failed(HookFailure.of(e.getTargetException()));
            } catch (ReflectiveOperationException e) {
                throw failed(HookFailure.of(e));
            }
        }

        private RuntimeException failed(RuntimeException failure) {
            return failure instanceof HookFailure hook ? new ConstructorFailure(declaring, hook.thrown()) : failure;
        }
    }

    /**
     * Instances that a constructor makes.
     *
     * @param constructor an accessible constructor without parameters
     * @return makes one
     */
    public static Supplier<Object> constructed(Constructor<?> constructor) {
        return () -> {
            try {
                return constructor.newInstance();
            } catch (InvocationTargetException e) {
                throw HookFailure.of(e.getTargetException());
            } catch (ReflectiveOperationException e) {
                throw HookFailure.of(e);
            }
        };
    }
}
