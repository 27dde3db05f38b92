/**
 * What an executor shares with its tasks: stored once, referred to by the tasks that use it, and deleted with the last who
 * knows it. Knows no workers; where they find it is the business of a {@link SharedStorage}.
 */
@NullMarked
package io.processexecutor.internal.sharing;

import org.jspecify.annotations.NullMarked;
