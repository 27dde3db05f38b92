/**
 * What serializers are made of: their base class, fields of any class in the graph's format, empty instances, shells.
 * Depends on {@code graph.wire}, {@code access}, {@code classfile} and {@code lambda}.
 */
@NullMarked
package io.processexecutor.serialization.graph.field;

import org.jspecify.annotations.NullMarked;
