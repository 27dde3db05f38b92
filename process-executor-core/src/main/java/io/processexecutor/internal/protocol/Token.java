package io.processexecutor.internal.protocol;

import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.channels.WritableByteChannel;
import java.security.MessageDigest;
import java.security.SecureRandom;
import java.util.Arrays;

/**
 * What proves that who connects is the worker that was launched. Erased by whoever is done with it, and never a string:
 * what is in no memory is in no heap dump.
 */
public final class Token implements AutoCloseable {

    /** Its length. */
    public static final int BYTES = 32;

    private final byte[] secret;

    private Token(byte[] secret) {
        this.secret = secret;
    }

    /** Apart from the rest, since a worker makes none and has no time to waste when it starts. */
    private static final class Source {

        static final SecureRandom RANDOM = new SecureRandom();
    }

    /**
     * Makes a new one.
     *
     * @return a token that nobody can guess
     */
    public static Token random() {
        byte[] secret = new byte[BYTES];
        Source.RANDOM.nextBytes(secret);
        return new Token(secret);
    }

    /**
     * Reads one, and nothing that follows it.
     *
     * @param stream where from; should have no buffer, which would keep the token
     * @return the token
     * @throws IOException if there is none
     */
    public static Token readFrom(InputStream stream) throws IOException {
        byte[] secret = new byte[BYTES];
        int done = 0;
        // Not readNBytes, for which Java 17 asks a pipe for its position.
        while (done < BYTES) {
            int count = stream.read(secret, done, BYTES - done);
            if (count < 0) {
                throw new EOFException(
                        "no token on standard input: a worker is started by its parent process only, not by hand");
            }
            done += count;
        }
        return new Token(secret);
    }

    /**
     * Writes it, and flushes, so that what is written next takes its place in the stream's buffer.
     *
     * @param stream where to
     * @throws IOException if it cannot be written
     */
    public void writeTo(OutputStream stream) throws IOException {
        stream.write(secret);
        stream.flush();
    }

    /**
     * Presents it.
     *
     * @param channel where to; in blocking mode
     * @throws IOException if it cannot be written
     */
    public void writeTo(WritableByteChannel channel) throws IOException {
        ByteBuffer bytes = ByteBuffer.wrap(secret);
        while (bytes.hasRemaining()) {
            channel.write(bytes);
        }
    }

    /**
     * Compares, in constant time, so that it cannot be guessed byte by byte.
     *
     * @param presented what somebody presented, up to its position; erased
     * @return whether that is this token
     */
    public boolean matches(ByteBuffer presented) {
        byte[] bytes = new byte[presented.position()];
        presented.flip().get(bytes);
        boolean equal = MessageDigest.isEqual(bytes, secret);
        Arrays.fill(bytes, (byte) 0);
        presented.clear().put(bytes);
        return equal;
    }

    /** Erases it. */
    @Override
    public void close() {
        Arrays.fill(secret, (byte) 0);
    }

    /** Tells nothing: a log line must not hold it. */
    @Override
    public String toString() {
        return "Token";
    }
}
