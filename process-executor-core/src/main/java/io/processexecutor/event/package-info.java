/** What a {@code ProcessExecutorListener} is told. Plain data; depends on nothing but the JDK. */
@NullMarked
package io.processexecutor.event;

import org.jspecify.annotations.NullMarked;
