package io.processexecutor.spring.worker;

import org.springframework.beans.factory.config.ConfigurableListableBeanFactory;
import org.springframework.util.ClassUtils;
import org.springframework.web.context.support.WebApplicationContextUtils;

/**
 * What stands for the current request where a controller has it injected. No worker has a request; with this the controller
 * is made all the same, and who asks for the request is told that there is none.
 */
final class ServletScopes {

    private static final boolean PRESENT = isPresent("jakarta.servlet.ServletContext")
            && isPresent("org.springframework.web.context.support.WebApplicationContextUtils");

    private ServletScopes() {}

    static void addTo(ConfigurableListableBeanFactory beans) {
        if (PRESENT) {
            WebApplicationContextUtils.registerWebApplicationScopes(beans);
        }
    }

    private static boolean isPresent(String type) {
        return ClassUtils.isPresent(type, ServletScopes.class.getClassLoader());
    }
}
