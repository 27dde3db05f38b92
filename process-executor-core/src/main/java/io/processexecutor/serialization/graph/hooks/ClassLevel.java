package io.processexecutor.serialization.graph.hooks;

import com.esotericsoftware.kryo.io.Input;
import com.esotericsoftware.kryo.io.Output;
import io.processexecutor.serialization.access.SerializationHooks;
import io.processexecutor.serialization.graph.failure.HookFailure;
import io.processexecutor.serialization.graph.field.ClassFields;
import io.processexecutor.serialization.graph.field.FieldSlot;
import io.processexecutor.serialization.graph.wire.GraphKryo;
import java.io.ObjectInputStream;
import java.io.ObjectOutputStream;
import java.io.ObjectStreamClass;
import java.lang.invoke.MethodHandle;
import java.lang.reflect.Field;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What the protocol does with one serializable class of an object's ancestry. */
final class ClassLevel {

    private final Class<?> type;
    private final FieldSlot[] slots;
    private final @Nullable MethodHandle writeObject;
    private final @Nullable MethodHandle readObject;
    private final boolean ofApplication;
    private @Nullable ObjectStreamClass description;

    ClassLevel(Class<?> type) {
        this.type = type;
        this.ofApplication = !ClassFields.ofPlatform(type);
        this.writeObject = SerializationHooks.writeObjectForSerialization(type).orElse(null);
        this.readObject = SerializationHooks.readObjectForSerialization(type).orElse(null);
        List<Field> fields = ClassFields.serializableOf(type);
        this.slots = readObject == null ? ClassFields.slots(fields) : ClassFields.slotsReadByHand(fields);
    }

    Class<?> type() {
        return type;
    }

    FieldSlot[] slots() {
        return slots;
    }

    /** Whether the class writes or reads by hand, so that what it wrote is framed. */
    boolean framed() {
        return writeObject != null || readObject != null;
    }

    ObjectStreamClass description() {
        if (description == null) {
            description = ObjectStreamClass.lookupAny(type);
        }
        return description;
    }

    void write(GraphKryo kryo, Output output, Object object) {
        if (!framed()) {
            writeFields(kryo, output, object);
            return;
        }
        if (ofApplication) {
            kryo.session().userCodeRuns();
        }
        HookOutput stream = HookOutput.of(kryo);
        stream.enter(output, object, this);
        try {
            if (writeObject == null) {
                stream.defaultWriteObject();
            } else {
                writeObject.invokeExact(object, (ObjectOutputStream) stream);
            }
            stream.writeEnd();
        } catch (Throwable e) {
            throw HookFailure.of(e);
        }
        stream.leave();
    }

    void read(GraphKryo kryo, Input input, Object object) {
        if (!framed()) {
            readFields(kryo, input, object);
            return;
        }
        if (ofApplication) {
            kryo.session().userCodeRuns();
            kryo.showWhatWasRead();
        }
        HookInput stream = HookInput.of(kryo);
        stream.enter(input, object, this);
        try {
            if (readObject == null) {
                stream.defaultReadObject();
            } else {
                readObject.invokeExact(object, (ObjectInputStream) stream);
            }
            stream.readEnd();
        } catch (Throwable e) {
            throw HookFailure.of(e);
        }
        stream.leave();
    }

    void writeFields(GraphKryo kryo, Output output, Object object) {
        for (FieldSlot slot : slots) {
            slot.write(kryo, output, object);
        }
    }

    void readFields(GraphKryo kryo, Input input, Object object) {
        for (FieldSlot slot : slots) {
            slot.read(kryo, input, object);
        }
    }
}
