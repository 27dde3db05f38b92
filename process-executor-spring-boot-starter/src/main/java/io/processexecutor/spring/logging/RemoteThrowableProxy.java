package io.processexecutor.spring.logging;

import ch.qos.logback.classic.spi.IThrowableProxy;
import ch.qos.logback.classic.spi.StackTraceElementProxy;
import io.processexecutor.internal.protocol.ThrowableCopy;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** A throwable of a worker as Logback wants to have it. */
final class RemoteThrowableProxy implements IThrowableProxy {

    private final ThrowableCopy copy;
    private final int commonFrames;
    private final @Nullable IThrowableProxy cause;
    private final IThrowableProxy[] suppressed;

    RemoteThrowableProxy(ThrowableCopy copy, @Nullable ThrowableCopy enclosing) {
        this.copy = copy;
        this.commonFrames = enclosing == null ? 0 : commonFrames(copy.stack(), enclosing.stack());
        this.cause = copy.cause() == null ? null : new RemoteThrowableProxy(copy.cause(), copy);
        this.suppressed = copy.suppressed().stream()
                .map(each -> new RemoteThrowableProxy(each, copy))
                .toArray(IThrowableProxy[]::new);
    }

    @Override
    public @Nullable String getMessage() {
        return copy.message();
    }

    @Override
    public String getClassName() {
        return copy.className();
    }

    @Override
    public StackTraceElementProxy[] getStackTraceElementProxyArray() {
        return copy.stack().stream().map(StackTraceElementProxy::new).toArray(StackTraceElementProxy[]::new);
    }

    @Override
    public int getCommonFrames() {
        return commonFrames;
    }

    @Override
    public @Nullable IThrowableProxy getCause() {
        return cause;
    }

    @Override
    public IThrowableProxy[] getSuppressed() {
        return suppressed;
    }

    @Override
    public boolean isCyclic() {
        return false;
    }

    private static int commonFrames(List<StackTraceElement> stack, List<StackTraceElement> enclosing) {
        int count = 0;
        while (count < Math.min(stack.size(), enclosing.size())
                && stack.get(stack.size() - 1 - count).equals(enclosing.get(enclosing.size() - 1 - count))) {
            count++;
        }
        return count;
    }
}
