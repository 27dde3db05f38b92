package io.processexecutor;

import java.io.Serializable;

/**
 * A task without a result that runs in a worker process. Being {@link Serializable}, a lambda or method reference
 * written where a {@code ProcessAction} is expected is serializable with no effort of the author.
 */
@FunctionalInterface
public interface ProcessAction extends Runnable, Serializable {}
