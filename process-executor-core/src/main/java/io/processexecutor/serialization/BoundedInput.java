package io.processexecutor.serialization;

import io.processexecutor.serialization.policy.Limits;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;

/** Lets only so many bytes through. */
final class BoundedInput extends FilterInputStream {

    private final Limits limits;
    private long read;

    private BoundedInput(InputStream source, Limits limits) {
        super(source);
        this.limits = limits;
    }

    static InputStream of(InputStream source, Limits limits) {
        return limits.isUnbounded() ? source : new BoundedInput(source, limits);
    }

    @Override
    public int read() throws IOException {
        int value = in.read();
        count(value < 0 ? 0 : 1);
        return value;
    }

    @Override
    public int read(byte[] bytes, int offset, int length) throws IOException {
        int count = in.read(bytes, offset, length);
        count(count);
        return count;
    }

    @Override
    public byte[] readNBytes(int length) throws IOException {
        byte[] bytes = in.readNBytes(length);
        count(bytes.length);
        return bytes;
    }

    private void count(int more) {
        read += Math.max(more, 0);
        if (read > limits.bytes()) {
            throw limits.tooLarge("at least " + read);
        }
    }
}
