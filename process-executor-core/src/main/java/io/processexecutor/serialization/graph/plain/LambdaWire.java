package io.processexecutor.serialization.graph.plain;

import com.esotericsoftware.kryo.io.Input;
import com.esotericsoftware.kryo.io.Output;
import io.processexecutor.serialization.graph.field.FieldSlot;
import io.processexecutor.serialization.graph.field.Primitives;
import io.processexecutor.serialization.graph.wire.GraphKryo;
import io.processexecutor.serialization.graph.wire.GraphSerializer;
import io.processexecutor.serialization.lambda.LinkedLambda;
import org.jspecify.annotations.Nullable;

/**
 * Reads lambdas of every class, and stands for them where classes are numbered: the class of a lambda has no name in
 * another JVM. An instance exists before what it captured is read, so that it may refer to itself.
 */
public final class LambdaWire extends GraphSerializer<Object> {

    /** Creates one. */
    public LambdaWire() {}

    @Override
    public void write(GraphKryo kryo, Output output, Object object) {
        throw new IllegalStateException("Lambdas are written by the serializer of their class");
    }

    @Override
    public Object read(GraphKryo kryo, Input input, Class<?> type) {
        LinkedLambda linked = LambdaSites.of(kryo).read(kryo, input);
        if (!linked.allocatable()) {
            return created(kryo, input, linked);
        }
        Object lambda = linked.allocate();
        kryo.reference(lambda);
        return serializer(kryo, lambda).filled(kryo, input, lambda, linked);
    }

    /** Without deep access a lambda is made of what it captured, and cannot be part of a cycle. */
    private static Object created(GraphKryo kryo, Input input, LinkedLambda linked) {
        String kinds = linked.site().captureKinds();
        @Nullable Object[] values = new @Nullable Object[kinds.length()];
        for (int i = 0; i < values.length; i++) {
            values[i] =
                    FieldSlot.ofValue(Primitives.ofDescriptor(kinds.charAt(i))).readValue(kryo, input);
        }
        Object lambda = linked.create(values);
        return values.length == 0 ? serializer(kryo, lambda).constantOr(lambda, input, linked) : lambda;
    }

    private static LambdaSerializer serializer(GraphKryo kryo, Object lambda) {
        return (LambdaSerializer) kryo.route(lambda.getClass()).serializer();
    }
}
