package io.processexecutor.serialization.graph;

import com.esotericsoftware.kryo.Serializer;
import com.esotericsoftware.kryo.io.Input;
import com.esotericsoftware.kryo.io.Output;
import io.processexecutor.serialization.graph.field.GraphSerializer;
import io.processexecutor.serialization.graph.wire.GraphKryo;

/** Boxed floating point numbers with every bit of a NaN, which Kryo's own lose. */
final class FloatingSerializers {

    private FloatingSerializers() {}

    static Serializer<Float> ofFloat() {
        return new OfFloat();
    }

    static Serializer<Double> ofDouble() {
        return new OfDouble();
    }

    private static final class OfFloat extends GraphSerializer<Float> {
        @Override
        protected void write(GraphKryo kryo, Output output, Float object) {
            output.writeInt(Float.floatToRawIntBits(object));
        }

        @Override
        protected Float read(GraphKryo kryo, Input input, Class<? extends Float> type) {
            return Float.intBitsToFloat(input.readInt());
        }
    }

    private static final class OfDouble extends GraphSerializer<Double> {
        @Override
        protected void write(GraphKryo kryo, Output output, Double object) {
            output.writeLong(Double.doubleToRawLongBits(object));
        }

        @Override
        protected Double read(GraphKryo kryo, Input input, Class<? extends Double> type) {
            return Double.longBitsToDouble(input.readLong());
        }
    }
}
