package io.processexecutor.serialization.graph.plain;

import com.esotericsoftware.kryo.io.Input;
import com.esotericsoftware.kryo.io.Output;
import io.processexecutor.serialization.graph.field.GraphSerializer;
import io.processexecutor.serialization.graph.wire.GraphKryo;
import io.processexecutor.serialization.graph.wire.GraphOutput;
import io.processexecutor.serialization.graph.wire.MalformedGraph;
import java.lang.reflect.Array;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/** An array of primitives in one copy, every bit of a NaN kept. */
public final class PrimitiveArraySerializer extends GraphSerializer<Object> {

    private final Class<?> component;
    private final int bytesEach;

    /**
     * Creates one.
     *
     * @param component the primitive type
     */
    public PrimitiveArraySerializer(Class<?> component) {
        this.component = component;
        if (component == byte.class || component == boolean.class) {
            bytesEach = 1;
        } else if (component == short.class || component == char.class) {
            bytesEach = 2;
        } else {
            bytesEach = component == int.class || component == float.class ? 4 : 8;
        }
    }

    @Override
    protected void write(GraphKryo kryo, Output output, Object array) {
        int length = Array.getLength(array);
        long bytes = (long) length * bytesEach;
        writeLength(output, length);
        if (bytes > Integer.MAX_VALUE - 8 - output.position()) {
            throw new MalformedGraph(
                    "an array of " + bytes + " bytes does not fit into 2 GB with the rest of its graph");
        }
        GraphOutput sink = (GraphOutput) output;
        sink.ensure((int) bytes);
        ByteBuffer buffer = view(sink.getBuffer(), sink.position(), (int) bytes);
        if (array instanceof byte[] values) {
            buffer.put(values);
        } else if (array instanceof int[] values) {
            buffer.asIntBuffer().put(values);
        } else if (array instanceof long[] values) {
            buffer.asLongBuffer().put(values);
        } else if (array instanceof double[] values) {
            buffer.asDoubleBuffer().put(values);
        } else if (array instanceof char[] values) {
            buffer.asCharBuffer().put(values);
        } else if (array instanceof float[] values) {
            buffer.asFloatBuffer().put(values);
        } else if (array instanceof short[] values) {
            buffer.asShortBuffer().put(values);
        } else {
            for (boolean value : (boolean[]) array) {
                buffer.put((byte) (value ? 1 : 0));
            }
        }
        sink.setPosition(sink.position() + (int) bytes);
    }

    @Override
    protected Object read(GraphKryo kryo, Input input, Class<?> type) {
        int length = readLength(input, bytesEach);
        int bytes = length * bytesEach;
        Object array = Array.newInstance(component, length);
        ByteBuffer buffer = view(input.getBuffer(), input.position(), bytes);
        if (array instanceof byte[] values) {
            buffer.get(values);
        } else if (array instanceof int[] values) {
            buffer.asIntBuffer().get(values);
        } else if (array instanceof long[] values) {
            buffer.asLongBuffer().get(values);
        } else if (array instanceof double[] values) {
            buffer.asDoubleBuffer().get(values);
        } else if (array instanceof char[] values) {
            buffer.asCharBuffer().get(values);
        } else if (array instanceof float[] values) {
            buffer.asFloatBuffer().get(values);
        } else if (array instanceof short[] values) {
            buffer.asShortBuffer().get(values);
        } else {
            boolean[] values = (boolean[]) array;
            for (int i = 0; i < length; i++) {
                values[i] = buffer.get() != 0;
            }
        }
        input.setPosition(input.position() + bytes);
        return array;
    }

    private static ByteBuffer view(byte[] bytes, int offset, int length) {
        return ByteBuffer.wrap(bytes, offset, length).order(ByteOrder.LITTLE_ENDIAN);
    }
}
