package io.processexecutor.serialization.graph.collection;

import com.esotericsoftware.kryo.io.Input;
import io.processexecutor.serialization.access.DeepAccess;
import io.processexecutor.serialization.access.FieldAccess;
import io.processexecutor.serialization.graph.wire.MalformedGraph;
import java.lang.reflect.Array;
import java.lang.reflect.Field;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/** How large the tables of the JDK's hash collections are: their iteration order depends on it. */
final class HashTables {

    private static final boolean DEEP = DeepAccess.available();
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
        return DEEP ? bounded(FieldAccess.getReference(map, MAP_TABLE), map.size()) : 0;
    }

    static float loadFactor(Map<?, ?> map) {
        return DEEP ? FieldAccess.getFloat(map, MAP_LOAD_FACTOR) : USUAL_LOAD_FACTOR;
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

    static @Nullable Map<?, ?> mapOf(Set<?> set) {
        return DEEP ? (Map<?, ?>) Objects.requireNonNull(FieldAccess.getReference(set, SET_MAP)) : null;
    }

    static int capacityOfConcurrent(Map<?, ?> map) {
        return DEEP ? bounded(FieldAccess.getReference(map, CONCURRENT_TABLE), map.size()) : 0;
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
