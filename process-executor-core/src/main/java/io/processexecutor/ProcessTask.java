package io.processexecutor;

import java.io.Serializable;
import java.util.concurrent.Callable;

/**
 * A task with a result that runs in a worker process. Being {@link Serializable}, a lambda or method reference written
 * where a {@code ProcessTask} is expected is serializable with no effort of the author.
 *
 * @param <T> the type of the result
 */
@FunctionalInterface
public interface ProcessTask<T> extends Callable<T>, Serializable {}
