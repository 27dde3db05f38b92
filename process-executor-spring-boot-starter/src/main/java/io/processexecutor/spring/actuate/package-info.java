/**
 * What Spring Boot's actuator shows of the executors. Knows the core and the actuator only.
 */
@NullMarked
package io.processexecutor.spring.actuate;

import org.jspecify.annotations.NullMarked;
