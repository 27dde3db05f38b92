package io.processexecutor.internal.process;

import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.Reader;
import java.nio.charset.Charset;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Consumer;

/** Takes what a worker writes to one of its standard streams, line by line, and remembers the last lines. */
final class OutputPump implements Runnable {

    private static final int TAIL_LINES = 100;

    /** A longer line is cut into several: a task that prints without end must not fill the parent's memory. */
    private static final int MAX_LINE_CHARS = 8192;

    private static final long SHORTAGE_NANOS = TimeUnit.MILLISECONDS.toNanos(10);

    private final InputStream stream;
    private final Consumer<String> lines;
    private final Deque<String> tail = new ArrayDeque<>();

    OutputPump(InputStream stream, Consumer<String> lines) {
        this.stream = stream;
        this.lines = lines;
    }

    @Override
    public void run() {
        StringBuilder line = new StringBuilder();
        char[] buffer = new char[4096];
        try (Reader reader = new InputStreamReader(stream, Charset.defaultCharset())) {
            while (pump(reader, buffer, line)) {
                // There may be more.
            }
        } catch (IOException e) {
            // The worker is gone, and with it the other end.
        }
        if (!line.isEmpty()) {
            emit(line);
        }
    }

    /** Without room for a line that line is lost; who read no more would leave the worker waiting with the next it prints. */
    private boolean pump(Reader reader, char[] buffer, StringBuilder line) throws IOException {
        try {
            int count = reader.read(buffer);
            for (int i = 0; i < count; i++) {
                if (buffer[i] == '\n' || line.length() == MAX_LINE_CHARS) {
                    emit(line);
                }
                if (buffer[i] != '\n') {
                    line.append(buffer[i]);
                }
            }
            return count >= 0;
        } catch (OutOfMemoryError e) {
            line.setLength(0);
            LockSupport.parkNanos(SHORTAGE_NANOS);
            return true;
        }
    }

    List<String> tail() {
        synchronized (tail) {
            return List.copyOf(tail);
        }
    }

    private void emit(StringBuilder line) {
        int end = line.length();
        if (end > 0 && line.charAt(end - 1) == '\r') {
            end--;
        }
        String text = line.substring(0, end);
        line.setLength(0);
        synchronized (tail) {
            if (tail.size() == TAIL_LINES) {
                tail.removeFirst();
            }
            tail.addLast(text);
        }
        try {
            lines.accept(text);
        } catch (RuntimeException | Error ignored) {
            // A log that cannot be written must not leave the worker waiting for somebody to read what it prints.
        }
    }
}
