package io.processexecutor.serialization.runtime;

/**
 * What there is to know of a task that was encoded, beside its bytes.
 *
 * @param shipment the classes that must travel for it
 * @param needsPreparedWorker whether something in it stands for nothing in a worker that was not prepared
 */
public record Encoded(Shipment shipment, boolean needsPreparedWorker) {}
