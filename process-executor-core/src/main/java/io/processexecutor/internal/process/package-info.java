/**
 * One worker as its parent sees it: how it is launched, proves itself, is listened to, ends and is killed. Knows no
 * pool, and of the worker's own code nothing but the name of its main class.
 */
@NullMarked
package io.processexecutor.internal.process;

import org.jspecify.annotations.NullMarked;
