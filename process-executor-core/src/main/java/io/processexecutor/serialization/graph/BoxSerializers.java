package io.processexecutor.serialization.graph;

import com.esotericsoftware.kryo.io.Input;
import com.esotericsoftware.kryo.io.Output;
import io.processexecutor.serialization.graph.wire.GraphKryo;
import io.processexecutor.serialization.graph.wire.GraphSerializer;

/**
 * The boxes that long collections are made of. Floating point numbers keep every bit of a NaN, of which Kryo's own
 * serializers lose some.
 */
final class BoxSerializers {

    private BoxSerializers() {}

    static final class OfInteger extends GraphSerializer<Integer> {
        @Override
        public void write(GraphKryo kryo, Output output, Integer object) {
            output.writeInt(object, false);
        }

        @Override
        public Integer read(GraphKryo kryo, Input input, Class<? extends Integer> type) {
            return input.readInt(false);
        }
    }

    static final class OfLong extends GraphSerializer<Long> {
        @Override
        public void write(GraphKryo kryo, Output output, Long object) {
            output.writeVarLong(object, false);
        }

        @Override
        public Long read(GraphKryo kryo, Input input, Class<? extends Long> type) {
            return input.readVarLong(false);
        }
    }

    static final class OfFloat extends GraphSerializer<Float> {
        @Override
        public void write(GraphKryo kryo, Output output, Float object) {
            output.writeInt(Float.floatToRawIntBits(object));
        }

        @Override
        public Float read(GraphKryo kryo, Input input, Class<? extends Float> type) {
            return Float.intBitsToFloat(input.readInt());
        }
    }

    static final class OfDouble extends GraphSerializer<Double> {
        @Override
        public void write(GraphKryo kryo, Output output, Double object) {
            output.writeLong(Double.doubleToRawLongBits(object));
        }

        @Override
        public Double read(GraphKryo kryo, Input input, Class<? extends Double> type) {
            return Double.longBitsToDouble(input.readLong());
        }
    }
}
