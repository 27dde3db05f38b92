package io.processexecutor.serialization.shared;

import io.processexecutor.internal.files.FileInput;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedByInterruptException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileChannel.MapMode;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/**
 * Bytes in a file.
 *
 * @param file the file
 */
public record FileSource(Path file) implements SharedSource {

    @Override
    public String location() {
        return file.toString();
    }

    @Override
    public long size() throws IOException {
        return Files.size(file);
    }

    /** By way of the heap and not of a mapping, which would keep the memory of the file until it is collected. */
    @Override
    public InputStream open() throws IOException {
        return new FileInput(file, size());
    }

    /** An interrupt is none of its business, and would close the channel. */
    @Override
    public ByteBuffer map() throws IOException {
        boolean interrupted = Thread.interrupted();
        try {
            while (true) {
                try (FileChannel channel = FileChannel.open(file, StandardOpenOption.READ)) {
                    return channel.map(MapMode.READ_ONLY, 0, channel.size());
                } catch (ClosedByInterruptException e) {
                    interrupted = Thread.interrupted();
                }
            }
        } finally {
            if (interrupted) {
                Thread.currentThread().interrupt();
            }
        }
    }

    @Override
    public void delete() {
        try {
            Files.deleteIfExists(file);
        } catch (IOException e) {
            // It goes with its directory, then. There are systems that delete no file which somebody has mapped.
            return;
        }
    }
}
