package io.processexecutor.benchmarks.tasks;

import io.processexecutor.ProcessTask;
import java.nio.ByteBuffer;

/** What is large. */
public enum Payload {
    /** A {@code byte[]}. */
    BYTES {
        @Override
        ProcessTask<Integer> task(int bytes) {
            byte[] array = new byte[bytes];
            return () -> array.length;
        }
    },
    /** A {@code long[]}. */
    LONGS {
        @Override
        ProcessTask<Integer> task(int bytes) {
            long[] array = new long[bytes / Long.BYTES];
            return () -> array.length;
        }
    },
    /** A {@code double[]}. */
    DOUBLES {
        @Override
        ProcessTask<Integer> task(int bytes) {
            double[] array = new double[bytes / Double.BYTES];
            return () -> array.length;
        }
    },
    /** A {@code ByteBuffer} on the heap. */
    BUFFER {
        @Override
        ProcessTask<Integer> task(int bytes) {
            ByteBuffer buffer = ByteBuffer.allocate(bytes);
            return () -> buffer.remaining();
        }
    };

    abstract ProcessTask<Integer> task(int bytes);
}
