package io.processexecutor.internal.protocol;

import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.StreamCorruptedException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * A throwable reduced to names, texts and frames, which always travels.
 *
 * @param className the class of the throwable
 * @param message its message
 * @param stack its frames, innermost first
 * @param cause its cause
 * @param suppressed what it suppressed
 */
public record ThrowableCopy(
        String className,
        @Nullable String message,
        List<StackTraceElement> stack,
        @Nullable ThrowableCopy cause,
        List<ThrowableCopy> suppressed) {

    /** Beyond this a chain of causes tells nobody anything; it also bounds the recursion. */
    private static final int MAX_DEPTH = 50;

    private static final int MAX_FRAMES = 1024;

    /** Of all of them, so that the copy of a thousand failures takes some megabytes and not half of a small heap. */
    private static final int MAX_FRAMES_IN_ALL = 10_000;

    private static final int MAX_THROWABLES = 1000;
    private static final int MAX_MESSAGE_CHARS = 64 * 1024;

    /**
     * Copies a throwable. Never fails: what its own methods throw is noted in place of what they should have returned.
     *
     * @param throwable the throwable; its chain of causes may have cycles
     * @return the copy
     */
    public static ThrowableCopy of(Throwable throwable) {
        return of(throwable, new Budget(), 0);
    }

    /** What has been copied, and how much more may be. */
    private static final class Budget {

        private final Set<Throwable> seen = Collections.newSetFromMap(new IdentityHashMap<>());
        private int framesLeft = MAX_FRAMES_IN_ALL;

        private List<StackTraceElement> framesOf(Throwable throwable) {
            if (framesLeft == 0) {
                return List.of();
            }
            StackTraceElement[] frames = throwable.getStackTrace();
            int count = Math.min(frames.length, Math.min(MAX_FRAMES, framesLeft));
            List<StackTraceElement> copied = List.of(Arrays.copyOf(frames, count));
            framesLeft -= count;
            return copied;
        }
    }

    private static ThrowableCopy of(Throwable throwable, Budget budget, int depth) {
        Set<Throwable> seen = budget.seen;
        seen.add(throwable);
        String message;
        List<StackTraceElement> stack;
        try {
            message = cut(throwable.getMessage());
        } catch (Throwable failure) {
            message = "(its getMessage() threw " + failure.getClass().getName() + ")";
        }
        try {
            stack = budget.framesOf(throwable);
        } catch (Throwable failure) {
            stack = List.of();
        }
        ThrowableCopy cause = null;
        List<ThrowableCopy> suppressed = new ArrayList<>();
        if (depth < MAX_DEPTH) {
            try {
                Throwable itsCause = throwable.getCause();
                cause = itsCause == null || seen.contains(itsCause) ? null : of(itsCause, budget, depth + 1);
            } catch (Throwable failure) {
                // A getCause() that throws has no cause to tell of.
            }
            for (Throwable each : throwable.getSuppressed()) {
                if (!seen.contains(each) && seen.size() < MAX_THROWABLES) {
                    suppressed.add(of(each, budget, depth + 1));
                }
            }
        }
        return new ThrowableCopy(throwable.getClass().getName(), message, stack, cause, List.copyOf(suppressed));
    }

    /**
     * Shortens a text that would not travel, or would fill a log.
     *
     * @param text the text
     * @return the text, or its beginning and how much is left out
     */
    public static @Nullable String cut(@Nullable String text) {
        return text == null || text.length() <= MAX_MESSAGE_CHARS
                ? text
                : text.substring(0, MAX_MESSAGE_CHARS) + "... (" + (text.length() - MAX_MESSAGE_CHARS)
                        + " more characters)";
    }

    /**
     * Says what was thrown, without calling it.
     *
     * @return class name and message
     */
    public String headline() {
        return message == null ? className : className + ": " + message;
    }

    void writeTo(DataOutputStream out) throws IOException {
        Wire.writeString(out, className);
        Wire.writeString(out, message);
        Wire.writeFrames(out, stack);
        out.writeBoolean(cause != null);
        if (cause != null) {
            cause.writeTo(out);
        }
        out.writeInt(suppressed.size());
        for (ThrowableCopy each : suppressed) {
            each.writeTo(out);
        }
    }

    static ThrowableCopy readFrom(DataInputStream in) throws IOException {
        return readFrom(in, 0);
    }

    private static ThrowableCopy readFrom(DataInputStream in, int depth) throws IOException {
        if (depth > MAX_DEPTH) {
            throw new StreamCorruptedException("a throwable nested more than " + MAX_DEPTH + " deep");
        }
        String className = Wire.readRequired(in);
        String message = Wire.readString(in);
        List<StackTraceElement> stack = Wire.readFrames(in);
        ThrowableCopy cause = in.readBoolean() ? readFrom(in, depth + 1) : null;
        List<ThrowableCopy> suppressed = new ArrayList<>();
        for (int left = in.readInt(); left > 0; left--) {
            suppressed.add(readFrom(in, depth + 1));
        }
        return new ThrowableCopy(className, message, stack, cause, List.copyOf(suppressed));
    }
}
