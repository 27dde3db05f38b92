package io.processexecutor.internal.process;

import static org.slf4j.event.Level.DEBUG;
import static org.slf4j.event.Level.INFO;
import static org.slf4j.event.Level.WARN;

import java.io.IOException;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** What a worker writes to its standard output and error: into the log, never into the protocol. */
final class ProcessOutput {

    private static final Logger log = LoggerFactory.getLogger("io.processexecutor.worker");

    private final Process process;
    private final OutputPump out;
    private final OutputPump err;
    private final List<Thread> threads;

    /**
     * Begins to read it.
     *
     * @param trainee whether all of it is the virtual machine's own, about the archive that it makes
     */
    ProcessOutput(Process process, String workerName, boolean trainee) {
        this.process = process;
        String prefix = workerName + " (pid " + process.pid() + ")";
        this.out = new OutputPump(
                process.getInputStream(),
                line -> log.atLevel(trainee ? DEBUG : INFO).log("{} {}", prefix, line));
        this.err = new OutputPump(
                process.getErrorStream(),
                line -> log.atLevel(trainee ? DEBUG : WARN).log("{} {}", prefix, line));
        this.threads = List.of(start(out, workerName + "-stdout"), start(err, workerName + "-stderr"));
    }

    /** The last lines of the standard error. */
    List<String> tail() {
        return err.tail();
    }

    /** The last lines of the standard output. */
    List<String> standardOutputTail() {
        return out.tail();
    }

    /**
     * Waits until all that the worker wrote has arrived. A process it left behind may hold the other end open, so the
     * wait is bounded.
     */
    List<String> awaitEnd(long millis) {
        boolean interrupted = false;
        long deadline = System.nanoTime() + millis * 1_000_000;
        for (Thread thread : threads) {
            long left = (deadline - System.nanoTime()) / 1_000_000;
            try {
                thread.join(Math.max(1, left));
            } catch (InterruptedException e) {
                interrupted = true;
            }
        }
        close();
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
        return err.tail();
    }

    private void close() {
        if (threads.stream().anyMatch(Thread::isAlive)) {
            // Closing a stream that a thread still reads would wait for that thread, which ends with the last writer.
            return;
        }
        try {
            process.getInputStream().close();
            process.getErrorStream().close();
        } catch (IOException e) {
            log.debug("Cannot close the output of a worker", e);
        }
    }

    private static Thread start(OutputPump pump, String name) {
        Thread thread = new Thread(pump, name);
        thread.setDaemon(true);
        thread.start();
        return thread;
    }
}
