package io.processexecutor.spring;

import java.lang.reflect.Field;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.FutureTask;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * What a library puts around a function before it gives it to an executor, and which completes something in this process
 * when it has run: {@link FutureTask} and its subclasses, such as those of completion services, what
 * {@code CompletableFuture.supplyAsync} and {@code runAsync} submit, and the like of Spring. It runs here, with another
 * function in the place of the one inside, which travels.
 */
final class Wrapper {

    private static final Set<String> KINDS = Set.of(
            FutureTask.class.getName(),
            "java.util.concurrent.Executors$RunnableAdapter",
            "java.util.concurrent.CompletableFuture$AsyncSupply",
            "java.util.concurrent.CompletableFuture$AsyncRun",
            "org.springframework.util.concurrent.FutureUtils",
            "org.springframework.security.concurrent.DelegatingSecurityContextCallable",
            "org.springframework.security.concurrent.DelegatingSecurityContextRunnable");

    private final Object innermost;
    private final Field place;
    private final Object function;
    private final List<CompletableFuture<?>> futures;

    private Wrapper(Object innermost, Field place, Object function, List<CompletableFuture<?>> futures) {
        this.innermost = innermost;
        this.place = place;
        this.function = function;
        this.futures = futures;
    }

    /** Looks into a task, however many wrappers are around its function; {@code null} if it is none. */
    static @Nullable Wrapper around(Object task) {
        Wrapper found = null;
        List<CompletableFuture<?>> futures = new ArrayList<>();
        Object each = task;
        while (isWrapper(each)) {
            Object holder = each;
            Field place = AsyncCalls.field(holder.getClass(), Wrapper::isFunction);
            Object function = place == null ? null : AsyncCalls.read(holder, place);
            if (place == null || function == null) {
                return found;
            }
            Field dependent = AsyncCalls.field(holder.getClass(), type -> type == CompletableFuture.class);
            if (dependent != null && AsyncCalls.read(holder, dependent) instanceof CompletableFuture<?> future) {
                futures.add(future);
            }
            found = new Wrapper(holder, place, function, futures);
            each = function;
        }
        return found;
    }

    /** The function inside. */
    Object function() {
        return function;
    }

    /** The futures that the wrapper completes. */
    List<CompletableFuture<?>> futures() {
        return futures;
    }

    /** Puts another function in the place of the one inside. */
    void replace(Shipped other) {
        AsyncCalls.write(innermost, place, other);
    }

    private static boolean isFunction(Class<?> type) {
        return type == Callable.class || type == Runnable.class || type == Supplier.class;
    }

    /** Whether there is a function in it, which may be closed to us. */
    static boolean isWrapper(Object task) {
        for (Class<?> each = task.getClass(); each != null; each = each.getSuperclass()) {
            Class<?> kind = each.isHidden() ? each.getNestHost() : each;
            if (KINDS.contains(kind.getName())) {
                return true;
            }
        }
        return false;
    }
}
