/**
 * Reads class files as far as call sites, line numbers and field accesses need it. Small on purpose, so that the core
 * needs no bytecode library. Depends on nothing but the JDK.
 */
@NullMarked
package io.processexecutor.serialization.classfile;

import org.jspecify.annotations.NullMarked;
