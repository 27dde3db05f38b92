package io.processexecutor.serialization;

import io.processexecutor.TaskSerializer;
import io.processexecutor.serialization.graph.EnginePools;
import io.processexecutor.serialization.graph.GraphCodec;
import java.io.InputStream;
import java.io.OutputStream;
import org.jspecify.annotations.Nullable;

/** The serializers on the one engine, which differ only in where lambdas may stand. */
final class GraphTaskSerializer implements TaskSerializer {

    private final String name;
    private final GraphCodec codec;

    GraphTaskSerializer(String name, boolean closuresAnywhere, EnginePools engines) {
        this.name = name;
        this.codec = new GraphCodec(closuresAnywhere, engines);
    }

    @Override
    public String name() {
        return name;
    }

    @Override
    public void encode(@Nullable Object value, OutputStream sink) {
        codec.encode(value, sink);
    }

    @Override
    public @Nullable Object decode(InputStream source) {
        return codec.decode(source);
    }

    @Override
    public byte[] toBytes(@Nullable Object value) {
        return codec.toBytes(value);
    }

    @Override
    public @Nullable Object fromBytes(byte[] bytes) {
        return codec.fromBytes(bytes);
    }

    @Override
    public String toString() {
        return name;
    }
}
