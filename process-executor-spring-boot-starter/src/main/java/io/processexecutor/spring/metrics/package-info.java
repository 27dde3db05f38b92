/**
 * What a meter registry is told. Knows the core and Micrometer only.
 */
@NullMarked
package io.processexecutor.spring.metrics;

import org.jspecify.annotations.NullMarked;
