/** The walkthrough that the argument {@code demo} runs. */
@NullMarked
package io.processexecutor.sample.demo;

import org.jspecify.annotations.NullMarked;
