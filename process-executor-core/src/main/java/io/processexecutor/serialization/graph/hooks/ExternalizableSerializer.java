package io.processexecutor.serialization.graph.hooks;

import com.esotericsoftware.kryo.io.Input;
import com.esotericsoftware.kryo.io.Output;
import io.processexecutor.serialization.access.SerializationHooks;
import io.processexecutor.serialization.explain.Refusal;
import io.processexecutor.serialization.graph.failure.HookFailure;
import io.processexecutor.serialization.graph.field.Instances;
import io.processexecutor.serialization.graph.field.ReadResolve;
import io.processexecutor.serialization.graph.wire.GraphKryo;
import io.processexecutor.serialization.graph.wire.GraphSerializer;
import java.io.Externalizable;
import java.lang.invoke.MethodHandle;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** An object that writes and reads itself. */
public final class ExternalizableSerializer extends GraphSerializer<Object> {

    private final @Nullable Supplier<Object> instances;
    private final @Nullable MethodHandle readResolve;

    /**
     * Creates one.
     *
     * @param type an externalizable class
     */
    public ExternalizableSerializer(Class<?> type) {
        this.instances = SerializationHooks.newConstructorForExternalization(type)
                .map(Instances::constructed)
                .orElse(null);
        this.readResolve = SerializationHooks.readResolveForSerialization(type).orElse(null);
    }

    @Override
    public void write(GraphKryo kryo, Output output, Object object) {
        if (instances == null) {
            throw Refusal.of(
                    Refusal.Kind.CANNOT_TRAVEL,
                    object,
                    "it is Externalizable but has no public constructor without arguments to be built again with");
        }
        kryo.session().userCodeRuns();
        HookOutput stream = HookOutput.of(kryo);
        stream.enter(output, object, null);
        try {
            ((Externalizable) object).writeExternal(stream);
            stream.writeEnd();
        } catch (Throwable e) {
            throw HookFailure.of(e);
        }
        stream.leave();
    }

    @Override
    public @Nullable Object read(GraphKryo kryo, Input input, Class<?> type) {
        if (instances == null) {
            throw Refusal.of(type, "it is Externalizable but has no public constructor without arguments");
        }
        Object object = instances.get();
        kryo.reference(object);
        kryo.session().userCodeRuns();
        HookInput stream = HookInput.of(kryo);
        stream.enter(input, object, null);
        try {
            ((Externalizable) object).readExternal(stream);
            stream.readEnd();
        } catch (Throwable e) {
            throw HookFailure.of(e);
        }
        stream.leave();
        return ReadResolve.of(kryo, object, readResolve);
    }
}
