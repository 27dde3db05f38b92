package io.processexecutor.serialization.explain;

/** What brings to a worker what the application sends: no class of the application, which could be changed. */
public interface Carrier {}
