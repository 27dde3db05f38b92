package io.processexecutor.serialization;

import io.processexecutor.serialization.policy.Limits;
import java.io.FilterOutputStream;
import java.io.IOException;
import java.io.OutputStream;

/** Lets only so many bytes through. */
final class BoundedOutput extends FilterOutputStream {

    private final Limits limits;
    private long written;

    private BoundedOutput(OutputStream sink, Limits limits) {
        super(sink);
        this.limits = limits;
    }

    static OutputStream of(OutputStream sink, Limits limits) {
        return limits.isUnbounded() ? sink : new BoundedOutput(sink, limits);
    }

    @Override
    public void write(int value) throws IOException {
        count(1);
        out.write(value);
    }

    @Override
    public void write(byte[] bytes, int offset, int length) throws IOException {
        count(length);
        out.write(bytes, offset, length);
    }

    private void count(int more) {
        written += more;
        if (written > limits.bytes()) {
            throw limits.tooLarge("at least " + written);
        }
    }
}
