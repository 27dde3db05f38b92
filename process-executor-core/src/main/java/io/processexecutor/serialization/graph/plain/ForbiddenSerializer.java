package io.processexecutor.serialization.graph.plain;

import com.esotericsoftware.kryo.io.Input;
import com.esotericsoftware.kryo.io.Output;
import io.processexecutor.serialization.graph.wire.GraphKryo;
import io.processexecutor.serialization.graph.wire.GraphSerializer;
import io.processexecutor.serialization.policy.PolicyException;

/** Stands for a class that the allow-list does not let travel. */
public final class ForbiddenSerializer extends GraphSerializer<Object> {

    private final PolicyException refusal;

    /**
     * Creates one.
     *
     * @param refusal what to throw; it has no stack and may be thrown again and again
     */
    public ForbiddenSerializer(PolicyException refusal) {
        this.refusal = refusal;
    }

    @Override
    public void write(GraphKryo kryo, Output output, Object object) {
        throw refusal;
    }

    @Override
    public Object read(GraphKryo kryo, Input input, Class<?> type) {
        throw refusal;
    }
}
