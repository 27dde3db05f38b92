package io.processexecutor.pool;

import io.processexecutor.ProcessTask;
import java.nio.file.Files;
import java.nio.file.Path;

/** What tasks of many tests do in their worker. */
final class InWorker {

    private InWorker() {}

    static long pid() {
        return ProcessHandle.current().pid();
    }

    /** Until the test makes a file of that name. */
    static void awaitFile(String name) throws InterruptedException {
        while (!Files.exists(Path.of(name))) {
            Thread.sleep(5);
        }
    }

    static ProcessTask<Integer> untilExists(Path gate) {
        String name = gate.toString();
        return () -> {
            awaitFile(name);
            return 42;
        };
    }
}
