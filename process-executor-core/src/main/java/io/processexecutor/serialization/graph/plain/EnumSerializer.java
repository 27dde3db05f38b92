package io.processexecutor.serialization.graph.plain;

import com.esotericsoftware.kryo.io.Input;
import com.esotericsoftware.kryo.io.Output;
import io.processexecutor.serialization.graph.failure.MalformedGraph;
import io.processexecutor.serialization.graph.wire.GraphKryo;
import io.processexecutor.serialization.graph.wire.GraphSerializer;
import java.util.HashMap;
import java.util.Map;

/** An enum constant by its name; each constant is written once per graph. */
public final class EnumSerializer extends GraphSerializer<Enum<?>> {

    private final Class<?> type;
    private final Map<String, Enum<?>> constants = new HashMap<>();

    /**
     * Creates one.
     *
     * @param type the class that declares the constants
     */
    public EnumSerializer(Class<?> type) {
        this.type = type;
    }

    @Override
    public void write(GraphKryo kryo, Output output, Enum<?> object) {
        output.writeString(object.name());
    }

    @Override
    public Enum<?> read(GraphKryo kryo, Input input, Class<? extends Enum<?>> ignored) {
        String name = input.readString();
        if (constants.isEmpty()) {
            // Not in the constructor: this runs the initializer of the enum.
            for (Object each : type.getEnumConstants()) {
                constants.put(((Enum<?>) each).name(), (Enum<?>) each);
            }
        }
        Enum<?> constant = constants.get(name);
        if (constant == null) {
            throw new MalformedGraph("the enum " + type.getName() + " has no constant " + name + " here");
        }
        return constant;
    }
}
