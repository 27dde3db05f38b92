package io.processexecutor.benchmarks.tasks;

import io.processexecutor.benchmarks.processes.JavaProcess;
import java.io.EOFException;
import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CompletableFuture;

/** The least that two JVMs can say to each other: some bytes there and back, read by a blocking call on both sides. */
public final class Echo implements AutoCloseable {

    private static final int BYTES = 16;

    private final Process process;
    private final SocketChannel channel;
    private final ByteBuffer bytes = ByteBuffer.allocateDirect(BYTES);

    private Echo(Process process, SocketChannel channel) {
        this.process = process;
        this.channel = channel;
    }

    static Echo start() throws IOException {
        Path directory = Files.createTempDirectory("echo");
        Path socket = directory.resolve("socket");
        try (ServerSocketChannel listener = ServerSocketChannel.open(StandardProtocolFamily.UNIX)) {
            listener.bind(UnixDomainSocketAddress.of(socket));
            String classPath = System.getProperty("java.class.path");
            Process process = JavaProcess.command(classPath, List.of("-XX:+UseSerialGC"), Echo.class, socket)
                    .start();
            CompletableFuture<Void> unused = process.onExit().thenRun(() -> closeQuietly(listener));
            return new Echo(process, listener.accept());
        } finally {
            Files.deleteIfExists(socket);
            Files.delete(directory);
        }
    }

    /** Otherwise this would wait for ever for one that did not come up. */
    private static void closeQuietly(ServerSocketChannel listener) {
        try {
            listener.close();
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
    }

    /**
     * The other side; ends with this one.
     *
     * @param arguments the socket
     * @throws IOException if it breaks
     */
    public static void main(String[] arguments) throws IOException {
        ByteBuffer bytes = ByteBuffer.allocateDirect(BYTES);
        try (SocketChannel channel = SocketChannel.open(UnixDomainSocketAddress.of(arguments[0]))) {
            while (receive(channel, bytes)) {
                send(channel, bytes);
            }
        }
    }

    void ping() throws IOException {
        bytes.clear();
        send(channel, bytes);
        if (!receive(channel, bytes)) {
            throw new EOFException("The other side has ended");
        }
    }

    private static void send(SocketChannel channel, ByteBuffer bytes) throws IOException {
        while (bytes.hasRemaining()) {
            channel.write(bytes);
        }
    }

    private static boolean receive(SocketChannel channel, ByteBuffer bytes) throws IOException {
        bytes.clear();
        while (bytes.hasRemaining()) {
            if (channel.read(bytes) < 0) {
                return false;
            }
        }
        bytes.flip();
        return true;
    }

    @Override
    public void close() throws IOException {
        channel.close();
        process.destroy();
    }
}
