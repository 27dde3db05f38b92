package io.processexecutor.internal.protocol;

import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;

/** Two ends of a real Unix domain socket; closing an end that is closed already does no harm. */
public record SocketPair(SocketChannel one, SocketChannel other) implements AutoCloseable {

    public static SocketPair open() throws IOException {
        Path directory = Files.createTempDirectory("pair");
        Path path = directory.resolve("s");
        try (ServerSocketChannel server = ServerSocketChannel.open(StandardProtocolFamily.UNIX)) {
            server.bind(UnixDomainSocketAddress.of(path));
            SocketChannel one = SocketChannel.open(UnixDomainSocketAddress.of(path));
            return new SocketPair(one, server.accept());
        } finally {
            Files.deleteIfExists(path);
            Files.delete(directory);
        }
    }

    @Override
    public void close() throws IOException {
        one.close();
        other.close();
    }
}
