package io.processexecutor.internal.process;

import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.Reader;
import java.nio.charset.Charset;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.function.Consumer;

/** Takes what a worker writes to one of its standard streams, line by line, and remembers the last lines. */
final class OutputPump implements Runnable {

    private static final int TAIL_LINES = 100;

    /** A longer line is cut into several: a task that prints without end must not fill the parent's memory. */
    private static final int MAX_LINE_CHARS = 8192;

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
            int count;
            while ((count = reader.read(buffer)) >= 0) {
                for (int i = 0; i < count; i++) {
                    if (buffer[i] == '\n' || line.length() == MAX_LINE_CHARS) {
                        emit(line);
                    }
                    if (buffer[i] != '\n') {
                        line.append(buffer[i]);
                    }
                }
            }
        } catch (IOException e) {
            // The worker is gone, and with it the other end.
        }
        if (!line.isEmpty()) {
            emit(line);
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
