package io.processexecutor.serialization.explain;

/**
 * One step from an object to another that it holds.
 *
 * @param label how a programmer would write it, such as {@code .items}, {@code [3]}; empty where the step is not worth
 *     a word
 * @param target the object held
 */
record Edge(String label, Object target) {}
