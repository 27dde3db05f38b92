package io.processexecutor.spring;

import org.springframework.aop.interceptor.AsyncExecutionInterceptor;

/** Tells the callables that Spring makes of asynchronous methods from those that are to be shipped themselves. */
final class AsyncCalls {

    private static final String SECURITY_WRAPPERS = "org.springframework.security.concurrent.DelegatingSecurityContext";

    private AsyncCalls() {}

    /**
     * The interceptor writes its callable as a lambda, which is a member of its nest; Spring Security may have put a
     * wrapper around it.
     */
    static boolean isAsyncCall(Object task) {
        Class<?> type = task.getClass();
        return type.getNestHost() == AsyncExecutionInterceptor.class
                || type.getName().startsWith(SECURITY_WRAPPERS);
    }
}
