package io.processexecutor.serialization.graph.jdk;

import io.processexecutor.serialization.access.DeepAccess;
import io.processexecutor.serialization.access.FieldAccess;
import java.nio.Buffer;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** Byte buffers on the heap, with their array and every position in it. */
final class Buffers {

    private static final long ARRAY = offset(ByteBuffer.class, "hb");
    private static final long FROM = offset(ByteBuffer.class, "offset");
    private static final long MARK = offset(Buffer.class, "mark");

    private Buffers() {}

    static @Nullable Object[] take(ByteBuffer buffer) {
        return new @Nullable Object[] {
            FieldAccess.getReference(buffer, ARRAY),
            FieldAccess.getInt(buffer, FROM),
            buffer.capacity(),
            buffer.limit(),
            buffer.position(),
            FieldAccess.getInt(buffer, MARK),
            buffer.order() == ByteOrder.BIG_ENDIAN,
            buffer.isReadOnly()
        };
    }

    static ByteBuffer build(@Nullable Object[] parts) {
        int from = number(parts[1]);
        ByteBuffer whole = ByteBuffer.wrap((byte[]) Objects.requireNonNull(parts[0]));
        ByteBuffer buffer = whole.slice(from, number(parts[2]));
        if (Boolean.TRUE.equals(parts[7])) {
            buffer = buffer.asReadOnlyBuffer();
        }
        buffer.order(Boolean.TRUE.equals(parts[6]) ? ByteOrder.BIG_ENDIAN : ByteOrder.LITTLE_ENDIAN);
        buffer.limit(number(parts[3]));
        int mark = number(parts[5]);
        if (mark >= 0) {
            buffer.position(mark).mark();
        }
        return buffer.position(number(parts[4]));
    }

    private static int number(@Nullable Object part) {
        return (Integer) Objects.requireNonNull(part);
    }

    private static long offset(Class<?> type, String name) {
        try {
            return DeepAccess.offset(type.getDeclaredField(name));
        } catch (NoSuchFieldException e) {
            throw new IllegalStateException("This JDK's " + type.getName() + " has no " + name, e);
        }
    }
}
