/**
 * The engine on Kryo behind the serializers {@code kryo} and {@code closure}: which class goes which way, engines and
 * their pool, graphs deeper than a stack. Depends on the rooms below it.
 */
@NullMarked
package io.processexecutor.serialization.graph;

import org.jspecify.annotations.NullMarked;
