package io.processexecutor.serialization.graph.jdk;

import com.esotericsoftware.kryo.io.Input;
import com.esotericsoftware.kryo.io.Output;
import io.processexecutor.serialization.graph.wire.GraphKryo;
import io.processexecutor.serialization.graph.wire.GraphSerializer;
import java.util.function.Function;

/**
 * An object that a name says it all of: a charset, a path.
 *
 * @param <T> what it writes and reads
 */
final class NamedSerializer<T> extends GraphSerializer<T> {

    private final Function<T, String> nameOf;
    private final Function<String, T> find;

    NamedSerializer(Function<T, String> nameOf, Function<String, T> find) {
        this.nameOf = nameOf;
        this.find = find;
    }

    @Override
    public void write(GraphKryo kryo, Output output, T object) {
        output.writeString(nameOf.apply(object));
    }

    @Override
    public T read(GraphKryo kryo, Input input, Class<? extends T> type) {
        return find.apply(input.readString());
    }
}
