/**
 * References to beans, which have the same names in the application and in its workers. Knows nothing of how workers come by theirs.
 */
@NullMarked
package io.processexecutor.spring.bean;

import org.jspecify.annotations.NullMarked;
