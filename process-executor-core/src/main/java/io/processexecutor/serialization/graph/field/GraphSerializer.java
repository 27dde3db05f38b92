package io.processexecutor.serialization.graph.field;

import com.esotericsoftware.kryo.Kryo;
import com.esotericsoftware.kryo.Serializer;
import com.esotericsoftware.kryo.io.Input;
import com.esotericsoftware.kryo.io.Output;
import io.processexecutor.serialization.graph.wire.GraphInput;
import io.processexecutor.serialization.graph.wire.GraphKryo;
import io.processexecutor.serialization.graph.wire.GraphOutput;
import org.jspecify.annotations.Nullable;

/**
 * A serializer that knows the engine it runs in.
 *
 * @param <T> what it writes and reads
 */
public abstract class GraphSerializer<T> extends Serializer<T> {

    /** For subclasses. */
    protected GraphSerializer() {}

    /**
     * Writes an object.
     *
     * @param kryo the engine
     * @param output where to
     * @param object the object
     */
    protected abstract void write(GraphKryo kryo, Output output, T object);

    /**
     * Reads an object; announces it to the engine before its children.
     *
     * @param kryo the engine
     * @param input where from
     * @param type its class
     * @return the object
     */
    protected abstract @Nullable T read(GraphKryo kryo, Input input, Class<? extends T> type);

    @Override
    public final void write(Kryo kryo, Output output, T object) {
        write((GraphKryo) kryo, output, object);
    }

    @Override
    public final @Nullable T read(Kryo kryo, Input input, Class<? extends T> type) {
        return read((GraphKryo) kryo, input, type);
    }

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
