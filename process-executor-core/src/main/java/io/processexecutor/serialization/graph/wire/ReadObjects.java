package io.processexecutor.serialization.graph.wire;

import io.processexecutor.serialization.explain.Refusal;
import io.processexecutor.serialization.graph.failure.MalformedGraph;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.IdentityHashMap;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The objects read so far by their number, and the stack of those still being read. A reference to an unfinished object
 * is where graphs go silently wrong, so each is accounted for here: it gets a shell, or marks the hash tables that are
 * filled meanwhile, or is refused.
 */
final class ReadObjects {

    private static final int INITIAL = 256;
    private static final int INITIAL_DEPTH = 64;
    private static final int KEPT = 1 << 18;
    private static final int DEPTH_KEPT = 1 << 12;
    private static final int NONE = Integer.MAX_VALUE;
    private static final int[] NOTHING = {};
    private static final Object UNFINISHED = new Object();

    private static final byte SHELL_GIVEN = 1;
    private static final byte HELD_BY_OTHERS = 2;

    private @Nullable Object[] objects = new @Nullable Object[INITIAL];
    private int count;

    private int[] openIds = new int[INITIAL_DEPTH];
    private Route[] openRoutes = new Route[INITIAL_DEPTH];
    private byte[] openFlags = new byte[INITIAL_DEPTH];
    /** For each open object the outermost open one that what is inside of it, so far, cannot be complete without. */
    private int[] openNeeds = new int[INITIAL_DEPTH];

    private int depth;

    /** Whether anything has referred to an open object. */
    private boolean cyclic;

    /** What closed objects needed when they were closed, plus one; zero where there was none. Made when needed. */
    private int[] needs = NOTHING;

    /** In the order they were read. */
    private final ArrayList<Waiting> waiting = new ArrayList<>();

    /** Those of them that no code of the application could see yet. */
    private final ArrayList<Late> unseen = new ArrayList<>();

    /** Those that lacked entries when they were shown last, by their tables. */
    private IdentityHashMap<Object, LateTable> lacking = new IdentityHashMap<>(4);

    /**
     * @param owner the object in which it was read
     */
    private record Waiting(int owner, Late late) {}

    int depth() {
        return depth;
    }

    Route openRoute() {
        return openRoutes[depth - 1];
    }

    List<Class<?>> openTypes() {
        List<Class<?>> types = new ArrayList<>();
        for (int level = 0; level < depth; level++) {
            types.add(openRoutes[level].typeOf());
        }
        return types;
    }

    void addLeaf(@Nullable Object object) {
        reserve();
        objects[count - 1] = object;
    }

    int open(Route route) {
        reserve();
        int id = count - 1;
        objects[id] = UNFINISHED;
        if (depth == openIds.length) {
            resizeOpen(depth * 2);
        }
        openIds[depth] = id;
        openRoutes[depth] = route;
        openFlags[depth] = 0;
        openNeeds[depth] = NONE;
        depth++;
        return id;
    }

    private void resizeOpen(int most) {
        openIds = Arrays.copyOf(openIds, most);
        openRoutes = Arrays.copyOf(openRoutes, most);
        openFlags = Arrays.copyOf(openFlags, most);
        openNeeds = Arrays.copyOf(openNeeds, most);
    }

    /** The object being read exists from now on, though not all of it. */
    void setOpen(Object object) {
        objects[openIds[depth - 1]] = object;
    }

    /** The object being read as a shell, to be filled later by whoever asks. */
    Object shell() {
        int level = depth - 1;
        Object early = objects[openIds[level]];
        if (early == null || early == UNFINISHED) {
            Route route = openRoutes[level];
            early = ((Shelled) route.serializer()).newShell(route.typeOf());
            objects[openIds[level]] = early;
        }
        return early;
    }

    @Nullable
    Object close(int id, @Nullable Object finished) {
        int level = --depth;
        Object closed = settle(id, level, finished);
        if (openNeeds[level] != NONE) {
            settleNeeds(id, level);
        }
        return closed;
    }

    private void settleNeeds(int id, int level) {
        int needed = openNeeds[level];
        if (needed >= id) {
            // Nothing inside it refers further out: all of it is complete now.
            complete(id);
            return;
        }
        openNeeds[level - 1] = Math.min(openNeeds[level - 1], needed);
        if (needs.length <= id) {
            needs = Arrays.copyOf(needs, Math.max(id + INITIAL, 2 * needs.length));
        }
        needs[id] = needed + 1;
    }

    private @Nullable Object settle(int id, int level, @Nullable Object finished) {
        Route route = openRoutes[level];
        byte flags = openFlags[level];
        Object early = objects[id];
        if ((flags & SHELL_GIVEN) != 0 && early != null && early != finished) {
            if (finished == null || early.getClass() != finished.getClass()) {
                throw cycle(route, "it becomes another object only once it is finished");
            }
            ((Shelled) route.serializer()).fill(early, finished);
            return early;
        }
        if (early != finished) {
            // As on the platform, what referred to it before keeps what was read, if that can stand for what it became.
            if ((flags & HELD_BY_OTHERS) != 0 && !isOfAKind(early, finished)) {
                throw cycle(
                        route,
                        "its readResolve gives "
                                + (finished == null
                                        ? "null"
                                        : finished.getClass().getTypeName())
                                + " only once it is finished, where it is referred to before; make the reference back to"
                                + " it transient, or let readResolve give an object of its own class");
            }
            objects[id] = finished;
        }
        return finished;
    }

