package io.processexecutor.serialization.graph.wire;

import org.jspecify.annotations.Nullable;

/**
 * Numbers the objects of a graph by identity, in the order they are first met. Clearing costs as much as the graph had
 * objects, not as much as the table has room: a small graph after a large one stays fast.
 */
final class WrittenObjects {

    static final int FIRST_TIME = -1;

    private static final int INITIAL_SLOTS = 256;
    private static final int SLOTS_KEPT = 1 << 18;

    private @Nullable Object[] keys = new @Nullable Object[INITIAL_SLOTS];
    private int[] ids = new int[INITIAL_SLOTS];
    private int[] usedSlots = new int[INITIAL_SLOTS / 2];
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
            grow();
        }
        return FIRST_TIME;
    }

    boolean has(Object object) {
        @Nullable Object[] table = keys;
        int mask = table.length - 1;
        int slot = slot(object, mask);
        for (Object key; (key = table[slot]) != null; slot = (slot + 1) & mask) {
            if (key == object) {
                return true;
            }
        }
        return false;
    }

    /** Takes the next number for an object that shall not be recognized again. */
    void skipId() {
        nextId++;
    }

    void reset() {
        nextId = 0;
        if (keys.length > SLOTS_KEPT) {
            allocate(SLOTS_KEPT);
            usedSlots = new int[SLOTS_KEPT / 2];
        } else {
            for (int i = 0; i < used; i++) {
                keys[usedSlots[i]] = null;
            }
        }
        used = 0;
    }

    private void grow() {
        @Nullable Object[] oldKeys = keys;
        int[] oldIds = ids;
        int[] oldSlots = usedSlots;
        allocate(oldKeys.length * 2);
        usedSlots = new int[oldSlots.length * 2];
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
    }

    private void allocate(int slots) {
        keys = new @Nullable Object[slots];
        ids = new int[slots];
    }

    private static int slot(Object object, int mask) {
        int hash = System.identityHashCode(object) * 0x9E3779B9;
        return (hash ^ (hash >>> 15)) & mask;
    }
}
