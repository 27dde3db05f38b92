/**
 * What is carried from the submitting thread into the worker. Knows the core only.
 */
@NullMarked
package io.processexecutor.spring.propagation;

import org.jspecify.annotations.NullMarked;
