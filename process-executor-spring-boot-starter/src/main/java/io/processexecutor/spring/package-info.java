/**
 * The bridge to Spring: the executor as a bean, the advisor that ships annotated methods to workers, properties and
 * metrics. Glue only; what can be tested without a Spring context belongs into the core.
 */
@NullMarked
package io.processexecutor.spring;

import org.jspecify.annotations.NullMarked;
