package io.processexecutor.internal.protocol;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;

/** Where a parent listens for a worker: a Unix domain socket, or loopback TCP where there is none. */
public final class Endpoint {

    /** {@code sun_path} holds 108 bytes on Linux and 104 on macOS, with a closing zero. */
    private static final int MAX_UNIX_PATH_BYTES = 100;

    private static final String UNIX = "unix:";
    private static final String TCP = "tcp:";

    private Endpoint() {}

    /**
     * Starts to listen.
     *
     * @param path where to make the socket, if it can be a Unix domain socket
     * @return the listening channel, in non-blocking mode
     * @throws IOException if neither kind of socket can be made
     */
    public static ServerSocketChannel listen(Path path) throws IOException {
        if (path.toString().getBytes(StandardCharsets.UTF_8).length <= MAX_UNIX_PATH_BYTES) {
            try {
                return listen(ServerSocketChannel.open(StandardProtocolFamily.UNIX), UnixDomainSocketAddress.of(path));
            } catch (UnsupportedOperationException e) {
                // Loopback, then. Not where there is one that cannot be made: it is private, and the other is not.
            }
        }
        return listen(ServerSocketChannel.open(), new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
    }

    private static ServerSocketChannel listen(ServerSocketChannel server, SocketAddress address) throws IOException {
        try {
            server.bind(address);
            server.configureBlocking(false);
            return server;
        } catch (Throwable e) {
            server.close();
            throw e;
        }
    }

    /**
     * Writes an address as a text that {@link #connect} understands.
     *
     * @param server a listening channel
     * @return its address
     * @throws IOException if it is closed
     */
    public static String addressOf(ServerSocketChannel server) throws IOException {
        SocketAddress address = server.getLocalAddress();
        return address instanceof UnixDomainSocketAddress unix
                ? UNIX + unix.getPath()
                : TCP + ((InetSocketAddress) address).getPort();
    }

    /** Loads what it takes to connect, which is much the first time. What stands in the way of that is left to who connects. */
    public static void warmUp() {
        try (SocketChannel channel = SocketChannel.open(StandardProtocolFamily.UNIX)) {
            channel.configureBlocking(false);
        } catch (IOException | RuntimeException | LinkageError e) {
            return;
        }
    }

    /**
     * Connects a worker to its parent and presents its token.
     *
     * @param address what {@link #addressOf} gave
     * @param token the token
     * @return the connection
     * @throws IOException if the parent is not there
     */
    public static Connection connect(String address, Token token) throws IOException {
        SocketChannel channel = address.startsWith(UNIX)
                ? SocketChannel.open(UnixDomainSocketAddress.of(address.substring(UNIX.length())))
                : SocketChannel.open(new InetSocketAddress(
                        InetAddress.getLoopbackAddress(), Integer.parseInt(address.substring(TCP.length()))));
        token.writeTo(channel);
        return new Connection(channel);
    }
}
