package io.processexecutor.spring.worker;

import jakarta.servlet.ServletContext;
import java.lang.reflect.Proxy;
import org.springframework.beans.factory.config.ConfigurableListableBeanFactory;
import org.springframework.util.ClassUtils;
import org.springframework.web.context.WebApplicationContext;
import org.springframework.web.context.support.WebApplicationContextUtils;

/**
 * What stands for the current request, and for the servlet context, where a controller has them injected. No worker has
 * either; with this the controller is made all the same, and who asks for one of them is told that there is none.
 */
final class ServletScopes {

    private static final boolean PRESENT = isPresent("jakarta.servlet.ServletContext")
            && isPresent("org.springframework.web.context.support.WebApplicationContextUtils");

    private ServletScopes() {}

    static void addTo(ConfigurableListableBeanFactory beans) {
        if (PRESENT) {
            WebApplicationContextUtils.registerWebApplicationScopes(beans);
            beans.registerSingleton(WebApplicationContext.SERVLET_CONTEXT_BEAN_NAME, noServletContext());
        }
    }

    private static Object noServletContext() {
        return Proxy.newProxyInstance(
                ServletScopes.class.getClassLoader(),
                new Class<?>[] {ServletContext.class},
                (proxy, method, arguments) -> switch (method.getName()) {
                    case "hashCode" -> System.identityHashCode(proxy);
                    case "equals" -> proxy == arguments[0];
                    case "toString" -> "none, as in any worker process";
                    default ->
                        throw new IllegalStateException("There is no ServletContext in a worker process to ask for "
                                + method.getName()
                                + ": ask before the task is submitted, and send what it says");
                });
    }

    private static boolean isPresent(String type) {
        return ClassUtils.isPresent(type, ServletScopes.class.getClassLoader());
    }
}
