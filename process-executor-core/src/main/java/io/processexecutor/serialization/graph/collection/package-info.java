/**
 * Serializers of the JDK's everyday lists, sets and maps, packed and in their order. Depends on {@code graph.field},
 * {@code graph.wire} and {@code access}.
 */
@NullMarked
package io.processexecutor.serialization.graph.collection;

import org.jspecify.annotations.NullMarked;
