package io.processexecutor.pool;

import io.processexecutor.ProcessTask;
import io.processexecutor.TaskSerializationException;
import io.processexecutor.serialization.TaskSerializers;
import java.io.BufferedReader;
import java.io.File;
import java.io.IOException;
import java.io.ObjectOutputStream;
import java.io.Serializable;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CompletableFuture;

/** A JVM of its own that has a pool, for what cannot be tried on the one that runs the tests. */
final class ParentJvm implements AutoCloseable {

    private final Process process;
    private final BufferedReader output;

    private ParentJvm(Process process) {
        this.process = process;
        this.output = process.inputReader();
    }

    static ProcessBuilder command(Class<?> main, List<String> options) {
        List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.add("-Xmx64m");
        command.add("-XX:+UseSerialGC");
        command.addAll(options);
        command.add("-cp");
        String[] classPath = System.getProperty("java.class.path").split(File.pathSeparator);
        command.add(String.join(File.pathSeparator, Arrays.asList(classPath)));
        command.add(main.getName());
        return new ProcessBuilder(command);
    }

    static ParentJvm start(ProcessBuilder command) throws IOException {
        return new ParentJvm(
                command.redirectError(ProcessBuilder.Redirect.DISCARD).start());
    }

    /** What it says next that is meant for the test; logs are not. */
    String says() throws IOException {
        String line;
        while ((line = output.readLine()) != null) {
            if (line.startsWith("> ")) {
                return line.substring(2);
            }
        }
        throw new IOException("it ended without saying so");
    }

    long pid() {
        return process.pid();
    }

    Process process() {
        return process;
    }

    @Override
    public void close() {
        process.descendants().forEach(ProcessHandle::destroyForcibly);
        process.destroyForcibly();
    }

    private static void say(Object what) {
        System.out.println("> " + what);
    }

    private static ProcessPoolExecutor.Builder builder() {
        return ProcessPoolExecutor.builder().workers(2).maxHeapBytes(64 << 20);
    }

    private static String inputArguments() {
        return java.lang.management.ManagementFactory.getRuntimeMXBean()
                .getInputArguments()
                .toString();
    }

    /** Has an idle worker and one that is in a loop which heeds nothing, and says their pids. */
    static final class IdleAndBusy {

        public static void main(String[] args) throws Exception {
            ProcessPoolExecutor executor = builder().minWorkers(2).build();
            while (executor.stats().idleWorkers() < 2) {
                Thread.onSpinWait();
            }
            List<CompletableFuture<Long>> pids = new ArrayList<>();
            for (int i = 0; i < 2; i++) {
                pids.add(executor.submit(() -> {
                    Thread.sleep(500);
                    return ProcessHandle.current().pid();
                }));
            }
            List<Long> both = pids.stream().map(CompletableFuture::join).toList();
            CompletableFuture<Object> unused = executor.submit(() -> {
                while (true) {
                    try {
                        Thread.sleep(1);
                    } catch (InterruptedException e) {
                        // It heeds nothing.
                    }
                }
            });
            while (executor.stats().busyWorkers() < 1) {
                Thread.onSpinWait();
            }
            say(both.get(0));
            say(both.get(1));
            Thread.sleep(Long.MAX_VALUE);
        }
    }

    /** Says what its worker was started with. */
    static final class Curious {

        public static void main(String[] args) {
            say(inputArguments());
            try (ProcessPoolExecutor executor = builder().workers(1).build()) {
                say(executor.submit(() -> inputArguments()).join());
                say(executor.submit(() -> String.class.getModule().isOpen("java.lang", ParentJvm.class.getModule()))
                        .join());
                say(executor.submit(() -> System.getenv().keySet().toString()).join());
            }
            say("closed");
        }
    }

    /** Submits what does not fit into its heap, and something small after it, with each serializer. */
    static final class Greedy {

        /** Of little size itself, and of 2.2 GB when it is written. */
        static final class Swollen implements Serializable {
            private static final long serialVersionUID = 1L;

            private void writeObject(ObjectOutputStream out) throws IOException {
                byte[] megabyte = new byte[1 << 20];
                for (int i = 0; i < 2200; i++) {
                    out.write(megabyte);
                }
            }
        }

        public static void main(String[] args) {
            byte[] large = new byte[300 << 20];
            Swollen swollen = new Swollen();
            for (String name : List.of("java", "kryo", "closure")) {
                try (ProcessPoolExecutor executor =
                        builder().serializer(TaskSerializers.named(name)).build()) {
                    attempt(executor, () -> large.length);
                    attempt(executor, swollen::hashCode);
                }
            }
        }

        private static void attempt(ProcessPoolExecutor executor, ProcessTask<Integer> task) {
            try {
                say("went: " + executor.submit(task).join());
            } catch (TaskSerializationException e) {
                say(e.phase() + ": " + e.getMessage().replace('\n', ' '));
            } catch (Throwable e) {
                say(e);
            }
            say(executor.submit(() -> 42).join());
        }
    }

    /** Ends without having closed its executor. */
    static final class Forgetful {

        public static void main(String[] args) {
            ProcessPoolExecutor executor = builder().workers(1).build();
            say(executor.submit(() -> ProcessHandle.current().pid()).join());
        }
    }
}
