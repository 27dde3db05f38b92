/**
 * Entities of Hibernate on their way between processes. Knows nothing of beans, nor of how workers come by theirs.
 */
@NullMarked
package io.processexecutor.spring.jpa;

import org.jspecify.annotations.NullMarked;
