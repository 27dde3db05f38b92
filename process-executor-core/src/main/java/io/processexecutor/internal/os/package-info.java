/**
 * What the operating system knows of processes: which they are, what descends from them and what the kernel did to them.
 * Knows nothing of workers; depends on the JDK only.
 */
@NullMarked
package io.processexecutor.internal.os;

import org.jspecify.annotations.NullMarked;
