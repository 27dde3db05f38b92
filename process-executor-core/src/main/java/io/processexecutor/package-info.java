/**
 * What a caller of the process executor may rely on: the executor, its tasks and options, the serializer contract, the
 * observer and the exceptions. Depends on nothing but the JDK and the events it hands out.
 */
@NullMarked
package io.processexecutor;

import org.jspecify.annotations.NullMarked;
