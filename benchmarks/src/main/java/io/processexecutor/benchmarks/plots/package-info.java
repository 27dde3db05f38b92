/** Curves of what the tables have single points of. */
@NullMarked
package io.processexecutor.benchmarks.plots;

import org.jspecify.annotations.NullMarked;
