package io.processexecutor.serialization.graph.wire;

import io.processexecutor.Closures;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/** The objects being written, from the root to the innermost: who holds whom, should something be refused. */
final class Holders {

    private static final int KEPT = 1 << 12;

    private @Nullable Object[] objects = new @Nullable Object[64];
    private int depth;
    /** The marked one that was found last, which holds all that is written until it is popped. */
    private @Nullable Object marked;

    private int markedAt;

    int depth() {
        return depth;
    }

    void push(Object object) {
        if (depth == objects.length) {
            objects = Arrays.copyOf(objects, depth * 2);
        }
        objects[depth++] = object;
    }

    void pop() {
        objects[--depth] = null;
    }

    Object[] copy() {
        return Arrays.copyOf(objects, depth, Object[].class);
    }

    /** The one that many levels above the innermost. */
    @Nullable
    Object above(int levels) {
        return levels < depth ? objects[depth - 1 - levels] : null;
    }

    boolean belowMark() {
        if (marked != null && markedAt < depth && objects[markedAt] == marked) {
            return true;
        }
        // The innermost itself comes last: more often it is one that holds it.
        for (int level = depth - 2; level >= 0; level--) {
            if (marked(level)) {
                return true;
            }
        }
        return depth > 0 && marked(depth - 1);
    }

    private boolean marked(int level) {
        Object each = objects[level];
        if (each == null || !Closures.isWrapped(each)) {
            return false;
        }
        marked = each;
        markedAt = level;
        return true;
    }

    void clear() {
        marked = null;
        if (objects.length > KEPT) {
            objects = new @Nullable Object[64];
        } else {
            Arrays.fill(objects, 0, depth, null);
        }
        depth = 0;
    }
}
