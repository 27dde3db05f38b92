/**
 * Fields of any class, read and written in the graph's format. Depends on {@code graph.wire} and {@code access}.
 */
@NullMarked
package io.processexecutor.serialization.graph.field;

import org.jspecify.annotations.NullMarked;
