package io.processexecutor;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.InputStream;
import java.io.OutputStream;
import org.jspecify.annotations.Nullable;

/**
 * Turns tasks and results into bytes and back. {@code TaskSerializers} has the built-in ones.
 *
 * <p>An implementation of your own must be safe for use by many threads at once, and have a public constructor without
 * arguments in a class that the workers can see: a worker makes its own instance by that name.
 */
public interface TaskSerializer {

    /**
     * A short name for settings, metrics and errors.
     *
     * @return by default the simple name of the class
     */
    default String name() {
        return getClass().getSimpleName();
    }

    /**
     * Writes a value and everything it refers to.
     *
     * @param value the value; may be {@code null}
     * @param sink where to; buffered by the caller, and left open
     * @throws TaskSerializationException if something in the graph cannot be encoded; it names the path to it
     */
    void encode(@Nullable Object value, OutputStream sink);

    /**
     * Reads back what {@link #encode} wrote. Classes are looked up by the thread's context class loader.
     *
     * @param source the bytes that {@code encode} wrote, from their beginning
     * @return the value
     * @throws TaskSerializationException if the bytes cannot be decoded here
     */
    @Nullable
    Object decode(InputStream source);

    /**
     * Encodes a value into an array.
     *
     * @param value the value; may be {@code null}
     * @return its bytes
     * @throws TaskSerializationException if something in the graph cannot be encoded
     */
    default byte[] toBytes(@Nullable Object value) {
        ByteArrayOutputStream sink = new ByteArrayOutputStream(512);
        encode(value, sink);
        return sink.toByteArray();
    }

    /**
     * Decodes a value from an array.
     *
     * @param bytes what {@link #toBytes} returned
     * @return the value
     * @throws TaskSerializationException if the bytes cannot be decoded here
     */
    default @Nullable Object fromBytes(byte[] bytes) {
        return decode(new ByteArrayInputStream(bytes));
    }
}
