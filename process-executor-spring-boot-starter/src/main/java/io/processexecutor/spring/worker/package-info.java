/**
 * What runs in a worker: the application's context, with everything off that must not happen twice, and an executor that runs
 * tasks in place. Knows references to beans, and nothing of the application's side.
 */
@NullMarked
package io.processexecutor.spring.worker;

import org.jspecify.annotations.NullMarked;
