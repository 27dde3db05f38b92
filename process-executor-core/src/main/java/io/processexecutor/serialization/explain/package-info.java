/**
 * Why something cannot travel, in words a programmer can act on: finds the way from the root to the culprit and names the
 * ways out. Runs only on refusal and calls no user code. Depends on {@code lambda} and {@code access}.
 */
@NullMarked
package io.processexecutor.serialization.explain;

import org.jspecify.annotations.NullMarked;
