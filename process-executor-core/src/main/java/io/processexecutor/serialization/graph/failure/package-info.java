/**
 * What can go wrong inside a graph: a hook threw, a class is missing, the bytes are no graph, the stack does not suffice.
 * Depends on {@code explain}.
 */
@NullMarked
package io.processexecutor.serialization.graph.failure;

import org.jspecify.annotations.NullMarked;
