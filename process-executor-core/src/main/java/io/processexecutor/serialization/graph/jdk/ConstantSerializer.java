package io.processexecutor.serialization.graph.jdk;

import com.esotericsoftware.kryo.io.Input;
import com.esotericsoftware.kryo.io.Output;
import io.processexecutor.serialization.explain.Refusal;
import io.processexecutor.serialization.graph.failure.MalformedGraph;
import io.processexecutor.serialization.graph.wire.GraphKryo;
import io.processexecutor.serialization.graph.wire.GraphSerializer;
import java.util.List;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** Objects of which every JVM has its own, such as {@code System.out}: their place in a list travels. */
final class ConstantSerializer extends GraphSerializer<Object> {

    private final Supplier<? extends List<? extends @Nullable Object>> constants;
    private final String otherwise;

    /**
     * Creates one.
     *
     * @param constants the objects, in the same order in every JVM
     * @param otherwise why another object of the same class cannot travel
     */
    ConstantSerializer(Supplier<? extends List<? extends @Nullable Object>> constants, String otherwise) {
        this.constants = constants;
        this.otherwise = otherwise;
    }

    @Override
    public void write(GraphKryo kryo, Output output, Object object) {
        List<? extends @Nullable Object> known = constants.get();
        for (int i = 0; i < known.size(); i++) {
            if (known.get(i) == object) {
                output.writeByte(i);
                return;
            }
        }
        throw Refusal.of(Refusal.Kind.CANNOT_TRAVEL, object, otherwise);
    }

    @Override
    public Object read(GraphKryo kryo, Input input, Class<?> type) {
        List<? extends @Nullable Object> known = constants.get();
        int index = input.readByte();
        Object constant = index < 0 || index >= known.size() ? null : known.get(index);
        if (constant == null) {
            throw new MalformedGraph("constant " + index + " of " + type.getName());
        }
        return constant;
    }
}
