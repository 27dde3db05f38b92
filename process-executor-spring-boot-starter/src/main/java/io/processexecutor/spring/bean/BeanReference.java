package io.processexecutor.spring.bean;

import java.io.Serializable;

/**
 * What travels in place of a bean.
 *
 * @param name the bean's name, the same in both processes
 * @param type its class, for messages
 * @param inside whether what stands behind the bean's proxy is meant, as by a lambda that the bean itself wrote
 */
record BeanReference(String name, String type, boolean inside) implements Serializable {}
