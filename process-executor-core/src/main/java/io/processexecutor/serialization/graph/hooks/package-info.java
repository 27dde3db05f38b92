/**
 * The platform's serialization protocol inside a graph: {@code writeObject}, {@code readObject}, {@code readResolve},
 * {@code Externalizable}, through streams that write into the same graph, so that identity and cycles hold. Depends on
 * {@code graph.field}, {@code graph.wire} and {@code access}.
 */
@NullMarked
package io.processexecutor.serialization.graph.hooks;

import org.jspecify.annotations.NullMarked;
