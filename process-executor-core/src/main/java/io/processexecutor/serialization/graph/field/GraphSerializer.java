package io.processexecutor.serialization.graph.field;

import com.esotericsoftware.kryo.Kryo;
import com.esotericsoftware.kryo.Serializer;
import com.esotericsoftware.kryo.io.Input;
import com.esotericsoftware.kryo.io.Output;
import io.processexecutor.serialization.graph.failure.MalformedGraph;
import io.processexecutor.serialization.graph.wire.GraphKryo;
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
        int count = input.readVarInt(true);
        if (count < 0 || (long) count * bytesEach > input.limit() - input.position()) {
            throw new MalformedGraph(
                    "a count of " + count + " where " + (input.limit() - input.position()) + " bytes are left");
        }
        return count;
    }
}
