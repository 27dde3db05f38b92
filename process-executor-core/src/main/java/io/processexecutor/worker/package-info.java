/**
 * The child side: the main class of a worker process, the loop that runs its tasks and the watch over its parent. Never
 * sees the pool.
 */
@NullMarked
package io.processexecutor.worker;

import org.jspecify.annotations.NullMarked;
