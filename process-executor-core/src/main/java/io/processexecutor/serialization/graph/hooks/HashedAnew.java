package io.processexecutor.serialization.graph.hooks;

import io.processexecutor.serialization.access.DeepAccess;
import io.processexecutor.serialization.access.FieldAccess;
import io.processexecutor.serialization.explain.Refusal;
import io.processexecutor.serialization.graph.failure.HookFailure;
import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodType;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Hashtable;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Properties;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Puts the entries of a hash table that filled itself where they belong, once their keys are complete: subclasses of the
 * JDK's tables, whose own {@code readObject} hashes keys that may still be unfinished. Calls the table's own methods past
 * whatever a subclass made of them.
 */
final class HashedAnew {

    private static final long SIZE = offset(HashMap.class, "size");
    private static final long COUNT = offset(Hashtable.class, "count");
    private static final long SET_MAP = offset(HashSet.class, "map");

    private static final MethodHandle ENTRIES = special(HashMap.class, "entrySet", Set.class);
    private static final MethodHandle LINKED_ENTRIES = special(LinkedHashMap.class, "entrySet", Set.class);
    private static final MethodHandle CLEAR = special(HashMap.class, "clear", void.class);
    private static final MethodHandle LINKED_CLEAR = special(LinkedHashMap.class, "clear", void.class);
    private static final MethodHandle PUT = special(
            HashMap.class, "putVal", Object.class, int.class, Object.class, Object.class, boolean.class, boolean.class);
    private static final MethodHandle TABLE_ENTRIES = special(Hashtable.class, "entrySet", Set.class);
    private static final MethodHandle TABLE_CLEAR = special(Hashtable.class, "clear", void.class);
    private static final MethodHandle TABLE_PUT =
            special(Hashtable.class, "put", Object.class, Object.class, Object.class);

    private HashedAnew() {}

    /** Whether objects of a class are such tables. */
    static boolean isTable(Class<?> type) {
        return HashMap.class.isAssignableFrom(type)
                || HashSet.class.isAssignableFrom(type)
                || (Hashtable.class.isAssignableFrom(type) && !Properties.class.isAssignableFrom(type));
    }

    /** The number of entries of such a table. */
    static int entries(Object object) {
        if (object instanceof HashMap<?, ?>) {
            return FieldAccess.getInt(object, SIZE);
        } else if (object instanceof HashSet<?>) {
            Object map = FieldAccess.getReference(object, SET_MAP);
            return map == null ? 0 : FieldAccess.getInt(map, SIZE);
        }
        return FieldAccess.getInt(object, COUNT);
    }

    static void rehash(Object table, int expected) {
        Object map =
                table instanceof HashSet<?> ? Objects.requireNonNull(FieldAccess.getReference(table, SET_MAP)) : table;
        boolean linked = map instanceof LinkedHashMap<?, ?>;
        boolean hashed = map instanceof HashMap<?, ?>;
        try {
            List<@Nullable Object> flat = flat(hashed ? (linked ? LINKED_ENTRIES : ENTRIES) : TABLE_ENTRIES, map);
            (hashed ? (linked ? LINKED_CLEAR : CLEAR) : TABLE_CLEAR).invoke(map);
            for (int i = 0; i < flat.size(); i += 2) {
                Object key = flat.get(i);
                if (hashed) {
                    PUT.invoke(map, hash(key), key, flat.get(i + 1), false, false);
                } else {
                    TABLE_PUT.invoke(map, key, flat.get(i + 1));
                }
            }
        } catch (Throwable e) {
            throw HookFailure.of(e);
        }
        if (entries(table) != expected) {
            throw Refusal.of(
                    table.getClass(), "it is part of a cycle, and keys of it were equal before they were complete");
        }
    }

    private static List<@Nullable Object> flat(MethodHandle entrySet, Object map) throws Throwable {
        List<@Nullable Object> flat = new ArrayList<>();
        for (Object each : (Set<?>) entrySet.invoke(map)) {
            flat.add(((Map.Entry<?, ?>) each).getKey());
            flat.add(((Map.Entry<?, ?>) each).getValue());
        }
        return flat;
    }

    private static int hash(@Nullable Object key) {
        int hash = key == null ? 0 : key.hashCode();
        return hash ^ (hash >>> 16);
    }

    private static MethodHandle special(Class<?> type, String name, Class<?> result, Class<?>... parameters) {
        try {
            return DeepAccess.lookupIn(type).findSpecial(type, name, MethodType.methodType(result, parameters), type);
        } catch (ReflectiveOperationException e) {
            throw new IllegalStateException("This JDK's " + type.getName() + " has no " + name, e);
        }
    }

    private static long offset(Class<?> type, String name) {
        try {
            return DeepAccess.offset(type.getDeclaredField(name));
        } catch (NoSuchFieldException e) {
            throw new IllegalStateException("This JDK's " + type.getName() + " has no " + name, e);
        }
    }
}
