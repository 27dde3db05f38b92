package io.processexecutor.serialization.graph.plain;

import com.esotericsoftware.kryo.io.Input;
import com.esotericsoftware.kryo.io.Output;
import io.processexecutor.serialization.graph.wire.ArrayContent;
import io.processexecutor.serialization.graph.wire.GraphInput;
import io.processexecutor.serialization.graph.wire.GraphKryo;
import io.processexecutor.serialization.graph.wire.GraphOutput;
import io.processexecutor.serialization.graph.wire.GraphSerializer;
import io.processexecutor.serialization.graph.wire.LargeArrays;
import java.lang.reflect.Array;
import java.nio.ByteBuffer;

/** An array of primitives in one copy; of a large one only the length, see {@link LargeArrays}. */
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
        bytesEach = ArrayContent.bytesEach(component);
    }

    @Override
    public void write(GraphKryo kryo, Output output, Object array) {
        int length = Array.getLength(array);
        long bytes = (long) length * bytesEach;
        writeLength(output, length);
        GraphOutput sink = (GraphOutput) output;
        if (LargeArrays.isLarge(bytes)) {
            kryo.session().writeLarge(array, bytes, sink);
            return;
        }
        sink.ensure((int) bytes);
        ArrayContent.put(array, 0, length, ByteBuffer.wrap(sink.getBuffer(), sink.position(), (int) bytes));
        sink.setPosition(sink.position() + (int) bytes);
    }

    @Override
    public Object read(GraphKryo kryo, Input input, Class<?> type) {
        GraphInput source = (GraphInput) input;
        int length = source.readLength();
        if (LargeArrays.isLarge((long) length * bytesEach)) {
            return kryo.session().arrays().next(component, length);
        }
        source.checkLeft(length, bytesEach);
        int bytes = length * bytesEach;
        Object array = Array.newInstance(component, length);
        ArrayContent.get(ByteBuffer.wrap(input.getBuffer(), input.position(), bytes), array, 0, length);
        input.setPosition(input.position() + bytes);
        return array;
    }
}
