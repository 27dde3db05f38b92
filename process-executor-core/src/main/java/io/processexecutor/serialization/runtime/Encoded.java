package io.processexecutor.serialization.runtime;

import io.processexecutor.serialization.shared.SharedUses;
import java.util.Collection;

/**
 * What there is to know of a task that was encoded, beside its bytes.
 *
 * @param shipment the classes that must travel for it
 * @param needsPreparedWorker whether something in it stands for nothing in a worker that was not prepared
 * @param uses what was shared and it refers to; to be released when it is done
 */
public record Encoded(Shipment shipment, boolean needsPreparedWorker, SharedUses uses) {

    private static final Encoded PLAIN = new Encoded(Shipment.NOTHING, false, SharedUses.NONE);

    /**
     * As the constructor, but the many tasks of which there is nothing to know share one.
     *
     * @param shipment the classes that must travel for it
     * @param needsPreparedWorker whether something in it stands for nothing in a worker that was not prepared
     * @param uses what was shared and it refers to
     * @return what there is to know
     */
    public static Encoded of(Shipment shipment, boolean needsPreparedWorker, SharedUses uses) {
        return shipment == Shipment.NOTHING && !needsPreparedWorker && uses == SharedUses.NONE
                ? PLAIN
                : new Encoded(shipment, needsPreparedWorker, uses);
    }

    /**
     * What a worker needs to define some of the classes in the task, or in what is shared with it.
     *
     * @param names the names as they came
     * @return as of {@link Shipment#definitions}
     */
    public byte[] definitions(Collection<String> names) {
        byte[] own = shipment.definitions(names);
        return own.length > 0 ? own : uses.definitions(names);
    }
}
