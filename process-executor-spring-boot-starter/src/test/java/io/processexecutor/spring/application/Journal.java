package io.processexecutor.spring.application;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;

/** What happened, in whichever process: one line for each event, with the process it happened in. */
public final class Journal {

    private final Path file;

    Journal(Path file) {
        this.file = file;
    }

    void note(String event) {
        String line = event + " " + ProcessHandle.current().pid() + "\n";
        try {
            Files.write(
                    file, line.getBytes(StandardCharsets.UTF_8), StandardOpenOption.CREATE, StandardOpenOption.APPEND);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** The processes in which something happened, once for each time. */
    List<Long> processesOf(String event) {
        try {
            return Files.readAllLines(file).stream()
                    .filter(line -> line.startsWith(event + " "))
                    .map(line -> Long.valueOf(line.substring(event.length() + 1)))
                    .toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
