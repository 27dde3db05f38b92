package io.processexecutor.serialization.graph.plain;

import io.processexecutor.serialization.classfile.ClassHome;
import io.processexecutor.serialization.graph.field.ClassFields;
import io.processexecutor.serialization.graph.field.FieldSlot;
import io.processexecutor.serialization.graph.wire.GraphKryo;
import io.processexecutor.serialization.graph.wire.GraphSerializer;
import java.io.Serializable;
import java.lang.reflect.Array;
import java.lang.reflect.Field;
import java.lang.reflect.Modifier;
import java.lang.reflect.Proxy;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.Comparator;
import java.util.Deque;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Queue;
import java.util.Set;
import java.util.SortedMap;
import java.util.SortedSet;
import org.jspecify.annotations.Nullable;

/**
 * What travels without a doubt: values of the JDK, enums, objects that cannot change, and collections and arrays of these.
 * Anything else may lead to what is refused, or to what nobody means to send.
 */
final class CertainData {

    private static final int DEEPEST = 16;

    private static final Set<String> PACKAGES = Set.of(
            "java.lang",
            "java.math",
            "java.net",
            "java.text",
            "java.time",
            "java.util",
            "java.util.concurrent.atomic",
            "java.util.concurrent.locks",
            "java.util.regex");

    private static final ClassValue<Optional<FieldSlot[]>> FIELDS = new ClassValue<>() {
        @Override
        protected Optional<FieldSlot[]> computeValue(Class<?> type) {
            return unchanging(type);
        }
    };

    private final GraphKryo kryo;
    /** What need not be looked into again, such as what leads back to itself. */
    private final Set<Object> seen = Collections.newSetFromMap(new IdentityHashMap<>(4));

    private CertainData(GraphKryo kryo) {
        this.kryo = kryo;
    }

    static boolean is(GraphKryo kryo, @Nullable Object value) {
        return value == null || new CertainData(kryo).certain(value, DEEPEST);
    }

    private boolean certain(@Nullable Object value, int deepest) {
        if (value == null || seen.contains(value)) {
            return true;
        }
        Class<?> type = value.getClass();
        if (deepest == 0 || type.isHidden() || Proxy.isProxyClass(type)) {
            return false;
        }
        GraphSerializer<?> serializer = kryo.route(type).serializer();
        if (serializer instanceof RefusingSerializer || serializer instanceof ForbiddenSerializer) {
            return false;
        }
        if (value instanceof Enum || value instanceof String) {
            return true;
        }
        seen.add(value);
        if (type.isArray()) {
            return type.getComponentType().isPrimitive() || elements(value, deepest - 1);
        }
        return ClassFields.ofPlatform(type)
                ? platform(value, deepest - 1)
                : FIELDS.get(type).isPresent() && fields(value, FIELDS.get(type).get(), deepest - 1);
    }

    private boolean elements(Object array, int deepest) {
        for (int i = 0; i < Array.getLength(array); i++) {
            if (!certain(Array.get(array, i), deepest)) {
                return false;
            }
        }
        return true;
    }

    private boolean platform(Object value, int deepest) {
        if (value instanceof Collection<?> collection) {
            boolean ordered = value instanceof SortedSet<?> sorted && sorted.comparator() != null;
            boolean queue = value instanceof Queue && !(value instanceof Deque);
            return value instanceof Serializable && !ordered && !queue && all(collection, deepest);
        }
        if (value instanceof Map<?, ?> map) {
            boolean ordered = value instanceof SortedMap<?, ?> sorted && sorted.comparator() != null;
            return value instanceof Serializable
                    && !ordered
                    && all(map.keySet(), deepest)
                    && all(map.values(), deepest);
        }
        if (value instanceof Map.Entry<?, ?> entry) {
            return certain(entry.getKey(), deepest) && certain(entry.getValue(), deepest);
        }
        if (value instanceof Optional<?> optional) {
            return certain(optional.orElse(null), deepest);
        }
        if (value instanceof Class<?> named) {
            return ClassHome.isAtHome(named) && kryo.policy().allowed().refusalOf(named) == null;
        }
        return value.getClass() == Object.class || isValue(value);
    }

    private boolean all(Collection<?> collection, int deepest) {
        for (Object each : collection) {
            if (!certain(each, deepest)) {
                return false;
            }
        }
        return true;
    }

    /** Of the JDK and without objects of anybody else. */
    private static boolean isValue(Object value) {
        String name = value.getClass().getName();
        return (value instanceof Serializable || name.startsWith("java.util.Optional"))
                && PACKAGES.contains(value.getClass().getPackageName())
                && !(value instanceof Throwable)
                && !(value instanceof Comparator)
                && !name.startsWith("java.util.concurrent.atomic.AtomicReference");
    }

    private boolean fields(Object value, FieldSlot[] slots, int deepest) {
        for (FieldSlot slot : slots) {
            if (!certain(slot.get(value), deepest)) {
                return false;
            }
        }
        return true;
    }

    /** The references of a class whose objects are what they were made of; empty if they can change. What is lazy may. */
    private static Optional<FieldSlot[]> unchanging(Class<?> type) {
        List<Field> references = new ArrayList<>();
        Class<?> level = type;
        for (; !ClassFields.ofPlatform(level); level = level.getSuperclass()) {
            for (Field field : level.getDeclaredFields()) {
                int modifiers = field.getModifiers();
                if ((modifiers & (Modifier.FINAL | Modifier.STATIC | Modifier.TRANSIENT)) == 0) {
                    return Optional.empty();
                }
                if ((modifiers & (Modifier.FINAL | Modifier.STATIC)) == Modifier.FINAL
                        && !field.getType().isPrimitive()) {
                    references.add(field);
                }
            }
        }
        boolean whole = level == Object.class
                || level == Record.class
                || level.getName().startsWith("java.util.Abstract");
        try {
            return whole ? Optional.of(ClassFields.slots(references)) : Optional.empty();
        } catch (IllegalStateException e) {
            // Closed to this library.
            return Optional.empty();
        }
    }
}
