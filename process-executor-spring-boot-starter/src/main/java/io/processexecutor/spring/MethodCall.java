package io.processexecutor.spring;

import io.processexecutor.ProcessTask;
import io.processexecutor.internal.protocol.TaskInProcess;
import io.processexecutor.serialization.explain.Carrier;
import java.io.Serial;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import org.jspecify.annotations.Nullable;
import org.springframework.aop.support.AopUtils;

/**
 * A method call on its way to a worker: the bean, the method and the arguments. A future that the method returns is
 * waited for there, and its value is what comes back.
 */
final class MethodCall implements ProcessTask<@Nullable Object>, Carrier {

    @Serial
    private static final long serialVersionUID = 1L;

    // Serializable only if what the application put there is; the serializer tells with the path.
    @SuppressWarnings("serial")
    private final Object target;

    private final Class<?> declaringClass;
    private final String method;
    private final Class<?>[] parameterTypes;

    @SuppressWarnings("serial")
    private final @Nullable Object[] arguments;

    MethodCall(Object target, Method method, @Nullable Object[] arguments) {
        this.target = target;
        this.declaringClass = method.getDeclaringClass();
        this.method = method.getName();
        this.parameterTypes = method.getParameterTypes();
        this.arguments = arguments;
    }

    /**
     * The method that is called: as the class of the target declares it, unless no other process has that class, as with
     * proxies and lambdas; then as their interface does.
     */
    static Method method(Method called, Class<?> targetClass) {
        return Proxy.isProxyClass(targetClass) || targetClass.isHidden()
                ? called
                : AopUtils.getMostSpecificMethod(called, targetClass);
    }

    @Override
    public @Nullable Object call() throws Exception {
        Method declared = declaringClass.getDeclaredMethod(method, parameterTypes);
        InnerCall inner = new InnerCall(target, declared, arguments);
        try {
            Object result = TaskInProcess.run(inner);
            return result instanceof Future<?> future ? future.get() : result;
        } catch (InvocationTargetException | ExecutionException e) {
            throw unwrapped(e);
        }
    }

    /** What the method threw, as itself. */
    private static Exception unwrapped(Exception wrapper) throws Exception {
        Throwable cause = wrapper.getCause();
        if (cause instanceof Error error) {
            throw error;
        }
        return cause instanceof Exception exception ? exception : wrapper;
    }
}
