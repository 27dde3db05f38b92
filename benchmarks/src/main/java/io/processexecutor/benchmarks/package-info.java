/** What the serializers cost, next to plain Kryo and the JDK stream. Depends on the core's public types and the starter's meters only. */
@NullMarked
package io.processexecutor.benchmarks;

import org.jspecify.annotations.NullMarked;
