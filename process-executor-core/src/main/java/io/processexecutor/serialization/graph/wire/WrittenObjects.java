package io.processexecutor.serialization.graph.wire;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * Numbers the objects of a graph by identity, in the order they are first met.
 *
 * <p>The hash table holds numbers and no references: those stand in a row, since references stored all over a large
 * array are what collectors with a write barrier are slowest at. Clearing costs as much as the graph had objects, not as
 * much as the table has room; and a small graph after a large one has the small table, which the processor's cache holds.
 */
final class WrittenObjects {

    static final int FIRST_TIME = -1;

    private static final int SMALL_SLOTS = 256;
    private static final int SLOTS_KEPT = 1 << 18;
    private static final int MOST_EXPECTED = 1 << 20;

    private final Table small = new Table(SMALL_SLOTS);
    private @Nullable Table large;

    // Those of the table in use. An entry is the hash of an object, and its number plus one.
    private long[] entries = small.entries;
    private int[] usedSlots = small.usedSlots;
    private int used;

    private @Nullable Object[] objects = new @Nullable Object[SMALL_SLOTS / 2];
    private int count;

    /** The number of an object met before; else numbers it. */
    int idOrAdd(Object object) {
        long[] table = entries;
        int mask = table.length - 1;
        int hash = hash(object);
        int slot = hash & mask;
        for (long entry; (entry = table[slot]) != 0; slot = (slot + 1) & mask) {
            if ((int) (entry >>> Integer.SIZE) == hash && objects[(int) entry - 1] == object) {
                return (int) entry - 1;
            }
        }
        add(object);
        table[slot] = (long) hash << Integer.SIZE | count;
        usedSlots[used] = slot;
        if (++used == usedSlots.length) {
            grow(table.length * 2);
        }
        return FIRST_TIME;
    }

    /** Whether an object was met before. */
    boolean has(Object object) {
        long[] table = entries;
        int mask = table.length - 1;
        int hash = hash(object);
        int slot = hash & mask;
        for (long entry; (entry = table[slot]) != 0; slot = (slot + 1) & mask) {
            if ((int) (entry >>> Integer.SIZE) == hash && objects[(int) entry - 1] == object) {
                return true;
            }
        }
        return false;
    }

    /** Takes the next number for an object that shall not be recognized again. */
    void skipId() {
        add(null);
    }

    /** Makes room at once for objects that are about to come, though they may turn out to be known. */
    void expect(int more) {
        int room = count + Math.min(more, MOST_EXPECTED);
        if (room > objects.length) {
            // Many short lists, each of which is expected, must not copy it once each.
            objects = Arrays.copyOf(objects, Math.max(room, objects.length * 2));
        }
        if (room >= usedSlots.length) {
            grow(Integer.highestOneBit(room) * 4);
        }
    }

    void reset() {
        if (entries.length > SLOTS_KEPT || objects.length > SLOTS_KEPT) {
            large = null;
            Arrays.fill(small.entries, 0);
            objects = new @Nullable Object[SMALL_SLOTS / 2];
        } else {
            for (int i = 0; i < used; i++) {
                entries[usedSlots[i]] = 0;
            }
            Arrays.fill(objects, 0, count, null);
        }
        count = 0;
        used = 0;
        use(small);
    }

    /** Gives back what a large graph needed; not to be called in the middle of one. */
    void shrink() {
        large = null;
        if (objects.length > SMALL_SLOTS / 2) {
            objects = new @Nullable Object[SMALL_SLOTS / 2];
        }
    }

    private void add(@Nullable Object object) {
        if (count == objects.length) {
            objects = Arrays.copyOf(objects, count * 2);
        }
        objects[count++] = object;
    }

    private void grow(int slots) {
        long[] oldEntries = entries;
        int[] oldSlots = usedSlots;
        if (large == null || large.entries.length < slots) {
            large = new Table(slots);
        }
        use(large);
        int mask = entries.length - 1;
        for (int i = 0; i < used; i++) {
            long entry = oldEntries[oldSlots[i]];
            int slot = (int) (entry >>> Integer.SIZE) & mask;
            while (entries[slot] != 0) {
                slot = (slot + 1) & mask;
            }
            entries[slot] = entry;
            usedSlots[i] = slot;
        }
        if (oldEntries == small.entries) {
            Arrays.fill(oldEntries, 0);
        }
    }

    private void use(Table table) {
        entries = table.entries;
        usedSlots = table.usedSlots;
    }

    private static int hash(Object object) {
        int hash = System.identityHashCode(object) * 0x9E3779B9;
        return hash ^ (hash >>> 15);
    }

    private static final class Table {

        final long[] entries;
        final int[] usedSlots;

        Table(int slots) {
            entries = new long[slots];
            usedSlots = new int[slots / 2];
        }
    }
}
