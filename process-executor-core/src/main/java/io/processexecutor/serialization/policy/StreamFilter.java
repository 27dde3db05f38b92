package io.processexecutor.serialization.policy;

import java.io.InvalidClassException;
import java.io.ObjectInputFilter;
import java.io.ObjectInputStream;
import java.util.Map;
import java.util.Set;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Bounds what a stream of the platform makes of bytes before it makes it. The filter of the whole JVM, which setting one
 * on a stream would replace, has its say as before.
 */
public final class StreamFilter implements ObjectInputFilter {

    /** Tables of hash collections are larger than their content, and an empty one takes no bytes. */
    private static final int ROOM_PER_BYTE = 8;

    private static final int ROOM = 1024;

    /** Ask when all of theirs has been read: the one reserves nothing, the other for what is there. */
    private static final Set<String> ASK_LAST =
            Set.of("java.util.Collections$CopiesList", "java.util.concurrent.PriorityBlockingQueue");

    private final Limits limits;
    private final LongSupplier bytesLeft;
    private @Nullable Class<?> latest;

    private StreamFilter(Limits limits, LongSupplier bytesLeft) {
        this.limits = limits;
        this.bytesLeft = bytesLeft;
    }

    /**
     * Bounds a stream.
     *
     * @param stream the stream, from which nothing has been read
     * @param limits the limits
     * @param bytesLeft how many bytes are still to come, {@link Long#MAX_VALUE} if nobody knows
     * @return the filter
     */
    public static StreamFilter on(ObjectInputStream stream, Limits limits, LongSupplier bytesLeft) {
        StreamFilter filter = new StreamFilter(limits, bytesLeft);
        stream.setObjectInputFilter(ObjectInputFilter.merge(filter, stream.getObjectInputFilter()));
        return filter;
    }

    /**
     * Why a stream gave up.
     *
     * @param thrown what it threw
     * @return what this filter threw inside the stream, which hides it; else what was given
     */
    public static Throwable reason(Throwable thrown) {
        return thrown instanceof InvalidClassException && thrown.getCause() instanceof PolicyException ours
                ? ours
                : thrown;
    }

    /**
     * The class that was looked at last, which is the one that the JVM's own filter refused, if it did.
     *
     * @return null if none was
     */
    public @Nullable Class<?> latest() {
        return latest;
    }

    @Override
    public Status checkInput(FilterInfo info) {
        Class<?> type = info.serialClass();
        if (type != null) {
            latest = type;
        }
        long length = info.arrayLength();
        if (length >= 0) {
            // Collections ask for the tables that they are about to make as if they were such arrays.
            boolean mayBeTable = type == Object[].class || type == Map.Entry[].class;
            if (length > (mayBeTable ? (long) limits.length() * ROOM_PER_BYTE : limits.length())) {
                throw limits.tooLong(length);
            }
            long left = bytesLeft.getAsLong();
            if (length - ROOM > 0 && (length - ROOM) / ROOM_PER_BYTE > left && !isAskedLast()) {
                throw PolicyException.about(
                        "the bytes claim an array of " + length + " where only " + left + " bytes are left");
            }
        }
        if (info.depth() > limits.depth()) {
            throw limits.tooDeep();
        }
        return Status.UNDECIDED;
    }

    /** The stream does not tell who asks: other classes may have been read since that one's. */
    private static boolean isAskedLast() {
        boolean asked = false;
        for (StackTraceElement frame : new Throwable().getStackTrace()) {
            if (frame.getMethodName().equals("checkArray")) {
                asked = true;
            } else if (frame.getMethodName().equals("readObject")) {
                // Without the question it is an array that the stream itself reads into a field.
                return asked && ASK_LAST.contains(frame.getClassName());
            }
        }
        return false;
    }
}
