/**
 * What an executor's options let travel, in one place for all serializers: which classes, how much, and what goes as a
 * reference. Depends on the contract only.
 */
@NullMarked
package io.processexecutor.serialization.policy;

import org.jspecify.annotations.NullMarked;
