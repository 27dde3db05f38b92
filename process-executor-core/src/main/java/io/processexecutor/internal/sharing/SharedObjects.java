package io.processexecutor.internal.sharing;

import io.processexecutor.Broadcast;
import io.processexecutor.ProcessExecutorException;
import io.processexecutor.SharedBuffer;
import io.processexecutor.TaskSerializationException;
import io.processexecutor.TaskSerializationException.Phase;
import io.processexecutor.TaskSerializer;
import io.processexecutor.serialization.ExecutorSerializers;
import io.processexecutor.serialization.explain.Failures;
import io.processexecutor.serialization.runtime.Encoded;
import io.processexecutor.serialization.shared.SharedScope;
import io.processexecutor.serialization.shared.SharedSource;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.util.Objects;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.BooleanSupplier;

/** What one executor shares with its tasks. Safe for use by many threads. */
public final class SharedObjects {

    private static final int PIECE_BYTES = 64 * 1024;

    /** Of all executors, so that a number says of which one it is. */
    private static final AtomicLong LAST_ID = new AtomicLong();

    private final String executor;
    private final SharedStorage storage;
    private final BooleanSupplier shutDown;
    private final SharedScope scope = new SharedScope();

    /**
     * Creates what shares nothing yet.
     *
     * @param executor the executor, as messages call it
     * @param storage where it puts what it shares
     * @param shutDown whether it takes no more
     */
    public SharedObjects(String executor, SharedStorage storage, BooleanSupplier shutDown) {
        this.executor = executor;
        this.storage = storage;
        this.shutDown = shutDown;
    }

    /**
     * What tasks may refer to.
     *
     * @return the scope of that executor
     */
    public SharedScope scope() {
        return scope;
    }

    boolean isShutDown() {
        return shutDown.getAsBoolean();
    }

    /**
     * Encodes a value once, on the calling thread, for all tasks that refer to it.
     *
     * @param value the value
     * @param serializers of the executor
     * @param serializer which of them
     * @param <T> its type
     * @return its handle
     * @throws TaskSerializationException if it cannot be encoded
     * @throws RejectedExecutionException if the executor is shut down
     * @throws ProcessExecutorException if there is no room for it
     */
    public <T> Broadcast<T> broadcast(T value, ExecutorSerializers serializers, TaskSerializer serializer) {
        Objects.requireNonNull(value, "value");
        long id = LAST_ID.incrementAndGet();
        String name =
                "Broadcast " + id + " of " + executor + " (" + value.getClass().getTypeName() + ")";
        refuseIfShutDown(name);
        String wireName = ExecutorSerializers.wireName(serializer);
        SharedSource[] source = new SharedSource[1];
        Encoded encoded;
        try {
            encoded = serializers.encode(
                    scope, () -> source[0] = store(id, name, sink -> serializer.encode(value, sink)));
        } catch (TaskSerializationException e) {
            throw e.in(Phase.ENCODE_BROADCAST);
        } catch (OutOfMemoryError e) {
            throw Failures.ofFullHeap(Phase.ENCODE_BROADCAST, e);
        }
        SharedObject shared = new SharedObject(id, name, this, source[0], encoded);
        return new PoolBroadcast<>(shared, value, wireName);
    }

    /**
     * Stores bytes once for all tasks that refer to them.
     *
     * @param bytes what remains in it is copied; its position stays
     * @return its handle
     * @throws RejectedExecutionException if the executor is shut down
     * @throws ProcessExecutorException if there is no room for them
     */
    public SharedBuffer share(ByteBuffer bytes) {
        Objects.requireNonNull(bytes, "bytes");
        long id = LAST_ID.incrementAndGet();
        String name = "Shared buffer " + id + " of " + executor + " (" + bytes.remaining() + " bytes)";
        refuseIfShutDown(name);
        SharedSource source = store(id, name, sink -> copy(bytes.duplicate(), sink));
        SharedObject shared = new SharedObject(id, name, this, source, null);
        return new PoolBuffer(shared, bytes.order());
    }

    /** No task uses it any more. */
    void released(long id) {
        scope.left();
        storage.drop(id);
    }

    private SharedSource store(long id, String name, SharedStorage.Content content) {
        try {
            return storage.store(id, content);
        } catch (IOException e) {
            throw failed(name, e);
        }
    }

    private static void copy(ByteBuffer bytes, OutputStream sink) throws IOException {
        byte[] piece = new byte[Math.min(PIECE_BYTES, bytes.remaining())];
        while (bytes.hasRemaining()) {
            int count = Math.min(piece.length, bytes.remaining());
            bytes.get(piece, 0, count);
            sink.write(piece, 0, count);
        }
    }

    private void refuseIfShutDown(String name) {
        if (isShutDown()) {
            throw new RejectedExecutionException(name + " is not taken: the executor is shut down");
        }
    }

    private RuntimeException failed(String name, IOException e) {
        refuseIfShutDown(name);
        return new ProcessExecutorException(name + " could not be written: " + e, e);
    }
}
