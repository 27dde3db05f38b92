package io.processexecutor.spring;

import io.processexecutor.TaskOptions;
import io.processexecutor.TaskSerializationException;
import java.lang.reflect.Method;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Future;
import org.aopalliance.intercept.MethodInterceptor;
import org.aopalliance.intercept.MethodInvocation;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.scheduling.annotation.Async;

/**
 * Ships a call that runs on a dispatcher to a worker, and waits for it there. Calls on any other thread go on as they
 * are.
 */
final class ProcessTaskInterceptor implements MethodInterceptor {

    private static final Logger log = LoggerFactory.getLogger(ProcessTaskInterceptor.class);

    private static final String TARGET_PATH = ".target";

    private final boolean defaultExecutor;
    private final Set<Method> warned = ConcurrentHashMap.newKeySet();

    ProcessTaskInterceptor(boolean defaultExecutor) {
        this.defaultExecutor = defaultExecutor;
    }

    // Inherited as nullable, too, which the checker does not always read from the class file.
    @Override
    @SuppressWarnings("NullAway")
    public @Nullable Object invoke(MethodInvocation invocation) throws Throwable {
        Dispatch<?> dispatch = Dispatch.current();
        Object target = invocation.getThis();
        if (dispatch == null || target == null) {
            return invocation.proceed();
        }
        dispatch.reached();
        try {
            return proceedOrShip(dispatch, target, invocation);
        } catch (Throwable failure) {
            dispatch.failed(failure);
            throw failure;
        }
    }

    private @Nullable Object proceedOrShip(Dispatch<?> dispatch, Object target, MethodInvocation invocation)
            throws Throwable {
        Method method = MethodCall.method(invocation.getMethod(), target.getClass());
        if (!isForWorkers(method, target.getClass())) {
            return invocation.proceed();
        }
        Object value = ship(dispatch, target, method, invocation.getArguments());
        // The type the method declares, for the advice in between; Spring's own unwraps it again.
        return Future.class.isAssignableFrom(method.getReturnType()) ? CompletableFuture.completedFuture(value) : value;
    }

    private static @Nullable Object ship(
            Dispatch<?> dispatch, Object target, Method method, @Nullable Object[] arguments) throws Exception {
        ProcessTaskExecutor executor = dispatch.executor();
        TaskOptions options = executor.options().of(method, target.getClass());
        String label = options.label().orElse(method.getName());
        executor.transactions().leaving(label);
        CompletableFuture<@Nullable Object> future;
        try {
            future = executor.processExecutor()
                    .with(dispatch.queueTimeLeft(options, label))
                    .submit(new MethodCall(executor.called(target), method, arguments));
        } catch (TaskSerializationException e) {
            throw e.relativePath().filter(path -> path.startsWith(TARGET_PATH)).isPresent() ? explained(e, label) : e;
        }
        return Shipped.await(future);
    }

    private static TaskSerializationException explained(TaskSerializationException e, String label) {
        String hint =
                " The bean of " + label + " travels to the worker by value, with all its fields. Move the method to a"
                        + " bean that has only fields which can travel, or make the field transient if the method does not need"
                        + " it.";
        return new TaskSerializationException(
                e.phase(), e.relativePath().orElse(null), e.culprit().orElse(null), e.explanation() + hint, e);
    }

    /**
     * An annotation without an executor's name means Spring's default, which is this executor only if Boot backed off
     * from making its own, as it does for an application with nothing but an ExecutorService of its own.
     */
    private boolean isForWorkers(Method method, Class<?> targetClass) {
        Async async = AsyncOptions.find(method, targetClass, Async.class);
        if (defaultExecutor || async == null || !async.value().isEmpty()) {
            return true;
        }
        if (warned.add(method)) {
            log.warn(
                    "{} is annotated with @Async without an executor's name and runs in this process: this executor is the"
                            + " default only because the application has no other. Write @Async(\"processTaskExecutor\"),"
                            + " or set process-executor.async.default=true, or spring.task.execution.mode=force to get"
                            + " Spring Boot's own",
                    method);
        }
        return false;
    }
}
