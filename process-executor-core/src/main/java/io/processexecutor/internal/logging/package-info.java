/** The logging systems at both ends, for what is logged in workers. Knows the protocol's data and neither side. */
@NullMarked
package io.processexecutor.internal.logging;

import org.jspecify.annotations.NullMarked;
