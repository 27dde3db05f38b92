/**
 * Serializers of JDK classes that have state but no serialization of their own, or one that breaks on cycles. Depends on
 * {@code graph.hooks}, {@code graph.collection}, {@code graph.field} and {@code graph.wire}.
 */
@NullMarked
package io.processexecutor.serialization.graph.jdk;

import org.jspecify.annotations.NullMarked;
