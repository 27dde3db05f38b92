package io.processexecutor.spring;

import io.processexecutor.ContextCarrier.Scope;
import io.processexecutor.ProcessAction;
import io.processexecutor.ProcessTask;
import io.processexecutor.TaskOptions;
import io.processexecutor.TaskSubmitter;
import io.processexecutor.spring.observation.TaskObserver.Following;
import java.lang.reflect.Method;
import java.time.Duration;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Future;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** Where all tasks come by. It tells those that are shipped from those that run on a dispatcher or are refused. */
final class Submitter implements TaskSubmitter {

    private final ProcessTaskExecutor executor;
    private final TaskOptions options;

    Submitter(ProcessTaskExecutor executor, TaskOptions options) {
        this.executor = executor;
        this.options = options;
    }

    @Override
    public <T> CompletableFuture<T> submit(ProcessTask<T> task) {
        return executor.runsInPlace() ? here().submit(task) : ship(task, workers -> workers.submit(task));
    }

    @Override
    public CompletableFuture<Void> submit(ProcessAction action) {
        return executor.runsInPlace() ? here().submit(action) : ship(action, workers -> workers.submit(action));
    }

    @Override
    public <T> CompletableFuture<T> submit(Callable<T> task) {
        if (executor.runsInPlace()) {
            return here().submit(task);
        }
        Wrapper wrapper = Wrapper.around(task);
        return runsHere(task, wrapper) ? dispatch(task, task, wrapper) : ship(task, workers -> workers.submit(task));
    }

    @Override
    public CompletableFuture<?> submit(Runnable task) {
        if (executor.runsInPlace()) {
            return here().submit(task);
        }
        Wrapper wrapper = Wrapper.around(task);
        Callable<@Nullable Object> call = () -> {
            task.run();
            return null;
        };
        return runsHere(task, wrapper)
                ? dispatch(call, task, wrapper)
                : this.<@Nullable Object>ship(task, workers -> untyped(workers.submit(task)));
    }

    private TaskSubmitter here() {
        return ProcessTaskExecutor.IN_PLACE.with(options);
    }

    /** Its value is null whatever its type; a derived stage would do, but for its cancellation. */
    @SuppressWarnings("unchecked")
    private static CompletableFuture<@Nullable Object> untyped(CompletableFuture<?> future) {
        return (CompletableFuture<@Nullable Object>) future;
    }

    /** Whether it is a call of an asynchronous method, or a wrapper; what can run nowhere else is refused. */
    private boolean runsHere(Object task, @Nullable Wrapper wrapper) {
        Object function = wrapper == null ? task : wrapper.function();
        if (AsyncCalls.isAsyncCall(function) || function instanceof Shipped) {
            return true;
        }
        executor.opaqueTasks().refuse(executor.name(), function);
        return wrapper != null;
    }

    private <T extends @Nullable Object> Dispatch<T> dispatch(
            Callable<T> call, Object task, @Nullable Wrapper wrapper) {
        Object function = wrapper == null ? task : wrapper.function();
        Method method = AsyncCalls.isAsyncCall(function) ? AsyncCalls.method(function) : null;
        TaskOptions asked = method == null ? options : executor.options().of(method, method.getDeclaringClass());
        String what = asked.label().orElse(function.getClass().getName());
        Duration queueTimeout = asked.queueTimeout().orElse(executor.queueTimeout());
        // The failure of a void method is told to nobody but the handler, by the interceptor around the call itself.
        boolean somebodyWaits = method == null
                ? !AsyncCalls.isAsyncCall(function)
                : Future.class.isAssignableFrom(method.getReturnType());
        executor.transactions().leaving(what);
        Following following = executor.taskObserver().submitted(executor.name(), asked.label());
        Dispatch<T> dispatch;
        try (Scope scope = Observations.open(following)) {
            executor.enter(what, asked.label());
            dispatch = new Dispatch<>(
                    executor,
                    asked.label(),
                    following,
                    executor.carriers().carrying(shipping(call, wrapper, function)),
                    queueTimeout,
                    somebodyWaits);
        } catch (Throwable e) {
            Observations.failed(following, e);
            throw e;
        }
        Observations.endsWithCall(following, dispatch);
        executor.run(dispatch);
        if (wrapper != null) {
            wrapper.futures().forEach(dispatch::endsWith);
        }
        return dispatch;
    }

    private <T extends @Nullable Object> Callable<T> shipping(
            Callable<T> call, @Nullable Wrapper wrapper, Object function) {
        if (AsyncCalls.isAsyncCall(function)) {
            return () -> {
                T value = call.call();
                Dispatch<?> dispatch = Dispatch.current();
                if (dispatch != null && dispatch.wentPastTheAdvisor()) {
                    executor.localRuns().wentPastTheAdvisor(executor.name(), function);
                }
                return value;
            };
        }
        if (wrapper == null || function instanceof Shipped) {
            return call;
        }
        return () -> {
            wrapper.replace(new Shipped(executor, options, function));
            return call.call();
        };
    }

    private <T extends @Nullable Object> CompletableFuture<T> ship(
            Object task, Function<TaskSubmitter, CompletableFuture<T>> submit) {
        String what = options.label().orElse(task.getClass().getName());
        executor.transactions().leaving(what);
        Following following = executor.taskObserver().submitted(executor.name(), options.label());
        CompletableFuture<T> future;
        try (Scope scope = Observations.open(following)) {
            executor.enter(what, options.label());
            try {
                future = submit.apply(executor.processExecutor().with(Observations.following(options, following)));
            } catch (Throwable e) {
                executor.leave();
                throw e;
            }
        } catch (Throwable e) {
            Observations.failed(following, e);
            throw e;
        }
        Observations.endsWith(following, future);
        CompletableFuture<T> unused = future.whenComplete((value, failure) -> executor.leave());
        return future;
    }
}
