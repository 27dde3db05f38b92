package io.processexecutor.spring;

import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.springframework.aop.TargetSource;
import org.springframework.aop.framework.Advised;
import org.springframework.aop.framework.AopProxyUtils;
import org.springframework.aop.framework.DefaultAdvisorChainFactory;
import org.springframework.aop.framework.ReflectiveMethodInvocation;
import org.springframework.aop.interceptor.ExposeInvocationInterceptor;
import org.springframework.aop.support.AopUtils;

/**
 * A call that was shipped, where it was shipped to: through the advice that stands inside of the one which ships calls, such
 * as a transaction's. What stands outside of it, such as a retry and what makes the call asynchronous, acted where the
 * call came from; to go through that again would retry the retries, and hand a failure to an exception handler of the
 * wrong process.
 */
final class InnerCall implements Callable<@Nullable Object> {

    private static final DefaultAdvisorChainFactory CHAINS = new DefaultAdvisorChainFactory();

    private final Object bean;
    private final Method method;
    private final @Nullable Object[] arguments;

    /**
     * Prepares one.
     *
     * @param bean the bean as others see it here, or an object without advice
     * @param declared the method, which may be of the class that the bean has elsewhere
     * @param arguments its arguments
     */
    InnerCall(Object bean, Method declared, @Nullable Object[] arguments) {
        this.bean = bean;
        this.method = declared;
        this.arguments = arguments;
    }

    /**
     * Calls it.
     *
     * @throws InvocationTargetException with what the method or its advice threw
     */
    @Override
    public @Nullable Object call() throws Exception {
        Object layer = bean;
        // Who asks for the current proxy gets it from the proxy itself only.
        while (layer instanceof Advised proxy && !proxy.isExposeProxy()) {
            TargetSource source = proxy.getTargetSource();
            Class<?> type = source.getTargetClass();
            if (type != null) {
                Method own = MethodCall.method(method, type);
                List<Object> chain = CHAINS.getInterceptorsAndDynamicInterceptionAdvice(proxy, own, type);
                int shipping = firstShipping(chain);
                if (shipping >= 0) {
                    return through(inner(chain, shipping), layer, source, own, type);
                }
            }
            layer = AopProxyUtils.getSingletonTarget(layer);
        }
        Method invocable = invocable();
        invocable.setAccessible(true);
        return invocable.invoke(bean, arguments);
    }

    /** As the bean itself can be asked for it: a proxy may have but the interface, which may be a generic one. */
    private Method invocable() {
        if (Proxy.isProxyClass(bean.getClass())) {
            Class<?> target = AopUtils.getTargetClass(bean);
            for (Class<?> each : bean.getClass().getInterfaces()) {
                for (Method candidate : each.getMethods()) {
                    if (candidate.getName().equals(method.getName())
                            && AopUtils.getMostSpecificMethod(candidate, target).equals(method)) {
                        return candidate;
                    }
                }
            }
        }
        return AopUtils.selectInvocableMethod(method, bean.getClass());
    }

    private @Nullable Object through(List<Object> chain, Object proxy, TargetSource source, Method own, Class<?> type)
            throws Exception {
        Object target = source.getTarget();
        try {
            return new Invocation(proxy, target, own, arguments, type, chain).proceed();
        } catch (Throwable e) {
            throw new InvocationTargetException(e);
        } finally {
            if (target != null && !source.isStatic()) {
                source.releaseTarget(target);
            }
        }
    }

    private static int firstShipping(List<Object> chain) {
        for (int i = 0; i < chain.size(); i++) {
            if (chain.get(i) instanceof ProcessTaskInterceptor) {
                return i;
            }
        }
        return -1;
    }

    /** With the one that tells aspects what they advise, wherever it is. */
    private static List<Object> inner(List<Object> chain, int shipping) {
        return IntStream.range(0, chain.size())
                .filter(i -> i > shipping || chain.get(i) == ExposeInvocationInterceptor.INSTANCE)
                .mapToObj(chain::get)
                .toList();
    }

    private static final class Invocation extends ReflectiveMethodInvocation {

        Invocation(
                Object proxy,
                @Nullable Object target,
                Method method,
                @Nullable Object[] arguments,
                Class<?> targetClass,
                List<Object> chain) {
            super(proxy, target, method, arguments, targetClass, chain);
        }
    }
}
