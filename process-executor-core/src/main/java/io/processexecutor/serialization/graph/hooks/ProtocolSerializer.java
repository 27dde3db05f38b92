package io.processexecutor.serialization.graph.hooks;

import com.esotericsoftware.kryo.io.Input;
import com.esotericsoftware.kryo.io.Output;
import io.processexecutor.serialization.access.DeepAccess;
import io.processexecutor.serialization.access.SerializationHooks;
import io.processexecutor.serialization.graph.field.ClassFields;
import io.processexecutor.serialization.graph.field.FieldSlot;
import io.processexecutor.serialization.graph.field.Instances;
import io.processexecutor.serialization.graph.field.ReadResolve;
import io.processexecutor.serialization.graph.wire.GraphKryo;
import io.processexecutor.serialization.graph.wire.GraphSerializer;
import java.io.Serializable;
import java.lang.invoke.MethodHandle;
import java.lang.reflect.Constructor;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** A serializable object by the rules of the platform: class by class, hooks and all. */
public final class ProtocolSerializer extends GraphSerializer<Object> {

    private final Supplier<Object> instances;
    private final FieldSlot[] inherited;
    private final ClassLevel[] levels;
    private final boolean hashTable;
    private final @Nullable MethodHandle readResolve;

    /**
     * Creates one.
     *
     * @param type a serializable class
     */
    public ProtocolSerializer(Class<?> type) {
        List<ClassLevel> found = new ArrayList<>();
        Class<?> each = type;
        for (; each != null && Serializable.class.isAssignableFrom(each); each = each.getSuperclass()) {
            found.add(0, new ClassLevel(each));
        }
        this.hashTable = DeepAccess.available() && HashedAnew.isTable(type);
        this.levels = found.toArray(ClassLevel[]::new);
        Optional<Constructor<?>> constructor = SerializationHooks.newConstructorForSerialization(type);
        this.instances = each == Object.class
                ? Instances.blank(type)
                : constructor.map(Instances::constructed).orElseGet(() -> Instances.blank(type));
        // A class that writes by hand knows the rules, by which the state of such a superclass is not its concern.
        boolean byHand = found.stream().anyMatch(ClassLevel::framed);
        this.inherited = ClassFields.slots(
                byHand && constructor.isPresent() ? List.of() : ClassFields.inheritedFromApplication(each));
        this.readResolve = SerializationHooks.readResolveForSerialization(type).orElse(null);
    }

    /**
     * A hash of the fields that travel.
     *
     * @return the same in every JVM whose classes are the same
     */
    public int layout() {
        int hash = levels.length;
        for (ClassLevel level : levels) {
            hash = 31 * hash + ClassFields.layout(ClassFields.serializableOf(level.type()));
        }
        return hash;
    }

    @Override
    public void write(GraphKryo kryo, Output output, Object object) {
        if (hashTable) {
            output.writeVarInt(HashedAnew.entries(object), true);
        }
        for (FieldSlot slot : inherited) {
            slot.write(kryo, output, object);
        }
        for (ClassLevel level : levels) {
            level.write(kryo, output, object);
        }
    }

    @Override
    public @Nullable Object read(GraphKryo kryo, Input input, Class<?> type) {
        int entries = hashTable ? input.readVarInt(true) : 0;
        Object object = instances.get();
        kryo.reference(object);
        for (FieldSlot slot : inherited) {
            slot.read(kryo, input, object);
        }
        for (ClassLevel level : levels) {
            level.read(kryo, input, object);
        }
        if (hashTable && kryo.holdsUnfinished()) {
            kryo.completeLater(() -> HashedAnew.rehash(object, entries));
        }
        return ReadResolve.of(kryo, object, readResolve);
    }
}
