package io.processexecutor.serialization.explain;

/**
 * What brings to a worker what the application sends, in its fields and in arrays that these hold: no class of the
 * application, which could be changed.
 */
public interface Carrier {}
