package io.processexecutor.serialization.graph.plain;

import com.esotericsoftware.kryo.io.Input;
import com.esotericsoftware.kryo.io.Output;
import io.processexecutor.serialization.graph.field.Singleton;
import io.processexecutor.serialization.graph.wire.GraphKryo;
import io.processexecutor.serialization.graph.wire.GraphSerializer;

/** The only object of its class is that of the other JVM; field by field, if it is one that was made by other means. */
public final class SingletonSerializer extends GraphSerializer<Object> {

    private final Singleton singleton;
    private final BeanSerializer others;

    /**
     * Creates one.
     *
     * @param singleton that of the class
     * @param others for any other object of it
     */
    public SingletonSerializer(Singleton singleton, BeanSerializer others) {
        this.singleton = singleton;
        this.others = others;
    }

    @Override
    public void write(GraphKryo kryo, Output output, Object object) {
        boolean only = singleton.is(object);
        output.writeBoolean(only);
        if (!only) {
            others.write(kryo, output, object);
        }
    }

    @Override
    public Object read(GraphKryo kryo, Input input, Class<?> type) {
        return input.readBoolean() ? singleton.get() : others.read(kryo, input, type);
    }
}
