/**
 * The one way past the JDK's encapsulation: allocating without a constructor, reading and writing final fields, calling
 * serialization hooks. For the serialization rooms only; no task and no user sees it. Depends on nothing but the JDK.
 */
@NullMarked
package io.processexecutor.serialization.access;

import org.jspecify.annotations.NullMarked;
