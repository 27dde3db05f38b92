package io.processexecutor.serialization.explain;

import io.processexecutor.serialization.access.DeepAccess;
import io.processexecutor.serialization.access.FieldAccess;
import io.processexecutor.serialization.lambda.LambdaShape;
import io.processexecutor.serialization.lambda.Lambdas;
import java.lang.reflect.Field;
import java.lang.reflect.Modifier;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What an object holds, and by which name. Calls no code but the JDK's: collections of the application are looked at
 * field by field, and only collections of the JDK that hold their elements themselves are iterated.
 */
final class Edges {

    private static final Set<String> ITERATED = Set.of(
            "java.util.ArrayList",
            "java.util.LinkedList",
            "java.util.ArrayDeque",
            "java.util.HashSet",
            "java.util.LinkedHashSet",
            "java.util.TreeSet",
            "java.util.Vector",
            "java.util.Stack",
            "java.util.PriorityQueue",
            "java.util.Arrays$ArrayList",
            "java.util.ImmutableCollections$ListN",
            "java.util.ImmutableCollections$List12",
            "java.util.ImmutableCollections$SetN",
            "java.util.ImmutableCollections$Set12",
            "java.util.ImmutableCollections$MapN",
            "java.util.ImmutableCollections$Map1",
            "java.util.HashMap",
            "java.util.LinkedHashMap",
            "java.util.TreeMap",
            "java.util.Hashtable",
            "java.util.EnumMap",
            "java.util.IdentityHashMap",
            "java.util.concurrent.ConcurrentHashMap",
            "java.util.concurrent.ConcurrentSkipListMap",
            "java.util.concurrent.CopyOnWriteArrayList",
            "java.util.concurrent.CopyOnWriteArraySet",
            "java.util.concurrent.ConcurrentLinkedQueue",
            "java.util.concurrent.ConcurrentLinkedDeque",
            "java.util.concurrent.LinkedBlockingQueue",
            "java.util.concurrent.LinkedBlockingDeque",
            "java.util.concurrent.ArrayBlockingQueue");

    private static final int LONGEST_KEY = 40;

    private Edges() {}

    /** What an object holds; with the transient fields, which a hook may have written, at the end. */
    static List<Edge> of(Object object) {
        List<Edge> edges = new ArrayList<>();
        try {
            if (object instanceof Object[] array) {
                elements(array, edges);
            } else if (Lambdas.isLambda(object.getClass())) {
                elementsNamed(".captured", LambdaShape.of(object.getClass()).captured(object), edges);
            } else if (ITERATED.contains(object.getClass().getName())) {
                iterated(object, edges);
                // A comparator, too, is held.
                fields(object, edges, false);
            } else {
                fields(object, edges, false);
                fields(object, edges, true);
            }
        } catch (RuntimeException | LinkageError e) {
            // What cannot be looked into has no way through it; the culprit is still named.
            return edges;
        }
        return edges;
    }

    private static void elements(@Nullable Object[] array, List<Edge> edges) {
        elementsNamed("", array, edges);
    }

    private static void elementsNamed(String name, @Nullable Object[] array, List<Edge> edges) {
        for (int i = 0; i < array.length; i++) {
            Object element = array[i];
            if (element != null) {
                edges.add(new Edge(name + "[" + i + "]", element));
            }
        }
    }

    private static void iterated(Object object, List<Edge> edges) {
        if (object instanceof Collection<?> collection) {
            elements(collection.toArray(), edges);
            return;
        }
        int i = 0;
        for (Map.Entry<?, ?> entry : ((Map<?, ?>) object).entrySet()) {
            Object key = entry.getKey();
            Object value = entry.getValue();
            if (value != null) {
                edges.add(new Edge(simple(key) ? "[" + quoted(key) + "]" : ".value(" + i + ")", value));
            }
            if (key != null) {
                edges.add(new Edge(".key(" + i + ")", key));
            }
            i++;
        }
    }

    private static boolean simple(@Nullable Object key) {
        return (key instanceof String text && text.length() <= LONGEST_KEY)
                || key instanceof Integer
                || key instanceof Long
                || key instanceof Enum<?>;
    }

    private static String quoted(@Nullable Object key) {
        if (key instanceof Enum<?> constant) {
            return constant.name();
        }
        return key instanceof String ? "\"" + key + "\"" : String.valueOf(key);
    }

    private static void fields(Object object, List<Edge> edges, boolean transients) {
        // The wrappers of Collections are the collection to whoever reads the path.
        boolean wrapper = object.getClass().getName().startsWith("java.util.Collections$");
        for (Class<?> level = object.getClass(); level != null; level = level.getSuperclass()) {
            for (Field field : level.getDeclaredFields()) {
                if (Modifier.isStatic(field.getModifiers())
                        || Modifier.isTransient(field.getModifiers()) != transients
                        || field.getType().isPrimitive()) {
                    continue;
                }
                Object value = get(field, object);
                if (value != null && value != object) {
                    edges.add(new Edge(wrapper ? "" : "." + field.getName(), value));
                }
            }
        }
    }

    private static @Nullable Object get(Field field, Object object) {
        if (DeepAccess.available()) {
            return FieldAccess.getReference(object, DeepAccess.offset(field));
        }
        try {
            return field.trySetAccessible() ? field.get(object) : null;
        } catch (IllegalAccessException e) {
            return null;
        }
    }
}
