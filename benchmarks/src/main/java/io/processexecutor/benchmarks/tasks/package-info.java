/** What a task costs beside its work, next to what the machine and the platform can do. */
@NullMarked
package io.processexecutor.benchmarks.tasks;

import org.jspecify.annotations.NullMarked;
