package io.processexecutor.serialization.graph.jdk;

import com.esotericsoftware.kryo.io.Input;
import com.esotericsoftware.kryo.io.Output;
import io.processexecutor.serialization.graph.field.ClassFields;
import io.processexecutor.serialization.graph.field.FieldSlot;
import io.processexecutor.serialization.graph.field.Shells;
import io.processexecutor.serialization.graph.wire.GraphKryo;
import io.processexecutor.serialization.graph.wire.GraphSerializer;
import io.processexecutor.serialization.graph.wire.LateTable;
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
    private final int keyEvery;
    private FieldSlot @Nullable [] slots;

    /**
     * Creates one.
     *
     * @param keyEvery which elements are hashed when it is built: each, every second, or with 0 none
     * @param take gives the elements
     * @param build makes the collection of them
     */
    ImmutableSerializer(
            int keyEvery, Function<Object, @Nullable Object[]> take, Function<@Nullable Object[], Object> build) {
        this.keyEvery = keyEvery;
        this.take = take;
        this.build = build;
    }

    @Override
    public void write(GraphKryo kryo, Output output, Object object) {
        @Nullable Object[] elements = take.apply(object);
        kryo.policy().limits().checkLengthOf(object);
        output.writeVarInt(elements.length, true);
        for (Object element : elements) {
            kryo.write(output, element);
        }
    }

    @Override
    public Object read(GraphKryo kryo, Input input, Class<?> type) {
        @Nullable Object[] elements = new @Nullable Object[readCount(input, 1)];
        boolean late = false;
        for (int i = 0; i < elements.length; i++) {
            if (keyEvery != 0 && i % keyEvery == 0) {
                int begun = kryo.beginKey();
                elements[i] = kryo.read(input);
                late |= kryo.isUnfinishedKey(elements[i], begun);
            } else {
                elements[i] = kryo.read(input);
            }
        }
        // A single one is not hashed.
        if (late && elements.length > keyEvery) {
            Object shell = kryo.shell();
            kryo.completeLater(new Building(shell, elements));
            return shell;
        }
        Object built = build.apply(elements);
        kryo.policy().limits().checkLengthOf(built);
        return built;
    }

    /** Builds what a shell stands for, as often as its elements change. */
    private final class Building implements LateTable {

        private final Object shell;
        private final @Nullable Object[] elements;
        private boolean complete;
        private boolean built;
        private @Nullable Throwable obstacle;

        Building(Object shell, @Nullable Object[] elements) {
            this.shell = shell;
            this.elements = elements;
        }

        @Override
        public void early() {
            if (complete) {
                return;
            }
            try {
                fill(shell, build.apply(elements));
                built = true;
            } catch (RuntimeException | StackOverflowError e) {
                // It hashes by what is not there yet, or two are equal as long as they are unfinished.
                obstacle = e;
            }
        }

        @Override
        public Object table() {
            return shell;
        }

        @Override
        public boolean lacksEntries() {
            return !built;
        }

        @Override
        public @Nullable Throwable obstacle() {
            return obstacle;
        }

        @Override
        public void complete() {
            complete = true;
            built = true;
            obstacle = null;
            fill(shell, build.apply(elements));
        }
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
