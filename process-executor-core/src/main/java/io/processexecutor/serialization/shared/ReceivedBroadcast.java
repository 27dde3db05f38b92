package io.processexecutor.serialization.shared;

import io.processexecutor.Broadcast;
import java.io.Serial;

/** A broadcast in a worker. */
final class ReceivedBroadcast<T> implements Broadcast<T> {

    @Serial
    private static final long serialVersionUID = 1L;

    private final transient SharedReference reference;
    private final transient T value;

    ReceivedBroadcast(SharedReference reference, T value) {
        this.reference = reference;
        this.value = value;
    }

    @Override
    public T value() {
        return value;
    }

    @Override
    public void close() {}

    @Serial
    private Object writeReplace() {
        return reference.home();
    }

    @Override
    public String toString() {
        return reference.toString();
    }
}
