package io.processexecutor.internal.protocol;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.io.UncheckedIOException;
import java.lang.invoke.VarHandle;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.MappedByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Arrays;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;

/**
 * A small file in which a worker says what it is doing. The worker soon maps it, so that writing costs nanoseconds and what
 * is written outlives it; the parent reads it when it has a question. A task has begun once its id stands here, which is
 * before the first byte of it is decoded.
 */
public final class StatusPage {

    /** What the worker does with the task whose id stands on the page. */
    public enum Phase {
        /** There is no task. */
        IDLE(0),
        /** Decoding the task. */
        READING(1),
        /** Running it. */
        RUNNING(2),
        /** Encoding and sending the result. */
        REPLYING(3);

        private final long code;

        Phase(long code) {
            this.code = code;
        }

        private static Phase of(long code) {
            return Arrays.stream(values())
                    .filter(phase -> phase.code == code)
                    .findFirst()
                    .orElse(IDLE);
        }
    }

    /**
     * What stands on the page.
     *
     * @param taskId the task that began last; 0 if there was none
     * @param attempt which attempt at it
     * @param phase what the worker does with it
     * @param beganNanos when it began, by the monotonic clock that all processes of a machine share
     * @param heartbeat counts up while the worker lives
     * @param memory how much memory the worker took at the last heartbeat
     * @param effort what it has spent until then
     * @param droppedLogs how many events that were logged it has not passed on, being too many
     */
    public record Snapshot(
            long taskId,
            int attempt,
            Phase phase,
            long beganNanos,
            long heartbeat,
            Memory memory,
            Effort effort,
            long droppedLogs) {

        /**
         * Tells whether a task has begun.
         *
         * @param taskId the task
         * @param attempt the attempt at it
         * @return whether its id stands on the page
         */
        public boolean hasBegun(long taskId, int attempt) {
            return task(this.taskId, this.attempt) == task(taskId, attempt);
        }
    }

    /**
     * How much memory a worker takes, in bytes.
     *
     * @param heap its used heap
     * @param heapAfterGc what the last garbage collections left of its heap; 0 before the first
     * @param metaspace what its classes take
     * @param rss what it holds as the operating system counts it; 0 where that does not tell
     */
    public record Memory(long heap, long heapAfterGc, long metaspace, long rss) {}

    /**
     * What a worker has spent since it was started.
     *
     * @param gcCount how many garbage collections
     * @param gcMillis how long they took
     * @param cpuMillis the time of processors; 0 where the operating system does not tell
     */
    public record Effort(long gcCount, long gcMillis, long cpuMillis) {}

    private static final int BYTES = 104;
    /** Which task and which attempt at it, in one word: a worker that dies between two would leave one that never was. */
    private static final int TASK = 0;

    private static final int ATTEMPT_SHIFT = 48;
    private static final int ID_SHIFT = Long.SIZE - ATTEMPT_SHIFT;
    private static final int PHASE = 16;
    private static final int BEGAN = 24;
    private static final int HEARTBEAT = 32;
    private static final int HEAP = 40;
    private static final int RSS = 48;
    private static final int HEAP_AFTER_GC = 56;
    private static final int METASPACE = 64;
    private static final int GC_COUNT = 72;
    private static final int GC_TIME = 80;
    private static final int CPU_TIME = 88;
    private static final int DROPPED_LOGS = 96;

    private StatusPage() {}

    /** No pool lives long enough for the bits of an id that are left out, and no task is tried that often. */
    private static long task(long taskId, int attempt) {
        return ((long) attempt << ATTEMPT_SHIFT) | (taskId & ((1L << ATTEMPT_SHIFT) - 1));
    }

    /**
     * Makes an empty page. Its bytes are written, not only reserved, for a page of a full disk would kill the worker.
     *
     * @param path where
     * @throws IOException if it cannot be made
     */
    public static void create(Path path) throws IOException {
        Files.write(path, new byte[BYTES], StandardOpenOption.CREATE_NEW);
    }

    /** The worker's side. Used by one thread at a time, but for the heartbeat and the logs. */
    public static final class Writer {

        private final RandomAccessFile file;
        private volatile @Nullable MappedByteBuffer mapped;

        /**
         * Opens a page.
         *
         * @param path the page
         * @throws IOException if it is not there
         */
        public Writer(Path path) throws IOException {
            if (!Files.exists(path)) {
                throw new NoSuchFileException(path.toString());
            }
            // Not a FileChannel: interrupting a task that writes would close it.
            this.file = new RandomAccessFile(path.toFile(), "rw");
        }

