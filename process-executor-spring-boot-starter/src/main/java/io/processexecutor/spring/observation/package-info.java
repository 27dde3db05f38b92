/**
 * One observation for each task, and what a trace shows of it. Knows the core and Micrometer only.
 */
@NullMarked
package io.processexecutor.spring.observation;

import org.jspecify.annotations.NullMarked;
