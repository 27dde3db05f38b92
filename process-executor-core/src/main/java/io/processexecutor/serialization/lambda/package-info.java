/**
 * Reads the call site of a lambda from its class and links it again elsewhere, whether it is serializable or not. Caches
 * the shape of lambda classes, never what they captured. Depends on the rooms {@code access} and {@code classfile}.
 */
@NullMarked
package io.processexecutor.serialization.lambda;

import org.jspecify.annotations.NullMarked;
