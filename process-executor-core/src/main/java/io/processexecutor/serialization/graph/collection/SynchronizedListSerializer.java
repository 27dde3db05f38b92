package io.processexecutor.serialization.graph.collection;

import com.esotericsoftware.kryo.io.Input;
import com.esotericsoftware.kryo.io.Output;
import io.processexecutor.serialization.access.DeepAccess;
import io.processexecutor.serialization.access.FieldAccess;
import io.processexecutor.serialization.graph.failure.MalformedGraph;
import io.processexecutor.serialization.graph.wire.GraphKryo;
import io.processexecutor.serialization.graph.wire.GraphSerializer;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Objects;
import java.util.RandomAccess;

/**
 * What {@link Collections#synchronizedList} makes of an {@link ArrayList}. Its own protocol replaces it by a list with
 * another lock, and so writes the elements under none that its users hold; here that is the lock of the list.
 */
public final class SynchronizedListSerializer extends GraphSerializer<List<?>> {

    /** The class it is for. */
    public static final Class<?> TYPE =
            Collections.synchronizedList(new ArrayList<>(0)).getClass();

    /** Found when the first such list comes: for the first place of all the JVM makes classes, which would take any first task its time. */
    private static final class Places {
        static final long COLLECTION = offset("c");
        static final long LIST = offset("list");
        static final long LOCK = offset("mutex");
    }

    /** Creates one. */
    public SynchronizedListSerializer() {}

    @Override
    public void write(GraphKryo kryo, Output output, List<?> list) {
        synchronized (Objects.requireNonNull(FieldAccess.getReference(list, Places.LOCK))) {
            kryo.write(output, FieldAccess.getReference(list, Places.LIST));
        }
    }

    @Override
    public List<?> read(GraphKryo kryo, Input input, Class<? extends List<?>> type) {
        List<?> list = (List<?>) DeepAccess.allocate(TYPE);
        kryo.reference(list);
        FieldAccess.putReference(list, Places.LOCK, list);
        Object within = kryo.read(input);
        if (!(within instanceof List<?> && within instanceof RandomAccess)) {
            throw new MalformedGraph("a synchronized list without a list");
        }
        FieldAccess.putReference(list, Places.COLLECTION, within);
        FieldAccess.putReference(list, Places.LIST, within);
        return list;
    }

    private static long offset(String name) {
        for (Class<?> level = TYPE; level != null; level = level.getSuperclass()) {
            try {
                return DeepAccess.offset(level.getDeclaredField(name));
            } catch (NoSuchFieldException ignored) {
                // A superclass may have it.
            }
        }
        throw new IllegalStateException("This JDK's " + TYPE.getName() + " has no " + name);
    }
}
