package io.processexecutor.serialization.shared;

import java.io.BufferedInputStream;
import java.io.FileInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedByInterruptException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileChannel.MapMode;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Arrays;

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
        return new Input(file);
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

    /** Takes a large array in one piece from the system, which the inherited one puts together from thousands. */
    private static final class Input extends BufferedInputStream {

        private static final int PIECE = 1 << 20;

        Input(Path file) throws IOException {
            super(new FileInputStream(file.toFile()));
        }

        @Override
        public byte[] readNBytes(int length) throws IOException {
            byte[] bytes = new byte[length];
            int done = 0;
            while (done < length) {
                int count = read(bytes, done, Math.min(PIECE, length - done));
                if (count < 0) {
                    return Arrays.copyOf(bytes, done);
                }
                done += count;
            }
            return bytes;
        }
    }
}
