package io.processexecutor.serialization.graph.jdk;

import com.esotericsoftware.kryo.io.Input;
import com.esotericsoftware.kryo.io.Output;
import io.processexecutor.serialization.graph.field.ClassFields;
import io.processexecutor.serialization.graph.field.FieldSlot;
import io.processexecutor.serialization.graph.field.GraphSerializer;
import io.processexecutor.serialization.graph.field.Shells;
import io.processexecutor.serialization.graph.wire.GraphKryo;
import io.processexecutor.serialization.graph.wire.Shelled;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * An immutable collection of the JDK by its elements. Its own protocol goes through a stand-in, which a cycle would get
 * to see; here a cycle gets a shell of the collection itself.
 */
final class ImmutableSerializer extends GraphSerializer<Object> implements Shelled {

    private final Function<Object, @Nullable Object[]> take;
    private final Function<@Nullable Object[], Object> build;
    private final boolean hashed;
    private FieldSlot @Nullable [] slots;

    /**
     * Creates one.
     *
     * @param hashed whether building it hashes the elements
     * @param take gives the elements
     * @param build makes the collection of them
     */
    ImmutableSerializer(
            boolean hashed, Function<Object, @Nullable Object[]> take, Function<@Nullable Object[], Object> build) {
        this.hashed = hashed;
        this.take = take;
        this.build = build;
    }

    @Override
    protected void write(GraphKryo kryo, Output output, Object object) {
        @Nullable Object[] elements = take.apply(object);
        kryo.policy().limits().checkLengthOf(object);
        output.writeVarInt(elements.length, true);
        for (Object element : elements) {
            kryo.write(output, element);
        }
    }

    @Override
    protected Object read(GraphKryo kryo, Input input, Class<?> type) {
        @Nullable Object[] elements = new @Nullable Object[readCount(input, 1)];
        for (int i = 0; i < elements.length; i++) {
            elements[i] = kryo.read(input);
        }
        if (hashed && elements.length > 1 && kryo.keysMayBeUnfinished()) {
            Object shell = kryo.shell();
            kryo.rehashLater(() -> fill(shell, build.apply(elements)));
            return shell;
        }
        Object built = build.apply(elements);
        kryo.policy().limits().checkLengthOf(built);
        return built;
    }

    @Override
    public Object newShell(Class<?> type) {
        return Shells.of(type);
    }

    @Override
    public void fill(Object shell, Object finished) {
        if (shell == finished) {
            return;
        }
        if (slots == null) {
            slots = ClassFields.slots(ClassFields.everyOne(shell.getClass()));
        }
        for (FieldSlot slot : slots) {
            slot.put(shell, slot.get(finished));
        }
    }
}
