package io.processexecutor.serialization.graph.wire;

import com.esotericsoftware.kryo.io.Input;
import com.esotericsoftware.kryo.io.Output;
import org.jspecify.annotations.Nullable;

/**
 * Writes and reads the objects of a class, or of a family of them.
 *
 * @param <T> what it writes and reads
 */
public abstract class GraphSerializer<T> {

    /** For subclasses. */
    protected GraphSerializer() {}

    /**
     * Writes an object.
     *
     * @param kryo the engine
     * @param output where to
     * @param object the object
     */
    public abstract void write(GraphKryo kryo, Output output, T object);

    /**
     * Reads an object; announces it to the engine before its children.
     *
     * @param kryo the engine
     * @param input where from
     * @param type its class
     * @return the object
     */
    public abstract @Nullable T read(GraphKryo kryo, Input input, Class<? extends T> type);

    /**
     * Reads a count of things that take bytes each, so that damaged bytes cannot make us reserve more than they are.
     *
     * @param input where from
     * @param bytesEach the least bytes that each takes
     * @return the count
     */
    public static int readCount(Input input, int bytesEach) {
        return ((GraphInput) input).readCount(bytesEach);
    }

    /**
     * Writes the length of an array or a collection, if the limit allows it.
     *
     * @param output where to
     * @param length the length
     */
    public static void writeLength(Output output, int length) {
        ((GraphOutput) output).writeLength(length);
    }

    /**
     * Reads the length of an array or a collection, as {@link #readCount} does and if the limit allows it.
     *
     * @param input where from
     * @param bytesEach the least bytes that each element takes
     * @return the length
     */
    public static int readLength(Input input, int bytesEach) {
        return ((GraphInput) input).readLength(bytesEach);
    }
}
