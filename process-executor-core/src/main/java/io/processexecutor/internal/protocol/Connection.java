package io.processexecutor.internal.protocol;

import java.io.Closeable;
import java.io.EOFException;
import java.io.IOException;
import java.io.StreamCorruptedException;
import java.net.SocketTimeoutException;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.ClosedSelectorException;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.SocketChannel;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * One side of the socket between a parent and a worker, as a stream of messages.
 *
 * <p>The channel is non-blocking on purpose: {@link #offer} never blocks, whatever the peer does, and a thread that is
 * interrupted while it writes does not close the channel, as it would in blocking mode. One thread at a time may {@link
 * #receive}; any number may send, and frames never mix.
 */
public final class Connection implements Closeable {

    private static final int BUFFER_BYTES = 64 * 1024;

    /** No more memory than this is taken on the word of a length: who sends less than that much gets no more. */
    private static final int BELIEVED_BYTES = 1024 * 1024;

    private static final long FOR_EVER = 0;

    /** How long a message waits for room on the heap, and how often it is looked whether there is. */
    private static final long ROOM_WAIT_NANOS = TimeUnit.SECONDS.toNanos(5);

    private static final long ROOM_LOOK_NANOS = TimeUnit.MILLISECONDS.toNanos(10);

    private static final Consumer<SelectionKey> NOTHING = new Nothing();

    /** Where nothing tells when the peer has read. */
    private static final long LOOK_AGAIN_NANOS = TimeUnit.MILLISECONDS.toNanos(1);

    /** There was no memory to encode a message, of which nothing was sent. */
    public static final class NoRoomException extends IOException {
        private static final long serialVersionUID = 1L;

        NoRoomException(OutOfMemoryError cause) {
            super("no room for a message", cause);
        }
    }

    private final SocketChannel channel;
    private final Selector readable;
    private final ByteBuffer in;

    private boolean moreIsLikely;

    // As much of the next message as has arrived: one that finds no room is not lost, nor is what comes after it.
    private boolean begun;
    private byte type;
    private long taskId;
    private int bodyLength;
    private byte @Nullable [] body;
    private int bodyRead;
    private boolean skipping;

    private volatile boolean peerDied;

    /** Until when the one that receives waits. */
    private long waitUntilNanos = FOR_EVER;

    private final Object writeLock = new Object();
    private final ByteBuffer out;
    private final Deque<ByteBuffer> backlog = new ArrayDeque<>();
    private boolean draining;

    /** Made for the first one that must wait for the peer: most never have to. */
    private @Nullable Selector writable;

    /**
     * Takes over a connected channel.
     *
     * @param channel the channel; switched to non-blocking, or closed if this fails
     * @throws IOException if it is closed already, or no more files can be opened
     */
    public Connection(SocketChannel channel) throws IOException {
        this.channel = channel;
        try {
            this.in = ByteBuffer.allocateDirect(BUFFER_BYTES).limit(0);
            this.out = ByteBuffer.allocateDirect(BUFFER_BYTES).limit(0);
            channel.configureBlocking(false);
            this.readable = selectorOf(channel);
        } catch (Throwable e) {
            channel.close();
            throw e;
        }
    }

    /**
     * Loads what it takes to make a connection and to send a message, as far as that needs no channel.
     *
     * @param message is encoded, and sent to nobody
     */
    public static void warmUp(Message message) {
        ByteBuffer unused = MessageCodec.head(message);
        try (Selector selector = Selector.open()) {
            selector.selectNow(NOTHING);
        } catch (IOException e) {
            // Whoever makes a connection will find out.
            return;
        }
    }

    private static Selector selectorOf(SocketChannel channel) throws IOException {
        Selector readable = Selector.open();
        try {
            channel.register(readable, SelectionKey.OP_READ);
            // Known to the system from now on, rather than when the first message is waited for.
            readable.selectNow(NOTHING);
            return readable;
        } catch (Throwable e) {
            readable.close();
            throw e;
        }
    }

    /**
     * Sends a message without ever blocking.
     *
     * @param message the message
     * @return whether nothing is left to do; if not, a thread that may block must call {@link #drain}
     * @throws IOException if the channel is broken
     */
    public boolean offer(Message message) throws IOException {
        return offer(List.of(message));
    }

    /**
     * Sends several messages with as few system calls as that takes, without ever blocking.
     *
     * @param messages the messages
     * @return as for one
     * @throws IOException if the channel is broken
     */
    public boolean offer(List<? extends Message> messages) throws IOException {
        return offerFrames(frames(messages));
    }

    private static List<ByteBuffer> frames(List<? extends Message> messages) throws NoRoomException {
        try {
            List<ByteBuffer> frames = new ArrayList<>(2 * messages.size());
            for (Message message : messages) {
                frames.add(MessageCodec.head(message));
                ByteBuffer payload = MessageCodec.payload(message);
                if (payload.hasRemaining()) {
                    frames.add(payload);
                }
            }
            return frames;
        } catch (OutOfMemoryError e) {
            throw new NoRoomException(e);
        }
    }

    private boolean offerFrames(List<ByteBuffer> frames) throws IOException {
        synchronized (writeLock) {
            backlog.addAll(frames);
            if (draining) {
                return true;
            }
            draining = !writeBacklog();
            return !draining;
        }
    }

    /**
     * Writes what {@link #offer} left, waiting for the peer as long as it takes.
     *
     * @throws IOException if the channel is or gets broken
     */
    public void drain() throws IOException {
        drain(FOR_EVER);
    }

    /**
     * Sends a message, waiting for the peer as long as it takes.
     *
     * @param message the message
     * @throws NoRoomException if there is no memory to encode it; nothing of it was sent then
     * @throws IOException if the channel is or gets broken
     */
    public void send(Message message) throws IOException {
        if (!offer(message)) {
            drain();
        }
    }

    /**
     * Sends a message, waiting for the peer, but not for ever.
     *
     * @param message the message
     * @param nanos how long to wait
     * @throws SocketTimeoutException if the peer did not take all of it in time; nothing else can be sent then
     * @throws IOException if the channel is or gets broken
     */
    public void sendWithin(Message message, long nanos) throws IOException {
        if (!offer(message)) {
            drain(deadline(nanos));
        }
    }

    /**
     * Waits, whatever interrupts, until all that was sent is with the operating system, which keeps it should this process
     * die.
     *
     * @param nanos how long to wait for those who write
     * @return whether it is
     */
    public boolean awaitWritten(long nanos) {
        long deadline = deadline(nanos);
        boolean interrupted = false;
        synchronized (writeLock) {
            while (draining) {
                long millis = (deadline - System.nanoTime()) / 1_000_000;
                if (millis <= 0) {
                    break;
                }
                try {
                    writeLock.wait(millis);
                } catch (InterruptedException e) {
                    interrupted = true;
                }
            }
            if (interrupted) {
                Thread.currentThread().interrupt();
            }
            return !draining;
        }
    }

    /**
     * Waits for the next message, but not for ever.
     *
     * @param nanos how long
     * @return the message
     * @throws SocketTimeoutException if nothing came in time
     * @throws IOException as {@link #receive}
     */
    public Message receiveWithin(long nanos) throws IOException {
        waitUntilNanos = deadline(nanos);
        try {
            return receive();
        } finally {
            waitUntilNanos = FOR_EVER;
        }
    }

    /**
     * Waits for the next message. If the heap is full just then it is waited for room, for a few seconds.
     *
     * @return the message
     * @throws EOFException if the peer is gone
     * @throws IOException if the channel is broken or what came is no message
     */
    public Message receive() throws IOException {
        long until = FOR_EVER;
        while (true) {
            try {
                return receiveFrame();
            } catch (OutOfMemoryError e) {
                if (until == FOR_EVER) {
                    until = deadline(ROOM_WAIT_NANOS);
                } else if (System.nanoTime() - until >= 0) {
                    if (skipping || !begun || !MessageCodec.isAboutTask(type)) {
                        throw e;
                    }
                    skipping = true;
                    until = FOR_EVER;
                }
                LockSupport.parkNanos(ROOM_LOOK_NANOS);
            }
        }
    }

    private Message receiveFrame() throws IOException {
        if (!begun) {
            fill(MessageCodec.HEADER_BYTES);
            int length = in.getInt(in.position());
            if (length < MessageCodec.HEADER_BYTES - 4 || length > MessageCodec.MAX_BODY_BYTES) {
                throw new StreamCorruptedException("a frame of " + length + " bytes");
            }
            in.getInt();
            type = in.get();
            taskId = in.getLong();
            bodyLength = length - (MessageCodec.HEADER_BYTES - 4);
            bodyRead = 0;
            skipping = false;
            begun = true;
        }
        Message message = skipping ? skipped() : read();
        begun = false;
        body = null;
        return message;
    }

    private Message read() throws IOException {
        byte[] bytes = body;
        if (bytes == null) {
            bytes = new byte[Math.min(bodyLength, BELIEVED_BYTES)];
            body = bytes;
        }
        readFully(bytes);
        if (bodyLength > bytes.length) {
            try {
                bytes = Arrays.copyOf(bytes, bodyLength);
            } catch (OutOfMemoryError e) {
                if (!MessageCodec.isAboutTask(type)) {
                    throw new IOException(
                            "a frame of type " + type + " and a body of " + bodyLength
                                    + " bytes does not fit into memory",
                            e);
                }
                skipping = true;
                return skipped();
            }
            body = bytes;
            readFully(bytes);
        }
        return MessageCodec.read(type, taskId, bytes);
    }

    /**
     * The process on the other side is dead. What it said is still heard, and then the connection ends here, even if another
     * process holds its other end open.
     */
    public void peerDied() {
        peerDied = true;
        readable.wakeup();
    }

    /**
     * Says no more; the peer sees the end of the connection, while what it says is still heard.
     *
     * @throws IOException if the channel is broken
     */
    public void endOutput() throws IOException {
        channel.shutdownOutput();
    }

    @Override
    public void close() throws IOException {
        channel.close();
        readable.close();
        synchronized (writeLock) {
            if (writable != null) {
                writable.close();
            }
        }
    }

    /** Null if a task has used up all file descriptors: what it gives back must be written all the same. */
    private @Nullable Selector writable() throws ClosedChannelException {
        synchronized (writeLock) {
            // One that is made now is nobody's to close any more.
            if (!channel.isOpen()) {
                throw new ClosedChannelException();
            }
            Selector made = writable;
            if (made == null) {
                try {
                    made = Selector.open();
                } catch (IOException e) {
                    return null;
                }
                writable = made;
                channel.register(made, SelectionKey.OP_WRITE);
            }
            return made;
        }
    }

    private void drain(long untilNanos) throws IOException {
        while (true) {
            synchronized (writeLock) {
                if (writeBacklog()) {
                    draining = false;
                    writeLock.notifyAll();
                    return;
                }
            }
            await(writable(), untilNanos, "it did not take in time what it was sent");
        }
    }

    /** Copies through one direct buffer, since writing a heap buffer makes the JDK cache a direct one per thread. */
    private boolean writeBacklog() throws IOException {
        while (true) {
            if (!out.hasRemaining()) {
                out.clear();
                while (!backlog.isEmpty() && out.hasRemaining()) {
                    ByteBuffer next = backlog.element();
                    int count = Math.min(next.remaining(), out.remaining());
                    out.put(out.position(), next, next.position(), count);
                    out.position(out.position() + count);
                    next.position(next.position() + count);
                    if (!next.hasRemaining()) {
                        backlog.remove();
                    }
                }
                out.flip();
                if (!out.hasRemaining()) {
                    return true;
                }
            }
            channel.write(out);
            if (out.hasRemaining()) {
                return false;
            }
        }
    }

    private void fill(int bytes) throws IOException {
        while (in.remaining() < bytes) {
            in.compact();
            int count;
            try {
                count = readSome(in);
            } finally {
                in.flip();
            }
            if (count < 0) {
                throw new EOFException(in.hasRemaining() ? "the peer is gone in mid-frame" : "the peer is gone");
            }
        }
    }

    private void readFully(byte[] bytes) throws IOException {
        while (bodyRead < bytes.length) {
            if (!in.hasRemaining()) {
                fill(1);
            }
            int count = Math.min(in.remaining(), bytes.length - bodyRead);
            in.get(bytes, bodyRead, count);
            bodyRead += count;
        }
    }

    /** The body of the message is not wanted, since there is no room for it. */
    private Message skipped() throws IOException {
        body = null;
        while (bodyRead < bodyLength) {
            if (!in.hasRemaining()) {
                fill(1);
            }
            int count = Math.min(in.remaining(), bodyLength - bodyRead);
            in.position(in.position() + count);
            bodyRead += count;
        }
        return new Message.Oversized(taskId, bodyLength);
    }

    private int readSome(ByteBuffer target) throws IOException {
        while (true) {
            // What did not fill the buffer was all there was: to ask for more before waiting would be in vain.
            if (!moreIsLikely && !peerDied) {
                await(readable, waitUntilNanos, "it said nothing in time");
            }
            int count = channel.read(target);
            moreIsLikely = !target.hasRemaining();
            if (count != 0) {
                return count;
            }
            if (peerDied) {
                return -1;
            }
        }
    }

    private static long deadline(long nanos) {
        return System.nanoTime() + nanos | 1;
    }

    /** An interrupt means nothing here; its flag would only turn the wait into a busy loop. */
    private static void await(@Nullable Selector selector, long untilNanos, String tooLate) throws IOException {
        long millis = 0;
        if (untilNanos != FOR_EVER) {
            millis = (untilNanos - System.nanoTime()) / 1_000_000;
            if (millis <= 0) {
                throw new SocketTimeoutException(tooLate);
            }
        }
        try {
            if (selector == null) {
                LockSupport.parkNanos(LOOK_AGAIN_NANOS);
            } else {
                selector.select(NOTHING, millis);
            }
        } catch (ClosedSelectorException e) {
            throw new EOFException("the connection was closed here");
        }
        boolean ignored = Thread.interrupted();
    }

    /** That a selector returns says it all. A class, since to link a lambda takes longer than to load one. */
    private static final class Nothing implements Consumer<SelectionKey> {

        @Override
        public void accept(SelectionKey key) {}
    }
}
