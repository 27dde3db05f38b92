package io.processexecutor.serialization.graph.wire;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * Numbers the objects of a graph by identity, in the order they are first met. Clearing costs as much as the graph had
 * objects, not as much as the table has room. A large table is kept, but a small graph after a large one has the small
 * table, which is in the processor's cache still.
 */
final class WrittenObjects {

    static final int FIRST_TIME = -1;

    private static final int SMALL_SLOTS = 256;
    private static final int SLOTS_KEPT = 1 << 18;
    private static final int MOST_EXPECTED = 1 << 20;

    private final Table small = new Table(SMALL_SLOTS);
    private @Nullable Table large;

    // Those of the table in use.
    private @Nullable Object[] keys = small.keys;
    private int[] ids = small.ids;
    private int[] usedSlots = small.usedSlots;
    private int used;
    private int nextId;

    /** The number of an object met before; else numbers it. */
    int idOrAdd(Object object) {
        @Nullable Object[] table = keys;
        int mask = table.length - 1;
        int slot = slot(object, mask);
        for (Object key; (key = table[slot]) != null; slot = (slot + 1) & mask) {
            if (key == object) {
                return ids[slot];
            }
        }
        table[slot] = object;
        ids[slot] = nextId++;
        usedSlots[used] = slot;
        if (++used == usedSlots.length) {
            grow(keys.length * 2);
        }
        return FIRST_TIME;
    }

    /** Takes the next number for an object that shall not be recognized again. */
    void skipId() {
        nextId++;
    }

    /** Makes room at once for objects that are about to come, though they may turn out to be known. */
    void expect(int more) {
        int room = used + Math.min(more, MOST_EXPECTED);
        if (room >= usedSlots.length) {
            grow(Integer.highestOneBit(room) * 4);
        }
    }

    void reset() {
        nextId = 0;
        if (keys.length > SLOTS_KEPT) {
            large = null;
        } else {
            for (int i = 0; i < used; i++) {
                keys[usedSlots[i]] = null;
            }
        }
        used = 0;
        use(small);
    }

    private void grow(int slots) {
        @Nullable Object[] oldKeys = keys;
        int[] oldIds = ids;
        int[] oldSlots = usedSlots;
        if (large == null || large.keys.length < slots) {
            large = new Table(slots);
        }
        use(large);
        int mask = keys.length - 1;
        for (int i = 0; i < used; i++) {
            Object key = oldKeys[oldSlots[i]];
            int slot = key == null ? 0 : slot(key, mask);
            while (keys[slot] != null) {
                slot = (slot + 1) & mask;
            }
            keys[slot] = key;
            ids[slot] = oldIds[oldSlots[i]];
            usedSlots[i] = slot;
        }
        if (oldKeys == small.keys) {
            Arrays.fill(oldKeys, null);
        }
    }

    private void use(Table table) {
        keys = table.keys;
        ids = table.ids;
        usedSlots = table.usedSlots;
    }

    private static int slot(Object object, int mask) {
        int hash = System.identityHashCode(object) * 0x9E3779B9;
        return (hash ^ (hash >>> 15)) & mask;
    }

    private static final class Table {

        final @Nullable Object[] keys;
        final int[] ids;
        final int[] usedSlots;

        Table(int slots) {
            keys = new @Nullable Object[slots];
            ids = new int[slots];
            usedSlots = new int[slots / 2];
        }
    }
}
