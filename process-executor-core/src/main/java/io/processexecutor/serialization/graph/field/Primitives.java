package io.processexecutor.serialization.graph.field;

import java.lang.reflect.Array;

/** What a primitive field holds before anything is put into it. */
public final class Primitives {

    private Primitives() {}

    /**
     * The type of a descriptor of one letter.
     *
     * @param letter such as {@code I}
     * @return the primitive type; {@code Object} for any letter that is not of one
     */
    public static Class<?> ofDescriptor(char letter) {
        return switch (letter) {
            case 'Z' -> boolean.class;
            case 'B' -> byte.class;
            case 'S' -> short.class;
            case 'C' -> char.class;
            case 'I' -> int.class;
            case 'J' -> long.class;
            case 'F' -> float.class;
            case 'D' -> double.class;
            default -> Object.class;
        };
    }

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
