package io.processexecutor.serialization.graph.collection;

import com.esotericsoftware.kryo.io.Input;
import com.esotericsoftware.kryo.io.Output;
import io.processexecutor.serialization.access.DeepAccess;
import io.processexecutor.serialization.access.FieldAccess;
import io.processexecutor.serialization.graph.failure.MalformedGraph;
import io.processexecutor.serialization.graph.wire.GraphInput;
import io.processexecutor.serialization.graph.wire.GraphKryo;
import io.processexecutor.serialization.graph.wire.GraphOutput;
import io.processexecutor.serialization.graph.wire.GraphSerializer;
import io.processexecutor.serialization.graph.wire.Route;
import java.lang.invoke.VarHandle;
import java.util.AbstractList;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.ConcurrentModificationException;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** {@link ArrayList} itself, no subclass: numbers packed, elements of one class without their class name each. */
public final class ArrayListSerializer extends GraphSerializer<List<?>> {

    private static final int MIXED = 0;
    private static final int ONE_CLASS = 1;
    private static final int INTEGERS = 2;
    private static final int LONGS = 3;
    private static final int DOUBLES = 4;

    private static final int CHUNK = 1024;
    private static final int WORTH_PACKING = 8;
    private static final boolean DEEP = DeepAccess.available();
    private static final long ELEMENTS = offset(ArrayList.class, "elementData");
    private static final long SIZE = offset(ArrayList.class, "size");
    private static final long CHANGES = offset(AbstractList.class, "modCount");

    /** Creates one. */
    public ArrayListSerializer() {}

    @Override
    public void write(GraphKryo kryo, Output output, List<?> list) {
        if (!DEEP) {
            @Nullable Object[] elements = list.toArray();
            write(kryo, output, elements, elements.length);
            return;
        }
        int changes = FieldAccess.getInt(list, CHANGES);
        // The size first: the array is replaced before the list is said to have more.
        int size = FieldAccess.getInt(list, SIZE);
        VarHandle.acquireFence();
        @Nullable
        Object[] elements = (@Nullable Object[]) Objects.requireNonNull(FieldAccess.getReference(list, ELEMENTS));
        if (size > elements.length) {
            throw changed();
        }
        write(kryo, output, elements, size);
        VarHandle.acquireFence();
        // The size, too: a list that shrinks counts the change before it takes the elements out.
        if (FieldAccess.getInt(list, CHANGES) != changes || FieldAccess.getInt(list, SIZE) != size) {
            throw changed();
        }
    }

    static ConcurrentModificationException changed() {
        return new ConcurrentModificationException(
                "it was changed while it was written; hold the lock that its users hold, or send a copy");
    }

    private static void write(GraphKryo kryo, Output output, @Nullable Object[] elements, int size) {
        writeLength(output, size);
        if (size == 0) {
            return;
        }
        boolean longs = elements[0] instanceof Long;
        if (size >= WORTH_PACKING
                && (longs || elements[0] instanceof Integer)
                && !kryo.mayReplace(longs ? Long.class : Integer.class)) {
            long[] range = new long[2];
            if (PackedNumbers.measure(elements, size, longs, range)) {
                output.writeByte(longs ? LONGS : INTEGERS);
                writeNumbers((GraphOutput) output, elements, size, longs, range);
                return;
            }
        }
        Class<?> common = commonClass(elements, size);
        if (common == Double.class && size >= WORTH_PACKING) {
            output.writeByte(DOUBLES);
            writeDoubles((GraphOutput) output, elements, size);
            return;
        }
        Route route = common == null ? null : kryo.route(common);
        if (route != null && route.exact() && !kryo.mayReplace(route.typeOf())) {
            output.writeByte(ONE_CLASS);
            kryo.writeRoute(output, route);
            if (route.kind() != Route.Kind.VALUE) {
                kryo.expectToWrite(size);
            }
            for (int from = 0; from < size; from += CHUNK) {
                writeExact(kryo, output, route, elements, from, Math.min(size, from + CHUNK));
            }
        } else {
            output.writeByte(MIXED);
            for (int from = 0; from < size; from += CHUNK) {
                writeAny(kryo, output, elements, from, Math.min(size, from + CHUNK));
            }
        }
    }

