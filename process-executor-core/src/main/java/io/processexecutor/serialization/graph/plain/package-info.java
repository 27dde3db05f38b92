/**
 * Serializers of what applications are made of: beans, records, enums, arrays, proxies and lambdas. Depends on
 * {@code graph.field}, {@code graph.wire}, {@code lambda}, {@code explain} and the contract's marks.
 */
@NullMarked
package io.processexecutor.serialization.graph.plain;

import org.jspecify.annotations.NullMarked;
