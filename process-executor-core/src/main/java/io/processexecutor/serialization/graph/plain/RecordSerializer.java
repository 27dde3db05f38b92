package io.processexecutor.serialization.graph.plain;

import com.esotericsoftware.kryo.io.Input;
import com.esotericsoftware.kryo.io.Output;
import io.processexecutor.serialization.access.DeepAccess;
import io.processexecutor.serialization.access.SerializationHooks;
import io.processexecutor.serialization.explain.Refusal;
import io.processexecutor.serialization.graph.failure.HookFailure;
import io.processexecutor.serialization.graph.field.ClassFields;
import io.processexecutor.serialization.graph.field.FieldSlot;
import io.processexecutor.serialization.graph.field.ReadResolve;
import io.processexecutor.serialization.graph.field.Shells;
import io.processexecutor.serialization.graph.wire.GraphKryo;
import io.processexecutor.serialization.graph.wire.GraphSerializer;
import io.processexecutor.serialization.graph.wire.Shelled;
import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.MethodType;
import java.lang.reflect.Constructor;
import java.lang.reflect.Field;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** A record: its components, and its canonical constructor to build it again. */
public final class RecordSerializer extends GraphSerializer<Object> implements Shelled {

    private final FieldSlot[] slots;
    private final MethodHandle constructor;
    private final @Nullable MethodHandle readResolve;

    /**
     * Creates one.
     *
     * @param type a record class
     * @param components its component fields in order
     */
    public RecordSerializer(Class<?> type, List<Field> components) {
        this.slots = ClassFields.slots(components);
        this.readResolve = SerializationHooks.readResolveForSerialization(type).orElse(null);
        MethodType signature = MethodType.methodType(
                void.class, components.stream().map(Field::getType).toArray(Class<?>[]::new));
        try {
            // Of fixed arity: a last component that was written with dots is an array like any other.
            this.constructor = constructor(type, signature)
                    .asFixedArity()
                    .asSpreader(Object[].class, components.size())
                    .asType(MethodType.methodType(Object.class, Object[].class));
        } catch (ReflectiveOperationException e) {
            throw new IllegalStateException(type + " has no canonical constructor", e);
        }
    }

    private static MethodHandle constructor(Class<?> type, MethodType signature) throws ReflectiveOperationException {
        if (DeepAccess.available()) {
            return DeepAccess.lookupIn(type).findConstructor(type, signature);
        }
        Constructor<?> canonical = type.getDeclaredConstructor(signature.parameterArray());
        if (!canonical.trySetAccessible()) {
            throw new IllegalStateException(
                    "its constructor is closed to this library (" + DeepAccess.diagnose() + ")");
        }
        return MethodHandles.lookup().unreflectConstructor(canonical);
    }

    @Override
    public void write(GraphKryo kryo, Output output, Object object) {
        for (FieldSlot slot : slots) {
            slot.write(kryo, output, object);
        }
    }

    @Override
    public @Nullable Object read(GraphKryo kryo, Input input, Class<?> type) {
        @Nullable Object[] values = new @Nullable Object[slots.length];
        for (int i = 0; i < values.length; i++) {
            values[i] = slots[i].readValue(kryo, input);
        }
        try {
            kryo.session().userCodeRuns();
            kryo.showWhatWasRead();
            Refusal lacking = lacking(kryo, values, type);
            Object object = lacking == null ? (Object) constructor.invokeExact(values) : keeper(values, lacking);
            Object resolved = ReadResolve.of(kryo, object, readResolve);
            if (lacking != null && resolved != object) {
                // What it stands for may have copied what it kept.
                throw lacking;
            }
            return resolved;
        } catch (Throwable e) {
            throw HookFailure.of(e);
        }
    }

    /**
     * Makes a record of values that lack nothing.
     *
     * @param kryo the graph that is read
     * @param values of its components
     * @return the record
     * @throws Throwable what its constructor throws
     */
    public Object make(GraphKryo kryo, @Nullable Object[] values) throws Throwable {
        kryo.session().userCodeRuns();
        return (Object) constructor.invokeExact(values);
    }

    private static @Nullable Refusal lacking(GraphKryo kryo, @Nullable Object[] values, Class<?> type) {
        for (Object each : values) {
            Refusal lacking = kryo.lacksEntries(each, type);
            if (lacking != null) {
                return lacking;
            }
        }
        return null;
    }

    /** Builds one of tables that lack entries, unless that makes a difference. */
    private Object keeper(@Nullable Object[] values, Refusal lacking) throws Throwable {
        Object object;
        try {
            object = (Object) constructor.invokeExact(values);
        } catch (RuntimeException e) {
            // It looked into them, as it did where there was more to be seen.
            throw lacking;
        }
        if (!holds(object, values)) {
            throw lacking;
        }
        return object;
    }

    /** Whether the constructor kept everything as it was given, and so has copied or counted nothing. */
    private boolean holds(Object object, @Nullable Object[] values) {
        for (int i = 0; i < values.length; i++) {
            if (!slots[i].holds(object, values[i])) {
                return false;
            }
        }
        return true;
    }

    @Override
    public Object newShell(Class<?> type) {
        return Shells.of(type);
    }

    @Override
    public void fill(Object shell, Object finished) {
        for (FieldSlot slot : slots) {
            slot.put(shell, slot.get(finished));
        }
    }
}