        /**
         * Maps the page, on which each word is written with a system call until then: a worker that starts has no time for
         * it, since it takes Java 25 as long as everything else until the first task.
         */
        public synchronized void map() {
            if (mapped == null) {
                try {
                    MappedByteBuffer page = file.getChannel().map(FileChannel.MapMode.READ_WRITE, 0, BYTES);
                    page.order(ByteOrder.nativeOrder());
                    mapped = page;
                    file.close();
                } catch (IOException e) {
                    // It is written as before.
                }
            }
        }

        /**
         * A task begins.
         *
         * @param taskId the task
         * @param attempt the attempt at it
         */
        public void begin(long taskId, int attempt) {
            put(BEGAN, System.nanoTime());
            put(PHASE, Phase.READING.code);
            put(TASK, task(taskId, attempt));
        }

        /**
         * The task goes on to another phase.
         *
         * @param phase the phase
         */
        public void enter(Phase phase) {
            put(PHASE, phase.code);
        }

        /** The task is done and its reply sent. Its id stays: should the reply be lost, it has begun all the same. */
        public void idle() {
            put(PHASE, Phase.IDLE.code);
        }

        /**
         * The worker lives.
         *
         * @param count counts up
         * @param memory how much memory it takes
         * @param effort what it has spent
         */
        public void beat(long count, Memory memory, Effort effort) {
            put(HEAP, memory.heap());
            put(HEAP_AFTER_GC, memory.heapAfterGc());
            put(METASPACE, memory.metaspace());
            put(RSS, memory.rss());
            put(GC_COUNT, effort.gcCount());
            put(GC_TIME, effort.gcMillis());
            put(CPU_TIME, effort.cpuMillis());
            put(HEARTBEAT, count);
        }

        /**
         * Not all that was logged is passed on.
         *
         * @param count how many events are not, so far
         */
        public void droppedLogs(long count) {
            put(DROPPED_LOGS, count);
        }

        /**
         * Tells whether there is no task and when the last one began.
         *
         * @return when that was, by the monotonic clock; empty while a task runs, or as long as the page is not mapped
         */
        public OptionalLong idleSinceTaskOf() {
            MappedByteBuffer page = mapped;
            return page == null || page.getLong(PHASE) != Phase.IDLE.code
                    ? OptionalLong.empty()
                    : OptionalLong.of(page.getLong(BEGAN));
        }

        private void put(int offset, long value) {
            MappedByteBuffer page = mapped;
            if (page == null) {
                write(offset, value);
            } else {
                // One aligned store each, in order. A var handle would do the same, but linking it takes long.
                VarHandle.releaseFence();
                page.putLong(offset, value);
            }
        }

        private synchronized void write(int offset, long value) {
            if (mapped != null) {
                put(offset, value);
                return;
            }
            byte[] bytes = new byte[Long.BYTES];
            ByteBuffer.wrap(bytes).order(ByteOrder.nativeOrder()).putLong(value);
            try {
                file.seek(offset);
                file.write(bytes);
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
    }

    /** The parent's side. Safe for use by many threads. */
    public static final class Reader implements AutoCloseable {

        // Not a FileChannel: interrupting a thread that reads one would close it for all.
        private final RandomAccessFile file;

        /**
         * Opens a page.
         *
         * @param path the page
         * @throws IOException if it is not there
         */
        public Reader(Path path) throws IOException {
            this.file = new RandomAccessFile(path.toFile(), "r");
        }

        /**
         * Reads the page.
         *
         * @return what stands on it
         * @throws IOException if it was closed
         */
        public synchronized Snapshot read() throws IOException {
            byte[] bytes = new byte[BYTES];
            file.seek(0);
            file.readFully(bytes);
            ByteBuffer page = ByteBuffer.wrap(bytes).order(ByteOrder.nativeOrder());
            long task = page.getLong(TASK);
            return new Snapshot(
                    (task << ID_SHIFT) >> ID_SHIFT,
                    (int) (task >>> ATTEMPT_SHIFT),
                    Phase.of(page.getLong(PHASE)),
                    page.getLong(BEGAN),
                    page.getLong(HEARTBEAT),
                    new Memory(
                            page.getLong(HEAP),
                            page.getLong(HEAP_AFTER_GC),
                            page.getLong(METASPACE),
                            page.getLong(RSS)),
                    new Effort(page.getLong(GC_COUNT), page.getLong(GC_TIME), page.getLong(CPU_TIME)),
                    page.getLong(DROPPED_LOGS));
        }

        @Override
        public synchronized void close() throws IOException {
            file.close();
        }
    }
}
