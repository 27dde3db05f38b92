package io.processexecutor.serialization.lambda;

import io.processexecutor.serialization.access.DeepAccess;
import org.jspecify.annotations.Nullable;

/**
 * A call site that was linked here, ready to make lambdas. Immutable and thread-safe; every lambda it makes is a new
 * one.
 */
public final class LinkedLambda {

    /** Makes a lambda of everything it captures, in order. */
    @FunctionalInterface
    interface Factory {
        Object make(@Nullable Object[] captured) throws Throwable;
    }

    private final LambdaSite site;
    private final @Nullable Class<?> type;
    private final Factory factory;

    /**
     * @param type the class of the lambdas, {@code null} if it is only known once there is one
     * @param factory makes a lambda where none can be allocated
     */
    LinkedLambda(LambdaSite site, @Nullable Class<?> type, Factory factory) {
        this.site = site;
        this.type = type;
        this.factory = factory;
    }

    /**
     * The call site.
     *
     * @return the site that was linked
     */
    public LambdaSite site() {
        return site;
    }

    /**
     * Whether a lambda can be made before what it captures is known, which takes deep access.
     *
     * @return false if only {@link #create} works
     */
    public boolean allocatable() {
        return type != null && DeepAccess.available();
    }

    /**
     * Makes a lambda that has captured nothing yet. It must not be called, nor handed to user code, before
     * {@link #shape()} has filled it in.
     *
     * @return the lambda
     */
    public Object allocate() {
        return DeepAccess.allocate(type());
    }

    /**
     * How an allocated lambda is filled in.
     *
     * @return the shape of the linked class
     */
    public LambdaShape shape() {
        return LambdaShape.of(type());
    }

    /**
     * Makes a lambda of what it captures.
     *
     * @param captured the values in the order of capture, primitive ones boxed
     * @return the lambda
     */
    public Object create(@Nullable Object... captured) {
        if (!allocatable()) {
            try {
                return factory.make(captured);
            } catch (Throwable e) {
                throw new LambdaLinkException(
                        LambdaLinkException.Reason.REFUSED, "Cannot make the lambda " + site + ": " + e, e);
            }
        }
        LambdaShape shape = shape();
        if (captured.length != shape.count()) {
            throw new IllegalArgumentException(
                    "The lambda captures " + shape.count() + " values, not " + captured.length);
        }
        Object lambda = allocate();
        for (int i = 0; i < captured.length; i++) {
            shape.field(i).put(lambda, captured[i]);
        }
        return lambda;
    }

    Class<?> type() {
        if (type == null) {
            throw new IllegalStateException("Only known by example: " + DeepAccess.diagnose());
        }
        return type;
    }
}
