package io.processexecutor.internal.process;

import io.processexecutor.internal.protocol.Endpoint;
import io.processexecutor.internal.protocol.Token;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.function.BooleanSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The place where one worker is awaited. Whoever connects must present the token that only the worker was given; others
 * are turned away, keep nobody waiting and are never listened to.
 */
final class Rendezvous implements AutoCloseable {

    private static final Logger log = LoggerFactory.getLogger(Rendezvous.class);
    /** What there is to say of one that has ended. */
    static final String NEVER_CONNECTED = "it ended before it connected";

    private static final int MAX_CANDIDATES = 16;
    private static final long POLL_MILLIS = 50;

    private final ServerSocketChannel server;
    private final Token token = Token.random();
    private final Runnable refusal;
    private final Deque<SelectionKey> unproven = new ArrayDeque<>();
    private int silent;

    /**
     * Begins to listen.
     *
     * @param socket where, if there can be a Unix domain socket
     * @param refusal told of each one that is turned away; not of a worker that is killed before it can say anything
     */
    Rendezvous(Path socket, Runnable refusal) throws IOException {
        this.server = Endpoint.listen(socket);
        this.refusal = refusal;
    }

    String address() throws IOException {
        return Endpoint.addressOf(server);
    }

    Token token() {
        return token;
    }

    /**
     * Waits for the worker.
     *
     * @param deadlineNanos until when, as {@link System#nanoTime} tells it
     * @param alive whether waiting makes sense
     * @return the worker's channel
     * @throws IOException if it did not come
     */
    SocketChannel await(long deadlineNanos, BooleanSupplier alive) throws IOException {
        SocketChannel accepted = null;
        try (Selector selector = Selector.open()) {
            server.register(selector, SelectionKey.OP_ACCEPT);
            try {
                while (accepted == null) {
                    if (!alive.getAsBoolean()) {
                        throw new IOException(NEVER_CONNECTED);
                    }
                    if (System.nanoTime() - deadlineNanos >= 0) {
                        throw new IOException("it did not connect in time");
                    }
                    selector.select(POLL_MILLIS);
                    for (SelectionKey key : selector.selectedKeys()) {
                        if (!key.isValid()) {
                            continue;
                        }
                        if (key.isAcceptable()) {
                            admit(selector);
                        } else if (accepted == null && proves(key)) {
                            accepted = (SocketChannel) key.channel();
                        }
                    }
                    selector.selectedKeys().clear();
                }
                return accepted;
            } finally {
                while (!unproven.isEmpty()) {
                    turnAway(unproven.removeFirst());
                }
                tellOfSilentOnes(accepted != null);
            }
        }
    }

    @Override
    public void close() throws IOException {
        token.close();
        server.close();
    }

    private void admit(Selector selector) throws IOException {
        SocketChannel candidate = server.accept();
        if (candidate == null) {
            return;
        }
        if (unproven.size() == MAX_CANDIDATES) {
            // The one who said nothing for longest; a worker presents its token at once.
            turnAway(unproven.removeFirst());
        }
        candidate.configureBlocking(false);
        unproven.addLast(candidate.register(selector, SelectionKey.OP_READ, ByteBuffer.allocate(Token.BYTES)));
    }

    /** One of them was the worker if that did not get in: it is killed like this where the pool ends meanwhile. */
    private void tellOfSilentOnes(boolean workerIsIn) {
        for (int i = workerIsIn ? 0 : 1; i < silent; i++) {
            refusal.run();
        }
    }

    private boolean proves(SelectionKey key) {
        SocketChannel candidate = (SocketChannel) key.channel();
        ByteBuffer presented = (ByteBuffer) key.attachment();
        try {
            if (candidate.read(presented) >= 0 && presented.hasRemaining()) {
                return false;
            }
        } catch (IOException e) {
            // It hung up. What it said until then is not the token.
        }
        unproven.remove(key);
        if (!presented.hasRemaining() && token.matches(presented)) {
            key.cancel();
            return true;
        }
        turnAway(key);
        return false;
    }

    private void turnAway(SelectionKey candidate) {
        if (((ByteBuffer) candidate.attachment()).position() > 0) {
            refusal.run();
        } else {
            silent++;
        }
        try {
            candidate.channel().close();
        } catch (IOException e) {
            log.debug("Cannot close a connection that was turned away", e);
        }
    }
}
