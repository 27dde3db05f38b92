package io.processexecutor.spring.bean;

import java.io.Serializable;

/**
 * What travels in place of a bean.
 *
 * @param name the bean's name, the same in both processes
 * @param type its class, for messages
 */
record BeanReference(String name, String type) implements Serializable {}
