/** What the serializers cost, next to plain Kryo and the JDK stream. */
@NullMarked
package io.processexecutor.benchmarks.serializers;

import org.jspecify.annotations.NullMarked;
