package io.processexecutor.spring.bean;

import org.jspecify.annotations.Nullable;
import org.springframework.beans.factory.BeanFactory;
import org.springframework.context.ApplicationContext;
import org.springframework.core.env.Environment;

/** What travels in place of the container itself: each process has its own. */
enum ContainerReference {
    CONTEXT,
    BEAN_FACTORY,
    ENVIRONMENT;

    /** The part of a container that an object is, whichever container that may be; null if it is none. */
    static @Nullable ContainerReference to(Object object) {
        if (object instanceof ApplicationContext) {
            return CONTEXT;
        }
        if (object instanceof BeanFactory) {
            return BEAN_FACTORY;
        }
        return object instanceof Environment ? ENVIRONMENT : null;
    }

    Object in(ApplicationContext context) {
        return switch (this) {
            case CONTEXT -> context;
            case BEAN_FACTORY -> context.getAutowireCapableBeanFactory();
            case ENVIRONMENT -> context.getEnvironment();
        };
    }
}
