package io.processexecutor.serialization.graph.collection;

import com.esotericsoftware.kryo.io.Input;
import com.esotericsoftware.kryo.io.Output;
import io.processexecutor.serialization.access.DeepAccess;
import io.processexecutor.serialization.access.FieldAccess;
import io.processexecutor.serialization.explain.Refusal;
import io.processexecutor.serialization.graph.failure.MalformedGraph;
import io.processexecutor.serialization.graph.wire.GraphKryo;
import io.processexecutor.serialization.graph.wire.GraphSerializer;
import io.processexecutor.serialization.graph.wire.Late;
import java.util.AbstractList;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedList;
import java.util.List;
import java.util.Objects;
import java.util.Vector;
import org.jspecify.annotations.Nullable;

/**
 * A part of a list. Where the whole list is in the graph as well it stays a view of it; else only the elements travel, as
 * a list of their own: whoever sends a part of a large list does not mean the rest.
 */
public final class SubListSerializer extends GraphSerializer<List<?>> {

    /** How a part is known: its class, and where the class keeps what it is a part of. */
    private record View(Class<?> type, long root, long parent, long offset, long size) {

        static View of(List<?> part) {
            Class<?> type = part.getClass();
            Class<?> declaring = type;
            while (declaring.getSuperclass() != AbstractList.class) {
                declaring = declaring.getSuperclass();
            }
            return new View(
                    type,
                    offsetIn(declaring, "root"),
                    offsetIn(declaring, "parent"),
                    offsetIn(declaring, "offset"),
                    offsetIn(declaring, "size"));
        }
    }

    private static final int COPY = 0;

    private static final boolean DEEP = DeepAccess.available();
    // One of each class, so that a number tells it; the first number is that of a copy.
    @SuppressWarnings("JdkObsolete")
    private static final List<? extends List<?>> EXAMPLES = List.of(
            List.of(),
            new ArrayList<>().subList(0, 0),
            new LinkedList<>().subList(0, 0),
            Arrays.asList().subList(0, 0));

    private static final @Nullable View[] VIEWS = views();
    private static final long CHANGES = DEEP ? offsetIn(AbstractList.class, "modCount") : -1;

    /** Creates one. */
    public SubListSerializer() {}

    /**
     * Whether a class is one of parts of lists.
     *
     * @param type the class
     * @return true if this serializer is for it
     */
    public static boolean isFor(Class<?> type) {
        for (int i = COPY + 1; i < EXAMPLES.size(); i++) {
            if (EXAMPLES.get(i).getClass() == type) {
                return true;
            }
        }
        return false;
    }

    @Override
    public void write(GraphKryo kryo, Output output, List<?> part) {
        int number = number(part.getClass());
        View view = VIEWS[number];
        if (view == null) {
            throw Refusal.of(
                    Refusal.Kind.CANNOT_TRAVEL,
                    part,
                    "it is a part of a list, and this JVM does not let the library see of which ("
                            + DeepAccess.diagnose() + "); send a copy, such as new ArrayList<>(it)");
        }
        Object root = Objects.requireNonNull(FieldAccess.getReference(part, view.root()));
        // A vector is the lock of its parts, and travels anyway.
        if (!(root instanceof Vector<?> || kryo.travelsAnyway(root))) {
            @Nullable Object[] elements = part.toArray();
            output.writeByte(COPY);
            writeLength(output, elements.length);
            for (Object element : elements) {
                kryo.write(output, element);
            }
            return;
        }
        output.writeByte(number);
        kryo.write(output, root);
        kryo.write(output, FieldAccess.getReference(part, view.parent()));
        output.writeVarInt(FieldAccess.getInt(part, view.offset()), true);
        output.writeVarInt(FieldAccess.getInt(part, view.size()), true);
        // Not zero if the list was changed past this part of it, which is then of no use; nor is it at the other end.
        output.writeVarInt(FieldAccess.getInt(part, CHANGES) - FieldAccess.getInt(root, CHANGES), false);
    }

    @Override
    public List<?> read(GraphKryo kryo, Input input, Class<? extends List<?>> type) {
        int number = input.readByte();
        if (number == COPY) {
            List<@Nullable Object> copy = new ArrayList<>();
            kryo.reference(copy);
            for (int i = readLength(input, 1); i > 0; i--) {
                copy.add(kryo.read(input));
            }
            return copy;
        }
        View view = number < 0 || number >= VIEWS.length ? null : VIEWS[number];
        if (view == null) {
            throw new MalformedGraph("part of a list of kind " + number);
        }
        List<?> part = (List<?>) DeepAccess.allocate(view.type());
        kryo.reference(part);
        AbstractList<?> root = (AbstractList<?>) Objects.requireNonNull(kryo.read(input));
        FieldAccess.putReference(part, view.root(), root);
        Object parent = kryo.read(input);
        if (parent != null && parent.getClass() != view.type()) {
            throw new MalformedGraph("part of " + parent.getClass());
        }
        FieldAccess.putReference(part, view.parent(), parent);
        FieldAccess.putInt(part, view.offset(), input.readVarInt(true));
        FieldAccess.putInt(part, view.size(), input.readVarInt(true));
        int behind = input.readVarInt(false);
        Late upToDate = () -> FieldAccess.putInt(part, CHANGES, FieldAccess.getInt(root, CHANGES) + behind);
        upToDate.complete();
        if (kryo.holdsUnfinished()) {
            // The list may be in the making, which counts as changes of it.
            kryo.completeLater(upToDate);
        }
        return part;
    }

    private static int number(Class<?> type) {
        for (int i = COPY + 1; i < EXAMPLES.size(); i++) {
            if (EXAMPLES.get(i).getClass() == type) {
                return i;
            }
        }
        throw new IllegalStateException(type + " is no part of a list");
    }

    private static @Nullable View[] views() {
        @Nullable View[] views = new @Nullable View[EXAMPLES.size()];
        for (int i = COPY + 1; DEEP && i < views.length; i++) {
            views[i] = View.of(EXAMPLES.get(i));
        }
        return views;
    }

    private static long offsetIn(Class<?> type, String name) {
        try {
            return DeepAccess.offset(type.getDeclaredField(name));
        } catch (NoSuchFieldException e) {
            throw new IllegalStateException("This JDK's " + type.getName() + " has no " + name, e);
        }
    }
}
