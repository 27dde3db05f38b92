/** What processes cost and bring: their start, their memory, and what the caller's process feels of their work. */
@NullMarked
package io.processexecutor.benchmarks.processes;

import org.jspecify.annotations.NullMarked;
