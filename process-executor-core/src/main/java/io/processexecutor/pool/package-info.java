/**
 * The engine: the executor callers hold, its queue, and the workers behind it. Sits on top of all other rooms.
 */
@NullMarked
package io.processexecutor.pool;

import org.jspecify.annotations.NullMarked;
