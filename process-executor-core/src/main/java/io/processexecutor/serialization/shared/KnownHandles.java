package io.processexecutor.serialization.shared;

import io.processexecutor.TaskSerializationException;
import io.processexecutor.TaskSerializationException.Phase;
import java.lang.ref.WeakReference;
import java.nio.file.Path;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * What references stand for in this process: the handles that were made here, which it knows again in results, and, in a
 * worker, those that it received. Of the latter it keeps each until it is told that nobody needs it any more. Thread-safe.
 */
public final class KnownHandles {

    private static final Map<Long, WeakReference<Object>> OWN = new ConcurrentHashMap<>();
    private static final Map<Long, Received> RECEIVED = new ConcurrentHashMap<>();

    private static volatile @Nullable SharedDecoder decoder;

    private KnownHandles() {}

    // ---- where they are made

    /**
     * A handle was made here.
     *
     * @param id its number
     * @param handle the handle, which is held weakly
     */
    public static void made(long id, Object handle) {
        OWN.put(id, new WeakReference<>(handle));
    }

    /**
     * No task uses it any more, and none will.
     *
     * @param id its number
     */
    public static void forget(long id) {
        OWN.remove(id);
    }

    // ---- where they are received

    /**
     * This process is a worker: it takes what its parent shares.
     *
     * @param decoder decodes the values
     */
    public static void receiveWith(SharedDecoder decoder) {
        KnownHandles.decoder = decoder;
    }

    /**
     * This process takes something as a worker would.
     *
     * @param id its number
     * @param source its bytes
     * @param decoder decodes the value
     */
    public static void expect(long id, SharedSource source, SharedDecoder decoder) {
        RECEIVED.put(id, new Received(source, decoder));
    }

    /**
     * Drops what was received.
     *
     * @param id its number; nothing happens if it never came here
     */
    public static void drop(long id) {
        RECEIVED.remove(id);
    }

    /** What a reference stands for. */
    static Object find(SharedReference reference) {
        return reference.isHomeward() ? known(reference) : received(reference);
    }

    private static Object known(SharedReference reference) {
        WeakReference<Object> made = OWN.get(reference.id());
        Object own = made == null ? null : made.get();
        Received received = own == null ? RECEIVED.get(reference.id()) : null;
        Object found = received == null ? own : received.known();
        if (found == null) {
            throw lost(reference, "is not there any more: it was closed, and no task that uses it is under way");
        }
        return found;
    }

    private static Object received(SharedReference reference) {
        SharedDecoder own = decoder;
        Received received = own == null
                ? RECEIVED.get(reference.id())
                : RECEIVED.computeIfAbsent(
                        reference.id(), id -> new Received(new FileSource(Path.of(reference.location())), own));
        if (received == null) {
            // What a worker says must not make this process open a file.
            throw lost(reference, "travels to workers only");
        }
        try {
            return received.get(reference);
        } catch (Throwable e) {
            if (own != null) {
                RECEIVED.remove(reference.id(), received);
            }
            throw e;
        }
    }

    static TaskSerializationException lost(SharedReference reference, String why) {
        return new TaskSerializationException(Phase.DECODE_TASK, null, null, reference + " " + why, null);
    }
}
