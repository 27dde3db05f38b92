/** Logback at both ends, for what is logged in workers. Its classes are loaded where Logback is there only. */
@NullMarked
package io.processexecutor.spring.logging;

import org.jspecify.annotations.NullMarked;
