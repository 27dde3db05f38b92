package io.processexecutor.internal.protocol;

import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.StreamCorruptedException;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What was logged in a worker, as plain data.
 *
 * @param system the logging system that it was logged with
 * @param logger the name of the logger
 * @param severity its level, as {@link System.Logger.Level#getSeverity()} has them
 * @param message the text, with its arguments in place
 * @param thread the name of the thread
 * @param time when
 * @param mdc the mapped diagnostic context
 * @param throwable what was logged along
 */
public record LogEvent(
        String system,
        String logger,
        int severity,
        @Nullable String message,
        String thread,
        Instant time,
        Map<String, String> mdc,
        @Nullable ThrowableCopy throwable) {

    private static final int UNIT_CHARS = 1024;
    private static final int UNIT_FRAMES = 10;

    /**
     * How much of what is allowed it takes.
     *
     * @return 1 for an ordinary event, more for a large one
     */
    public int weight() {
        int weight = 1 + weight(message) + weight(throwable);
        for (Map.Entry<String, String> each : mdc.entrySet()) {
            weight += weight(each.getKey()) + weight(each.getValue());
        }
        return weight;
    }

    private static int weight(@Nullable String text) {
        return text == null ? 0 : text.length() / UNIT_CHARS;
    }

    private static int weight(@Nullable ThrowableCopy throwable) {
        if (throwable == null) {
            return 0;
        }
        int weight =
                1 + weight(throwable.message()) + throwable.stack().size() / UNIT_FRAMES + weight(throwable.cause());
        for (ThrowableCopy each : throwable.suppressed()) {
            weight += weight(each);
        }
        return weight;
    }

    /**
     * Replaces the mapped diagnostic context.
     *
     * @param mdc the new one
     * @return the changed event
     */
    public LogEvent withMdc(Map<String, String> mdc) {
        return new LogEvent(system, logger, severity, message, thread, time, mdc, throwable);
    }

    void writeTo(DataOutputStream out) throws IOException {
        Wire.writeString(out, system);
        Wire.writeString(out, logger);
        out.writeInt(severity);
        Wire.writeString(out, message);
        Wire.writeString(out, thread);
        out.writeLong(time.getEpochSecond());
        out.writeInt(time.getNano());
        out.writeInt(mdc.size());
        for (Map.Entry<String, String> each : mdc.entrySet()) {
            Wire.writeString(out, each.getKey());
            Wire.writeString(out, each.getValue());
        }
        out.writeBoolean(throwable != null);
        if (throwable != null) {
            throwable.writeTo(out);
        }
    }

    static LogEvent readFrom(DataInputStream in) throws IOException {
        String system = Wire.readRequired(in);
        String logger = Wire.readRequired(in);
        int severity = in.readInt();
        String message = Wire.readString(in);
        String thread = Wire.readRequired(in);
        Instant time = readTime(in);
        Map<String, String> mdc = new HashMap<>();
        for (int left = in.readInt(); left > 0; left--) {
            mdc.put(Wire.readRequired(in), Wire.readRequired(in));
        }
        ThrowableCopy throwable = in.readBoolean() ? ThrowableCopy.readFrom(in) : null;
        return new LogEvent(system, logger, severity, message, thread, time, Map.copyOf(mdc), throwable);
    }

    private static Instant readTime(DataInputStream in) throws IOException {
        long seconds = in.readLong();
        try {
            return Instant.ofEpochSecond(seconds, in.readInt());
        } catch (DateTimeException | ArithmeticException e) {
            throw new StreamCorruptedException("no time: " + seconds + " seconds");
        }
    }
}
