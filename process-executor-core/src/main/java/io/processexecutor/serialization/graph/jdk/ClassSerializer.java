package io.processexecutor.serialization.graph.jdk;

import com.esotericsoftware.kryo.io.Input;
import com.esotericsoftware.kryo.io.Output;
import io.processexecutor.serialization.explain.Refusal;
import io.processexecutor.serialization.graph.wire.GraphKryo;
import io.processexecutor.serialization.graph.wire.GraphSerializer;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** A class by its name; its bytes do not travel. */
final class ClassSerializer extends GraphSerializer<Class<?>> {

    private static final Map<String, Class<?>> PRIMITIVES = Stream.of(
                    boolean.class,
                    byte.class,
                    short.class,
                    char.class,
                    int.class,
                    long.class,
                    float.class,
                    double.class,
                    void.class)
            .collect(Collectors.toMap(Class::getName, Function.identity()));

    @Override
    public void write(GraphKryo kryo, Output output, Class<?> object) {
        Class<?> element = object;
        while (element.isArray()) {
            element = element.getComponentType();
        }
        if (element.isHidden()) {
            throw Refusal.of(
                    Refusal.Kind.CANNOT_TRAVEL,
                    object,
                    "it is the hidden class " + element.getName() + ", which no other JVM can find");
        }
        kryo.policy().allowed().check(element);
        output.writeString(kryo.nameOf(object));
    }

    @Override
    public Class<?> read(GraphKryo kryo, Input input, Class<? extends Class<?>> type) {
        String name = input.readString();
        Class<?> primitive = PRIMITIVES.get(name);
        return primitive == null ? kryo.classOf(name) : primitive;
    }
}
