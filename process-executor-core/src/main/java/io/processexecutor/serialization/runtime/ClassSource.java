package io.processexecutor.serialization.runtime;

import java.util.Collection;

/** Where a worker gets classes from that only its parent has. */
@FunctionalInterface
public interface ClassSource {

    /**
     * Asks for classes of the task that is being decoded, and waits.
     *
     * @param names the names as they came
     * @return what {@link Shipment#definitions} gave; empty if the parent does not have them for this task any more
     * @throws InterruptedException if the task is to end
     */
    byte[] definitions(Collection<String> names) throws InterruptedException;
}
