/** What there is to see: the walkthrough, which the argument {@code demo} runs too, and the buttons of the page. */
@NullMarked
package io.processexecutor.sample.demo;

import org.jspecify.annotations.NullMarked;
