package io.processexecutor.serialization.graph.field;

import java.lang.reflect.Array;

/** What a primitive field holds before anything is put into it. */
public final class Primitives {

    private Primitives() {}

    /**
     * The zero of a primitive type.
     *
     * @param type the type
     * @return its zero, boxed
     */
    public static Object zero(Class<?> type) {
        return Array.get(Array.newInstance(type, 1), 0);
    }
}
