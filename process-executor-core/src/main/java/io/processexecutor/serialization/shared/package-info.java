/**
 * What is encoded once and used by many tasks: which of it a task under way uses, what stands for it in an encoded graph,
 * and what a worker has received of it. Depends on {@code explain}.
 */
@NullMarked
package io.processexecutor.serialization.shared;

import org.jspecify.annotations.NullMarked;
