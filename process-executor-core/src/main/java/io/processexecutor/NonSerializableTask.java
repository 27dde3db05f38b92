package io.processexecutor;

import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Inherited;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/**
 * Marks a class whose objects, with everything they refer to, go through the closure serializer while the rest of the
 * task keeps the serializer in force. The object keeps its type: nothing is wrapped or proxied. A Spring bean of such a
 * class travels by value.
 *
 * @see Closures#wrap
 */
@Documented
@Inherited
@Retention(RetentionPolicy.RUNTIME)
@Target(ElementType.TYPE)
public @interface NonSerializableTask {}
