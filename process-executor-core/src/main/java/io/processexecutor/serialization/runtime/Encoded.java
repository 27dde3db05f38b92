package io.processexecutor.serialization.runtime;

/**
 * What there is to know of a task that was encoded, beside its bytes.
 *
 * @param shipment the classes that must travel for it
 * @param needsPreparedWorker whether something in it stands for nothing in a worker that was not prepared
 */
public record Encoded(Shipment shipment, boolean needsPreparedWorker) {

    private static final Encoded PLAIN = new Encoded(Shipment.NOTHING, false);

    /**
     * As the constructor, but the many tasks of which there is nothing to know share one.
     *
     * @param shipment the classes that must travel for it
     * @param needsPreparedWorker whether something in it stands for nothing in a worker that was not prepared
     * @return what there is to know
     */
    public static Encoded of(Shipment shipment, boolean needsPreparedWorker) {
        return shipment == Shipment.NOTHING && !needsPreparedWorker
                ? PLAIN
                : new Encoded(shipment, needsPreparedWorker);
    }
}
