package io.processexecutor.serialization.graph.hooks;

import com.esotericsoftware.kryo.io.Input;
import com.esotericsoftware.kryo.io.Output;
import io.processexecutor.serialization.explain.Refusal;
import io.processexecutor.serialization.graph.failure.HookFailure;
import io.processexecutor.serialization.graph.wire.GraphKryo;
import io.processexecutor.serialization.graph.wire.GraphSerializer;
import io.processexecutor.serialization.policy.StreamFilter;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.ObjectInputStream;
import java.io.ObjectOutputStream;
import java.io.ObjectStreamClass;
import java.io.OutputStream;
import java.io.Serial;
import java.io.Serializable;
import java.util.ArrayList;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * A serializable object whose fields this JVM does not let the library touch, through the JDK's own stream. Only the
 * object itself is in that stream: whatever it refers to is a number there, and stands in the graph, where it is shared
 * with the rest.
 */
public final class EmbeddedSerializer extends GraphSerializer<Object> {

    /** Creates one. */
    public EmbeddedSerializer() {}

    private record Numbered(int number) implements Serializable {
        @Serial
        private static final long serialVersionUID = 1L;
    }

    @Override
    public void write(GraphKryo kryo, Output output, Object object) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        List<Object> others = new ArrayList<>();
        try (ObjectOutputStream stream = new NumberingStream(bytes, object, others)) {
            stream.writeObject(object);
        } catch (Throwable e) {
            throw HookFailure.of(e);
        }
        output.writeVarInt(others.size(), true);
        for (Object each : others) {
            kryo.write(output, each);
        }
        output.writeVarInt(bytes.size(), true);
        output.writeBytes(bytes.toByteArray());
    }

    @Override
    public @Nullable Object read(GraphKryo kryo, Input input, Class<?> type) {
        @Nullable Object[] others = new @Nullable Object[readCount(input, 1)];
        for (int i = 0; i < others.length; i++) {
            others[i] = kryo.read(input);
        }
        byte[] bytes = input.readBytes(readCount(input, 1));
        if (kryo.holdsUnfinished() && (Map.class.isAssignableFrom(type) || Set.class.isAssignableFrom(type))) {
            throw Refusal.of(type, "it is part of a cycle, and may hash by what is not finished");
        }
        try (ObjectInputStream stream = new ResolvingStream(kryo, bytes, others)) {
            return stream.readObject();
        } catch (Throwable e) {
            throw HookFailure.of(e);
        }
    }

    private static final class NumberingStream extends ObjectOutputStream {

        private final Object embedded;
        private final List<Object> others;
        private final IdentityHashMap<Object, Numbered> numbers = new IdentityHashMap<>();
        private boolean begun;

        NumberingStream(OutputStream sink, Object embedded, List<Object> others) throws IOException {
            super(sink);
            this.embedded = embedded;
            this.others = others;
            enableReplaceObject(true);
        }

        @Override
        protected @Nullable Object replaceObject(@Nullable Object object) {
            if (!begun) {
                // The object itself, or what its writeReplace made of it.
                begun = true;
                return object;
            }
            if (object == null || object == embedded || object instanceof Numbered) {
                return object;
            }
            return numbers.computeIfAbsent(object, each -> {
                others.add(each);
                return new Numbered(others.size() - 1);
            });
        }
    }

    private static final class ResolvingStream extends ObjectInputStream {

        private final GraphKryo kryo;
        private final @Nullable Object[] others;

        ResolvingStream(GraphKryo kryo, byte[] bytes, @Nullable Object[] others) throws IOException {
            this(kryo, new ByteArrayInputStream(bytes), others);
        }

        private ResolvingStream(GraphKryo kryo, ByteArrayInputStream source, @Nullable Object[] others)
                throws IOException {
            super(source);
            this.kryo = kryo;
            this.others = others;
            enableResolveObject(true);
            StreamFilter.on(this, kryo.policy().limits(), source::available);
        }

        @Override
        protected Class<?> resolveClass(ObjectStreamClass description) throws IOException, ClassNotFoundException {
            String name = description.getName();
            if (name.equals(Numbered.class.getName())) {
                return Numbered.class;
            }
            if (name.startsWith("[") || name.indexOf('.') >= 0) {
                return kryo.classOf(name);
            }
            kryo.policy().allowed().check(name);
            return super.resolveClass(description);
        }

        @Override
        protected Class<?> resolveProxyClass(String[] interfaces) throws IOException, ClassNotFoundException {
            for (String each : interfaces) {
                kryo.policy().allowed().check(each);
            }
            return super.resolveProxyClass(interfaces);
        }

        @Override
        protected @Nullable Object resolveObject(@Nullable Object object) {
            return object instanceof Numbered numbered ? others[numbered.number()] : object;
        }
    }
}
