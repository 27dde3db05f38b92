/**
 * How the two ends of a connection name classes to each other, also those that were defined at run time: which of them a
 * task needs, their bytes, and the loaders that stand for theirs in the worker. Depends on {@code access}, {@code
 * classfile}, {@code explain} and {@code shared}.
 */
@NullMarked
package io.processexecutor.serialization.runtime;

import org.jspecify.annotations.NullMarked;