    private static boolean isOfAKind(@Nullable Object early, @Nullable Object finished) {
        return early != null
                && finished != null
                && (early.getClass().isInstance(finished) || finished.getClass().isInstance(early));
    }

    @Nullable
    Object get(int id) {
        if (id < 0 || id >= count) {
            throw new MalformedGraph("reference to object " + id + " of " + count);
        }
        int level = Arrays.binarySearch(openIds, 0, depth, id);
        if (level >= 0) {
            if (level < depth - 1) {
                openFlags[level] |= HELD_BY_OTHERS;
            }
            need(id);
            if (objects[id] == UNFINISHED) {
                Route route = openRoutes[level];
                if (!(route.serializer() instanceof Shelled shelled)) {
                    throw cycle(route, "it cannot be referred to before it is finished");
                }
                objects[id] = shelled.newShell(route.typeOf());
                openFlags[level] |= SHELL_GIVEN;
            }
        } else if (id < needs.length && needs[id] != 0) {
            needWhatNeeds(id);
        }
        return objects[id];
    }

    private void need(int open) {
        cyclic = true;
        openNeeds[depth - 1] = Math.min(openNeeds[depth - 1], open);
    }

    /** Whoever refers to a closed object is not complete before that is. */
    private void needWhatNeeds(int closed) {
        int open = closed;
        while (open < needs.length && needs[open] != 0 && !isOpen(open)) {
            open = needs[open] - 1;
        }
        boolean incomplete = isOpen(open);
        // The way is not gone twice.
        for (int each = closed; each != open; ) {
            int next = needs[each] - 1;
            needs[each] = incomplete ? open + 1 : 0;
            each = next;
        }
        if (incomplete) {
            need(open);
        }
    }

    private boolean isOpen(int id) {
        return Arrays.binarySearch(openIds, 0, depth, id) >= 0;
    }

    /** Whether what was read so far of the object being read refers to something that is not finished. */
    boolean holdsUnfinished() {
        return openNeeds[depth - 1] != NONE;
    }

    /** To be called before a part of the object being read, if it matters whether that part is unfinished. */
    int beginPart() {
        if (!cyclic) {
            return NONE;
        }
        int before = openNeeds[depth - 1];
        openNeeds[depth - 1] = NONE;
        return before;
    }

    /** Whether the part that was read since refers to something that is not finished. */
    boolean endPart(int before) {
        if (!cyclic) {
            return false;
        }
        int needed = openNeeds[depth - 1];
        openNeeds[depth - 1] = Math.min(before, needed);
        return needed != NONE;
    }

    void completeLater(Late late) {
        waiting.add(new Waiting(openIds[depth - 1], late));
        unseen.add(late);
    }

    void unseen(Late late) {
        unseen.add(late);
    }

    /** What was read is about to be seen by code of the application. */
    void show() {
        if (!unseen.isEmpty()) {
            List<Late> all = List.copyOf(unseen);
            unseen.clear();
            for (Late each : all) {
                each.early();
                if (each instanceof LateTable late && late.lacksEntries()) {
                    lacking.put(late.table(), late);
                }
            }
        }
    }

    /** What is still to be put into an object that is about to be given away by itself; null if nothing is. */
    @Nullable
    LateTable lacking(@Nullable Object object) {
        if (object == null || lacking.isEmpty()) {
            return null;
        }
        LateTable late = lacking.get(object);
        if (late == null) {
            return null;
        }
        late.early();
        if (late.lacksEntries()) {
            return late;
        }
        lacking.remove(object);
        return null;
    }

    private void complete(int id) {
        // Those that were read in it come last, in the order they were read: an outer key may hash by what is inside.
        int from = waiting.size();
        while (from > 0 && waiting.get(from - 1).owner() >= id) {
            from--;
        }
        List<Waiting> inside = waiting.subList(from, waiting.size());
        for (Waiting each : inside) {
            Late late = each.late();
            late.complete();
            if (!lacking.isEmpty() && late instanceof LateTable table) {
                lacking.remove(table.table());
            }
        }
        inside.clear();
    }

    void reset() {
        if (objects.length > KEPT) {
            objects = new @Nullable Object[INITIAL];
        } else {
            Arrays.fill(objects, 0, count, null);
        }
        count = 0;
        depth = 0;
        if (openIds.length > DEPTH_KEPT) {
            resizeOpen(INITIAL_DEPTH);
        }
        cyclic = false;
        needs = NOTHING;
        waiting.clear();
        unseen.clear();
        lacking.clear();
    }

    /** Gives back what a large graph needed; not to be called in the middle of one. */
    void shrink() {
        if (objects.length > INITIAL) {
            objects = new @Nullable Object[INITIAL];
        }
        waiting.trimToSize();
        unseen.trimToSize();
        lacking = new IdentityHashMap<>(4);
    }

    /** Makes room at once for objects that are about to come. */
    void expect(int more) {
        if (more > objects.length - count) {
            // Many short lists, each of which is expected, must not copy it once each.
            objects = Arrays.copyOf(objects, Math.max(count + more, objects.length * 2));
        }
    }

    private void reserve() {
        if (count == objects.length) {
            objects = Arrays.copyOf(objects, count * 2);
        }
        count++;
    }

    private static Refusal cycle(Route route, String why) {
        return Refusal.of(route.typeOf(), "it is part of a cycle, and " + why);
    }
}
