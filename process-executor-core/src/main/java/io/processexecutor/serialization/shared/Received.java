package io.processexecutor.serialization.shared;

import io.processexecutor.TaskSerializationException;
import io.processexecutor.TaskSerializationException.Phase;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteOrder;
import java.nio.file.NoSuchFileException;
import org.jspecify.annotations.Nullable;

/** Something shared, where it is received: read when it is first asked for, and then the same for all. */
final class Received {

    private final SharedSource source;
    private final SharedDecoder decoder;
    private @Nullable Object handle;

    Received(SharedSource source, SharedDecoder decoder) {
        this.source = source;
        this.decoder = decoder;
    }

    /** The handle, if it has been read. */
    synchronized @Nullable Object known() {
        return handle;
    }

    /** The handle. What is thrown here keeps nobody from trying again. */
    synchronized Object get(SharedReference reference) {
        Object known = handle;
        if (known == null) {
            try {
                known = reference.isToBuffer() ? buffer(reference) : value(reference);
            } catch (NoSuchFileException e) {
                throw KnownHandles.lost(
                        reference,
                        "is not there any more: the task is over, or somebody deleted " + reference.location());
            } catch (IOException e) {
                throw failure(reference, e.toString(), null, e);
            }
            handle = known;
        }
        return known;
    }

    private Object buffer(SharedReference reference) throws IOException {
        ByteOrder order = reference.isLittleEndian() ? ByteOrder.LITTLE_ENDIAN : ByteOrder.BIG_ENDIAN;
        return new ReceivedBuffer(reference, source.map().order(order));
    }

    private Object value(SharedReference reference) throws IOException {
        makeSureOfRoom(reference, source.size());
        Object value;
        try (InputStream in = source.open()) {
            value = decoder.decode(reference.serializer(), in);
        } catch (TaskSerializationException e) {
            throw failure(reference, e.explanation(), e.culprit().orElse(null), e.getCause());
        } catch (OutOfMemoryError e) {
            throw failure(reference, noRoom(source.size()), null, e);
        }
        if (value == null) {
            throw failure(reference, "the serializer decoded it to null", null, null);
        }
        return new ReceivedBroadcast<>(reference, value);
    }

    /**
     * A value is rarely smaller than its bytes. To ask for one large array harms nobody if there is no room for it, while
     * a graph fills the heap to the last byte before it fails, and the worker must be replaced. Where there is plenty it
     * need not be asked for.
     */
    private static void makeSureOfRoom(SharedReference reference, long bytes) {
        Runtime runtime = Runtime.getRuntime();
        long free = runtime.maxMemory() - runtime.totalMemory() + runtime.freeMemory();
        if (bytes < free / 2) {
            return;
        }
        try {
            byte[] unused = new byte[(int) Math.min(bytes, Integer.MAX_VALUE - 8)];
        } catch (OutOfMemoryError e) {
            throw failure(reference, noRoom(bytes), null, null);
        }
    }

    private static String noRoom(long bytes) {
        return "its " + bytes + " bytes do not fit into the worker's heap of "
                + Runtime.getRuntime().maxMemory()
                + " bytes; raise the worker's max heap, or share the bytes themselves (ProcessExecutor.share)";
    }

    private static TaskSerializationException failure(
            SharedReference reference, String why, @Nullable String culprit, @Nullable Throwable cause) {
        return new TaskSerializationException(
                Phase.DECODE_TASK, null, culprit, reference + " could not be decoded: " + why, cause);
    }
}
