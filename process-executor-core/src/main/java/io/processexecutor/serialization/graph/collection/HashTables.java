package io.processexecutor.serialization.graph.collection;

import com.esotericsoftware.kryo.io.Input;
import io.processexecutor.serialization.access.DeepAccess;
import io.processexecutor.serialization.access.FieldAccess;
import io.processexecutor.serialization.graph.failure.MalformedGraph;
import java.lang.reflect.Array;
import java.lang.reflect.Field;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/** How large the tables of the JDK's hash collections are: their iteration order depends on it. */
final class HashTables {

    private static final boolean DEEP = DeepAccess.available();
    private static final int USUAL_CAPACITY = 16;
    private static final float USUAL_LOAD_FACTOR = 0.75f;

    private static final long MAP_TABLE = offset(HashMap.class, "table");
    private static final long MAP_LOAD_FACTOR = offset(HashMap.class, "loadFactor");
    private static final long ACCESS_ORDER = offset(LinkedHashMap.class, "accessOrder");
    private static final long SET_MAP = offset(HashSet.class, "map");
    private static final long CONCURRENT_TABLE = offset(ConcurrentHashMap.class, "table");

    private static final int ROOM_PER_ENTRY = 64;
    private static final int ROOM_PER_ENTRY_OF_LARGE = 8;
    private static final int LARGE = 1 << 16;

    private HashTables() {}

    static int capacityOfHashed(Map<?, ?> map) {
        if (DEEP) {
            return bounded(FieldAccess.getReference(map, MAP_TABLE), map.size());
        }
        return map instanceof LinkedHashMap<?, ?> ? 0 : capacityShownBy(map.keySet(), map.size());
    }

    static int capacityOfHashed(Set<?> set) {
        if (DEEP) {
            return capacityOfHashed(mapOf(set));
        }
        return set instanceof LinkedHashSet<?> ? 0 : capacityShownBy(set, set.size());
    }

    static float loadFactor(Map<?, ?> map, int capacity) {
        return DEEP ? FieldAccess.getFloat(map, MAP_LOAD_FACTOR) : loadFactorShownBy(map.size(), capacity);
    }

    static float loadFactor(Set<?> set, int capacity) {
        return DEEP ? loadFactor(mapOf(set), capacity) : loadFactorShownBy(set.size(), capacity);
    }

    static boolean accessOrder(Map<?, ?> map) {
        if (!(map instanceof LinkedHashMap<?, ?> linked)) {
            return false;
        }
        return DEEP ? FieldAccess.getBoolean(map, ACCESS_ORDER) : showsAccessOrder(linked);
    }

    /** Asks a copy: in access order, its first entry moves to the end when it is looked at. */
    private static boolean showsAccessOrder(Map<?, ?> map) {
        Map<?, ?> copy = (Map<?, ?>) ((LinkedHashMap<?, ?>) map).clone();
        addSecond(copy);
        addSecond(copy);
        Object first = copy.keySet().iterator().next();
        Object ignored = copy.get(first);
        return copy.keySet().iterator().next() != first;
    }

    @SuppressWarnings("unchecked")
    private static void addSecond(Map<?, ?> copy) {
        ((Map<Object, Object>) copy).put(new Object(), "");
    }

    private static Map<?, ?> mapOf(Set<?> set) {
        return (Map<?, ?>) Objects.requireNonNull(FieldAccess.getReference(set, SET_MAP));
    }

    static int capacityOfConcurrent(Map<?, ?> map) {
        // It grows one entry earlier than the others.
        return DEEP
                ? bounded(FieldAccess.getReference(map, CONCURRENT_TABLE), map.size())
                : capacityShownBy(map.keySet(), map.size() + 1);
    }

    /** A table that once held far more is not worth its memory at the other end. */
    private static int bounded(@Nullable Object table, int size) {
        int length = table == null ? 0 : Array.getLength(table);
        return roomy(length, size) ? 0 : length;
    }

    private static boolean roomy(int capacity, int size) {
        return capacity > (size + 1L) * (capacity > LARGE ? ROOM_PER_ENTRY_OF_LARGE : ROOM_PER_ENTRY);
    }

    /** What {@link #capacityOfHashed} gave, unless the bytes were made up to reserve more. */
    static int readCapacity(Input input, int size) {
        int capacity = input.readVarInt(true);
        if (capacity < 0 || roomy(capacity, size)) {
            throw new MalformedGraph("a table of " + capacity + " for " + size + " entries");
        }
        return capacity;
    }

    /**
     * Where the table cannot be seen: one in which the keys come in the order in which they are shown, by the platform's
     * rule. First the one that would hold so many, then larger ones, then smaller ones.
     *
     * @param size how many it must hold before it grows
     * @return 0 if there is none
     */
    private static int capacityShownBy(Collection<?> keys, int size) {
        int[] hashes;
        try {
            hashes = keys.stream().mapToInt(HashTables::spread).toArray();
        } catch (RuntimeException | StackOverflowError e) {
            // It has been hashed before, so it was changed since, and so is its place.
            return 0;
        }
        int usual = USUAL_CAPACITY;
        while (usual * (double) USUAL_LOAD_FACTOR < size && usual <= Integer.MAX_VALUE / 4) {
            usual *= 2;
        }
        for (int capacity = usual; capacity > 0 && !roomy(capacity, hashes.length); capacity *= 2) {
            if (isInOrder(hashes, capacity)) {
                return capacity;
            }
        }
        for (int capacity = usual / 2; capacity > 1; capacity /= 2) {
            if (isInOrder(hashes, capacity)) {
                return capacity;
            }
        }
        return 0;
    }

    private static int spread(@Nullable Object key) {
        int hash = Objects.hashCode(key);
        return hash ^ (hash >>> 16);
    }

    private static boolean isInOrder(int[] hashes, int capacity) {
        int latest = 0;
        for (int hash : hashes) {
            int place = hash & (capacity - 1);
            if (place < latest) {
                return false;
            }
            latest = place;
        }
        return true;
    }

    /** A table that holds more than usual must not grow while it is filled. */
    private static float loadFactorShownBy(int size, int capacity) {
        return capacity == 0 ? USUAL_LOAD_FACTOR : Math.max(USUAL_LOAD_FACTOR, (size + 1f) / capacity);
    }

    private static long offset(Class<?> type, String name) {
        if (!DeepAccess.available()) {
            return -1;
        }
        try {
            Field field = type.getDeclaredField(name);
            return DeepAccess.offset(field);
        } catch (NoSuchFieldException e) {
            throw new IllegalStateException("This JDK's " + type.getName() + " has no " + name, e);
        }
    }
}
