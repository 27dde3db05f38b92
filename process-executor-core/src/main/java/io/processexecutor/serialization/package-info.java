/**
 * The built-in serializers for tasks and results: {@code java}, {@code kryo} and {@code closure}. Depends on the rooms
 * below it and on the contract.
 */
@NullMarked
package io.processexecutor.serialization;

import org.jspecify.annotations.NullMarked;
