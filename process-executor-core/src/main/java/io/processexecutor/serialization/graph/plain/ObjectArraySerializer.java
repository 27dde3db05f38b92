package io.processexecutor.serialization.graph.plain;

import com.esotericsoftware.kryo.io.Input;
import com.esotericsoftware.kryo.io.Output;
import io.processexecutor.serialization.graph.wire.GraphKryo;
import io.processexecutor.serialization.graph.wire.GraphSerializer;
import io.processexecutor.serialization.graph.wire.Route;
import java.lang.reflect.Array;
import java.lang.reflect.Modifier;
import org.jspecify.annotations.Nullable;

/** An array of references; elements of a final class carry no class name. */
public final class ObjectArraySerializer extends GraphSerializer<@Nullable Object[]> {

    private final Class<?> component;
    private @Nullable Route exact;
    private boolean exactKnown;

    /**
     * Creates one.
     *
     * @param component the class of the elements
     */
    public ObjectArraySerializer(Class<?> component) {
        this.component = component;
    }

    @Override
    public void write(GraphKryo kryo, Output output, @Nullable Object[] array) {
        writeLength(output, array.length);
        Route route = exact(kryo);
        if (route == null) {
            Route latest = null;
            for (Object element : array) {
                latest = kryo.write(output, element, latest);
            }
        } else {
            for (Object element : array) {
                kryo.writeExact(output, element, route);
            }
        }
    }

    @Override
    public @Nullable Object[] read(GraphKryo kryo, Input input, Class<? extends @Nullable Object[]> type) {
        @Nullable Object[] array = (@Nullable Object[]) Array.newInstance(component, readLength(input, 1));
        kryo.reference(array);
        Route route = exact(kryo);
        for (int i = 0; i < array.length; i++) {
            array[i] = route == null ? kryo.read(input) : kryo.readExact(input, route);
        }
        return array;
    }

    private @Nullable Route exact(GraphKryo kryo) {
        if (!exactKnown) {
            Class<?> element = component;
            while (element.isArray()) {
                element = element.getComponentType();
            }
            Route route = Modifier.isFinal(element.getModifiers()) ? kryo.route(component) : null;
            exact = route != null && route.exact() ? route : null;
            exactKnown = true;
        }
        return exact;
    }
}