    @Override
    public List<?> read(GraphKryo kryo, Input input, Class<? extends List<?>> type) {
        ArrayList<@Nullable Object> list = new ArrayList<>(0);
        kryo.reference(list);
        int size = ((GraphInput) input).readLength();
        if (size == 0) {
            return list;
        }
        int mode = input.readByte();
        boolean packed = mode == INTEGERS || mode == LONGS || mode == DOUBLES;
        if (size < 0 || (!packed && size > input.limit() - input.position())) {
            throw new MalformedGraph("a list of " + size);
        }
        if (packed) {
            @Nullable
            Object[] elements =
                    mode == DOUBLES ? PackedDoubles.read(input, size) : PackedNumbers.read(input, size, mode == LONGS);
            if (DEEP) {
                FieldAccess.putReference(list, ELEMENTS, elements);
                FieldAccess.putInt(list, SIZE, size);
            } else {
                list.addAll(Arrays.asList(elements));
            }
            return list;
        }
        // The list grows as it is read, so that a cycle back to it meets no holes.
        list.ensureCapacity(size);
        Route route = mode == ONE_CLASS ? kryo.readRoute(input) : null;
        if (route != null && route.kind() != Route.Kind.VALUE) {
            kryo.expectToRead(size);
        }
        for (int from = 0; from < size; from += CHUNK) {
            int to = Math.min(size, from + CHUNK);
            if (route == null) {
                readAny(kryo, input, list, from, to);
            } else {
                readExact(kryo, input, route, list, from, to);
            }
        }
        return list;
    }

    private static @Nullable Class<?> commonClass(@Nullable Object[] elements, int size) {
        Object first = elements[0];
        if (first == null) {
            return null;
        }
        Class<?> common = first.getClass();
        for (int from = 0; from < size; from += CHUNK) {
            if (!allOf(common, elements, from, Math.min(size, from + CHUNK))) {
                return null;
            }
        }
        return common;
    }

    private static boolean allOf(Class<?> common, @Nullable Object[] elements, int from, int to) {
        for (int i = from; i < to; i++) {
            Object element = elements[i];
            if (element == null || element.getClass() != common) {
                return false;
            }
        }
        return true;
    }

    private static void writeNumbers(
            GraphOutput output, @Nullable Object[] elements, int size, boolean longs, long[] range) {
        try {
            PackedNumbers.write(output, elements, size, longs, range);
        } catch (NullPointerException | ClassCastException e) {
            // All were there when they were measured.
            throw changed();
        }
    }

    private static void writeDoubles(GraphOutput output, @Nullable Object[] elements, int size) {
        try {
            PackedDoubles.write(output, elements, size);
        } catch (NullPointerException | ClassCastException e) {
            throw changed();
        }
    }

    private static void writeExact(
            GraphKryo kryo, Output output, Route route, @Nullable Object[] elements, int from, int to) {
        Class<?> common = route.typeOf();
        for (int i = from; i < to; i++) {
            Object element = elements[i];
            // Its fields would be read where those of another class are.
            if (element == null || element.getClass() != common) {
                throw changed();
            }
            kryo.writeExact(output, element, route);
        }
    }

    private static void writeAny(GraphKryo kryo, Output output, @Nullable Object[] elements, int from, int to) {
        Route latest = null;
        for (int i = from; i < to; i++) {
            latest = kryo.write(output, elements[i], latest);
        }
    }

    private static void readExact(
            GraphKryo kryo, Input input, Route route, List<@Nullable Object> list, int from, int to) {
        for (int i = from; i < to; i++) {
            list.add(kryo.readExact(input, route));
        }
    }

    private static void readAny(GraphKryo kryo, Input input, List<@Nullable Object> list, int from, int to) {
        for (int i = from; i < to; i++) {
            list.add(kryo.read(input));
        }
    }

    private static long offset(Class<?> type, String name) {
        try {
            return DeepAccess.available() ? DeepAccess.offset(type.getDeclaredField(name)) : -1;
        } catch (NoSuchFieldException e) {
            throw new IllegalStateException("This JDK's " + type.getName() + " has no " + name, e);
        }
    }
}
