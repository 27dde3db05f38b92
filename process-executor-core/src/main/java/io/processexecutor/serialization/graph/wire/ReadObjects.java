package io.processexecutor.serialization.graph.wire;

import io.processexecutor.serialization.explain.Refusal;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The objects read so far by their number, and the stack of those still being read. A reference to an unfinished object
 * is where graphs go silently wrong, so each is accounted for here: it gets a shell, or marks the hash tables that are
 * filled meanwhile, or is refused.
 */
final class ReadObjects {

    private static final int INITIAL = 256;
    private static final int KEPT = 1 << 18;
    private static final int NONE = Integer.MAX_VALUE;
    private static final Object UNFINISHED = new Object();

    private static final byte REFERRED_TO = 1;
    private static final byte SHELL_GIVEN = 2;
    private static final byte HELD_BY_OTHERS = 4;

    private @Nullable Object[] objects = new @Nullable Object[INITIAL];
    private int count;

    private int[] openIds = new int[64];
    private Route[] openRoutes = new Route[64];
    private byte[] openFlags = new byte[64];
    private int depth;
    /** The outermost open object that something inside it has referred to. */
    private int lowestReferredTo = NONE;

    private final List<Runnable> rehashed = new ArrayList<>();

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

    void addLeaf(Object object) {
        reserve();
        objects[count - 1] = object;
    }

    int open(Route route) {
        reserve();
        int id = count - 1;
        objects[id] = UNFINISHED;
        if (depth == openIds.length) {
            openIds = Arrays.copyOf(openIds, depth * 2);
            openRoutes = Arrays.copyOf(openRoutes, depth * 2);
            openFlags = Arrays.copyOf(openFlags, depth * 2);
        }
        openIds[depth] = id;
        openRoutes[depth] = route;
        openFlags[depth] = 0;
        depth++;
        return id;
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
        if (lowestReferredTo == level) {
            // Nothing inside it refers further out: all of it is complete now.
            lowestReferredTo = NONE;
            rehash();
        }
        return closed;
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
            if ((flags & HELD_BY_OTHERS) != 0) {
                throw cycle(route, "its readResolve answers with another object only once it is finished");
            }
            objects[id] = finished;
        }
        return finished;
    }

    @Nullable
    Object get(int id) {
        if (id < 0 || id >= count) {
            throw new MalformedGraph("reference to object " + id + " of " + count);
        }
        int level = Arrays.binarySearch(openIds, 0, depth, id);
        if (level >= 0) {
            openFlags[level] |= level == depth - 1 ? REFERRED_TO : REFERRED_TO | HELD_BY_OTHERS;
            lowestReferredTo = Math.min(lowestReferredTo, level);
            if (objects[id] == UNFINISHED) {
                Route route = openRoutes[level];
                if (!(route.serializer() instanceof Shelled shelled)) {
                    throw cycle(route, "it cannot be referred to before it is finished");
                }
                objects[id] = shelled.newShell(route.typeOf());
                openFlags[level] |= SHELL_GIVEN;
            }
        }
        return objects[id];
    }

    /** Whether what is read now may hash or compare by something that is not finished. */
    boolean insideUnfinished() {
        return lowestReferredTo < depth;
    }

    void rehashLater(Runnable entry) {
        rehashed.add(entry);
    }

    private void rehash() {
        // In the order they were read: an outer key may hash by what is inside.
        for (int i = 0; i < rehashed.size(); i++) {
            rehashed.get(i).run();
        }
        rehashed.clear();
    }

    void reset() {
        if (objects.length > KEPT) {
            objects = new @Nullable Object[INITIAL];
        } else {
            Arrays.fill(objects, 0, count, null);
        }
        count = 0;
        depth = 0;
        lowestReferredTo = NONE;
        rehashed.clear();
    }

    /** Makes room at once for objects that are about to come. */
    void expect(int more) {
        if (more > objects.length - count) {
            objects = Arrays.copyOf(objects, count + more);
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
