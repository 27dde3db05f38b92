/**
 * Serializers of what applications are made of: beans, records, enums, arrays, lists, maps, proxies and lambdas. Depends
 * on {@code graph.field}, {@code graph.wire}, {@code lambda} and {@code explain}.
 */
@NullMarked
package io.processexecutor.serialization.graph.plain;

import org.jspecify.annotations.NullMarked;
