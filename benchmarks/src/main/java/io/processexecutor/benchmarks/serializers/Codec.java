package io.processexecutor.benchmarks.serializers;

import com.esotericsoftware.kryo.Kryo;
import com.esotericsoftware.kryo.io.Input;
import com.esotericsoftware.kryo.io.Output;
import com.esotericsoftware.kryo.util.DefaultInstantiatorStrategy;
import com.esotericsoftware.kryo.util.MapReferenceResolver;
import io.processexecutor.TaskSerializer;
import io.processexecutor.serialization.TaskSerializers;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.ObjectInputStream;
import java.io.ObjectOutputStream;
import java.io.UncheckedIOException;
import org.jspecify.annotations.Nullable;
import org.objenesis.strategy.StdInstantiatorStrategy;

/** What is measured, and what it is measured against. */
public enum Codec {
    /** The default serializer. */
    KRYO {
        @Override
        Coder open() {
            return new OurCoder(TaskSerializers.kryo());
        }
    },
    /** The serializer that takes lambdas anywhere. */
    CLOSURE {
        @Override
        Coder open() {
            return new OurCoder(TaskSerializers.closure());
        }
    },
    /** The serializer on the platform's protocol. */
    JAVA {
        @Override
        Coder open() {
            return new OurCoder(TaskSerializers.java());
        }
    },
    /** Kryo as it comes, with references. */
    PLAIN_KRYO {
        @Override
        Coder open() {
            return new PlainKryo(new MapReferenceResolver());
        }
    },
    /** Kryo with references whose table need not grow anew for each large graph. */
    PLAIN_KRYO_65536 {
        @Override
        Coder open() {
            return new PlainKryo(new MapReferenceResolver(65_536));
        }
    },
    /** The platform's protocol as it comes. */
    JDK_STREAM {
        @Override
        Coder open() {
            return new JdkStream();
        }
    };

    abstract Coder open();

    /** One thread's own. */
    interface Coder {

        byte[] encode(Object value);

        @Nullable
        Object decode(byte[] bytes);
    }

    private record OurCoder(TaskSerializer serializer) implements Coder {

        @Override
        public byte[] encode(Object value) {
            return serializer.toBytes(value);
        }

        @Override
        public @Nullable Object decode(byte[] bytes) {
            return serializer.fromBytes(bytes);
        }
    }

    private static final class PlainKryo implements Coder {

        private final Kryo kryo;
        private final Output output = new Output(4096, -1);

        PlainKryo(MapReferenceResolver references) {
            kryo = new Kryo(references);
            kryo.setRegistrationRequired(false);
            kryo.setInstantiatorStrategy(new DefaultInstantiatorStrategy(new StdInstantiatorStrategy()));
        }

        @Override
        public byte[] encode(Object value) {
            output.reset();
            kryo.writeClassAndObject(output, value);
            return output.toBytes();
        }

        @Override
        public Object decode(byte[] bytes) {
            return kryo.readClassAndObject(new Input(bytes));
        }
    }

    private static final class JdkStream implements Coder {

        @Override
        public byte[] encode(Object value) {
            ByteArrayOutputStream bytes = new ByteArrayOutputStream(512);
            try (ObjectOutputStream stream = new ObjectOutputStream(bytes)) {
                stream.writeObject(value);
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
            return bytes.toByteArray();
        }

        @Override
        public Object decode(byte[] bytes) {
            try (ObjectInputStream stream = new ObjectInputStream(new ByteArrayInputStream(bytes))) {
                return stream.readObject();
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            } catch (ClassNotFoundException e) {
                throw new IllegalStateException(e);
            }
        }
    }
}
