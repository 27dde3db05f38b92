package io.processexecutor.serialization.policy;

/**
 * An object for which a reference travels. Its class stands for them where classes are numbered.
 *
 * @param replacer the place of the replacer that answered
 * @param original the object
 * @param reference what travels
 */
public record Swap(int replacer, Object original, Object reference) {}
