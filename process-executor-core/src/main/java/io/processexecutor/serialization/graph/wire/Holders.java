package io.processexecutor.serialization.graph.wire;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/** The objects being written, from the root to the innermost: who holds whom, should something be refused. */
final class Holders {

    private static final int KEPT = 1 << 12;

    private @Nullable Object[] objects = new @Nullable Object[64];
    private int depth;

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

    @Nullable
    Object parent() {
        return depth < 2 ? null : objects[depth - 2];
    }

    void clear() {
        if (objects.length > KEPT) {
            objects = new @Nullable Object[64];
        } else {
            Arrays.fill(objects, 0, depth, null);
        }
        depth = 0;
    }
}
