package io.processexecutor.internal.sharing;

import io.processexecutor.Broadcast;
import io.processexecutor.serialization.shared.SharedReference;
import java.io.Serial;
import org.jspecify.annotations.Nullable;

/** A broadcast where it was made. */
final class PoolBroadcast<T> extends SharedHandle implements Broadcast<T> {

    @Serial
    private static final long serialVersionUID = 1L;

    private transient volatile @Nullable T value;

    PoolBroadcast(SharedObject shared, T value, String serializer) {
        super(shared, SharedReference.toValue(shared.id(), shared.name(), shared.source(), serializer));
        this.value = value;
    }

    @Override
    public T value() {
        T known = value;
        if (known == null) {
            throw closed();
        }
        return known;
    }

    @Override
    public void close() {
        value = null;
        super.close();
    }
}
