/** Figures, and how they are found out and shown. Knows nothing of what is measured. */
@NullMarked
package io.processexecutor.benchmarks.table;

import org.jspecify.annotations.NullMarked;
