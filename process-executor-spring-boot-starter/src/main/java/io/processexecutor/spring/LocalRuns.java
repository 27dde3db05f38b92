package io.processexecutor.spring;

import java.lang.reflect.Method;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.aop.ProxyMethodInvocation;
import org.springframework.aop.framework.Advised;
import org.springframework.aop.framework.AopProxyUtils;
import org.springframework.aop.framework.DefaultAdvisorChainFactory;

/** Tells of asynchronous methods that are never shipped, once of each. */
final class LocalRuns {

    private static final Logger log = LoggerFactory.getLogger(LocalRuns.class);

    private static final DefaultAdvisorChainFactory CHAINS = new DefaultAdvisorChainFactory();

    private final Set<Method> told = ConcurrentHashMap.newKeySet();

    /**
     * A call ended and the advice that ships calls was not asked. Where the bean has it, some advice outside of it
     * answered the call, such as a cache: then nothing ran here that should not.
     */
    void wentPastTheAdvisor(String executor, Object asyncCall) {
        Method method = AsyncCalls.method(asyncCall);
        if (method == null || (!told.contains(method) && !isShipped(asyncCall, method) && told.add(method))) {
            log.warn(
                    "{} - {} ran in this process and not in a worker: its bean is not advised by processTaskAdvisor, mostly"
                            + " because it was made too early, such as for a BeanPostProcessor",
                    executor,
                    method == null ? "An asynchronous method" : method);
        }
    }

    private static boolean isShipped(Object asyncCall, Method method) {
        Object layer = AsyncCalls.invocation(asyncCall) instanceof ProxyMethodInvocation call ? call.getProxy() : null;
        while (layer instanceof Advised proxy) {
            Class<?> type = proxy.getTargetSource().getTargetClass();
            Method own = type == null ? method : MethodCall.method(method, type);
            if (CHAINS.getInterceptorsAndDynamicInterceptionAdvice(proxy, own, type).stream()
                    .anyMatch(ProcessTaskInterceptor.class::isInstance)) {
                return true;
            }
            layer = AopProxyUtils.getSingletonTarget(layer);
        }
        return false;
    }
}
