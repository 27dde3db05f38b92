package io.processexecutor.serialization.graph.collection;

import com.esotericsoftware.kryo.io.Input;
import io.processexecutor.serialization.graph.wire.GraphOutput;
import io.processexecutor.serialization.graph.wire.MalformedGraph;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import org.jspecify.annotations.Nullable;

/** Boxed doubles of a list, all bits of each one after the other. Works in chunks as {@link PackedNumbers} does. */
final class PackedDoubles {

    private static final int CHUNK = 1024;

    private static final VarHandle LONGS = MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);

    private PackedDoubles() {}

    static void write(GraphOutput output, @Nullable Object[] elements, int size) {
        for (int from = 0; from < size; from += CHUNK) {
            int to = Math.min(size, from + CHUNK);
            int bytes = (to - from) * Double.BYTES;
            output.ensure(bytes);
            write(elements, from, to, output.getBuffer(), output.position());
            output.setPosition(output.position() + bytes);
        }
    }

    static @Nullable Object[] read(Input input, int size) {
        if ((long) size * Double.BYTES > input.limit() - input.position()) {
            throw new MalformedGraph(size + " doubles");
        }
        @Nullable Object[] elements = new @Nullable Object[size];
        for (int from = 0; from < size; from += CHUNK) {
            int to = Math.min(size, from + CHUNK);
            read(elements, from, to, input.getBuffer(), input.position());
            input.setPosition(input.position() + (to - from) * Double.BYTES);
        }
        return elements;
    }

    @SuppressWarnings("NullAway") // The caller has seen that all are doubles.
    private static void write(@Nullable Object[] elements, int from, int to, byte[] buffer, int start) {
        int position = start;
        for (int i = from; i < to; i++, position += Double.BYTES) {
            LONGS.set(buffer, position, Double.doubleToRawLongBits((Double) elements[i]));
        }
    }

    private static void read(@Nullable Object[] elements, int from, int to, byte[] buffer, int start) {
        int position = start;
        for (int i = from; i < to; i++, position += Double.BYTES) {
            elements[i] = Double.longBitsToDouble((long) LONGS.get(buffer, position));
        }
    }
}
