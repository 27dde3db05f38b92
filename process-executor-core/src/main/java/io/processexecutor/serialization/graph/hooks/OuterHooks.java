package io.processexecutor.serialization.graph.hooks;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/** Where the hooks were which wait for the innermost one: three values each. */
final class OuterHooks {

    private static final int SIZE = 3;

    /** A deep graph has more, which would only be dead weight afterwards. */
    private static final int KEPT = 64 * SIZE;

    private @Nullable Object[] values = new @Nullable Object[4 * SIZE];
    private int used;

    void push(@Nullable Object first, @Nullable Object second, @Nullable Object third) {
        if (used == values.length) {
            values = Arrays.copyOf(values, used * 2);
        }
        values[used++] = first;
        values[used++] = second;
        values[used++] = third;
    }

    /** The last value that was pushed. */
    @Nullable
    Object pop() {
        Object value = values[--used];
        values[used] = null;
        if (used == 0 && values.length > KEPT) {
            values = new @Nullable Object[4 * SIZE];
        }
        return value;
    }
}
