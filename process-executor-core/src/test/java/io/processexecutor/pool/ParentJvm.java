package io.processexecutor.pool;

import io.processexecutor.ProcessExecutorListener;
import io.processexecutor.ProcessTask;
import io.processexecutor.TaskSerializationException;
import io.processexecutor.TaskSerializer;
import io.processexecutor.event.TaskCompleted;
import io.processexecutor.internal.os.ProcessIdentity;
import io.processexecutor.internal.protocol.WorkerSettings;
import io.processexecutor.serialization.TaskSerializers;
import java.io.BufferedReader;
import java.io.BufferedWriter;
import java.io.File;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.ObjectOutputStream;
import java.io.Serializable;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Stream;

/** A JVM of its own that has a pool, for what cannot be tried on the one that runs the tests. */
final class ParentJvm implements AutoCloseable {

    private static final int PATIENCE_SECONDS = 170;

    private final Process process;
    private final Path errors;
    private final BufferedReader output;
    private final BufferedWriter input;

    private ParentJvm(Process process, Path errors) {
        this.process = process;
        this.errors = errors;
        this.output = process.inputReader();
        this.input = process.outputWriter();
        // Reading what it says cannot be interrupted; its end can be brought about.
        CompletableFuture.delayedExecutor(PATIENCE_SECONDS, TimeUnit.SECONDS).execute(process::destroyForcibly);
    }

    static ProcessBuilder command(Class<?> main, List<String> options) {
        List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.add("-Xmx64m");
        command.add("-XX:+UseSerialGC");
        command.add("-XX:TieredStopAtLevel=1");
        command.addAll(options);
        command.add("-cp");
        String[] classPath = System.getProperty("java.class.path").split(File.pathSeparator);
        command.add(String.join(File.pathSeparator, Arrays.asList(classPath)));
        command.add(main.getName());
        return new ProcessBuilder(command);
    }

    /** As where the file system is full, for it and its workers: no file can have more than 32 MB. */
    static ProcessBuilder withoutRoomForFiles(ProcessBuilder command) {
        command.command().addAll(0, List.of("bash", "-c", "ulimit -f 32768; exec \"$@\"", "bash"));
        return command;
    }

    static ParentJvm start(ProcessBuilder command) throws IOException {
        Path errors = Files.createTempFile("parent", ".err");
        return new ParentJvm(command.redirectError(errors.toFile()).start(), errors);
    }

    static ParentJvm start(Class<?> main, String... options) throws IOException {
        return start(command(main, List.of(options)));
    }

    /** In a process group of its own, as a terminal starts it; a build in the background has it ignore Ctrl-C otherwise. */
    static ParentJvm startInGroup(Class<?> main, String... options) throws IOException {
        ProcessBuilder command = command(main, List.of(options));
        command.command().addAll(0, List.of("setsid", "env", "--default-signal=INT", "--default-signal=HUP"));
        return start(command);
    }

    void tell(String what) throws IOException {
        input.write(what + "\n");
        input.flush();
    }

    /** The pids that it says next. */
    List<Long> saysPids() throws IOException {
        return Arrays.stream(says().split(" ")).map(Long::valueOf).toList();
    }

    /** All that it has written, but for what was read already. */
    String rest() throws IOException {
        StringBuilder rest = new StringBuilder();
        String line;
        while ((line = output.readLine()) != null) {
            rest.append(line).append('\n');
        }
        return rest.append(Files.readString(errors)).toString();
    }

    String errors() throws IOException {
        return Files.readString(errors);
    }

    void signal(String name) throws Exception {
        Signals.send(name, pid());
    }

    /** One that ended is gone, however long the system takes to bury who has lost its parent. */
    static boolean isAlive(long pid) {
        return ProcessIdentity.of(pid).startMark() != 0;
    }

    /** What it says next that is meant for the test; logs are not. */
    String says() throws IOException {
        StringBuilder others = new StringBuilder();
        String line;
        while ((line = output.readLine()) != null) {
            if (line.startsWith("> ")) {
                return line.substring(2);
            }
            others.append('\n').append(line);
        }
        throw new IOException("it ended without saying so:" + others + "\n" + errors());
    }

    long pid() {
        return process.pid();
    }

    Process process() {
        return process;
    }

    @Override
    public void close() throws IOException {
        process.descendants().forEach(ProcessHandle::destroyForcibly);
        process.destroyForcibly();
        Files.delete(errors);
    }

    static void say(Object what) {
        System.out.println("> " + what);
    }

    private static void deleteAll(Path directory) {
        try (Stream<Path> files = Files.list(directory)) {
            for (Path file : files.toList()) {
                Files.delete(file);
            }
            Files.delete(directory);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static ProcessPoolExecutor.Builder builder() {
        return ProcessPoolExecutor.builder().workers(2).maxHeapBytes(64 << 20);
    }

    private static String inputArguments() {
        return java.lang.management.ManagementFactory.getRuntimeMXBean()
                .getInputArguments()
                .toString();
    }

    /** Runs in a worker: starts a process that loses its parent at once, and says the pids of both. */
    private static String startOrphan() throws IOException {
        Process shell = new ProcessBuilder("sh", "-c", "setsid sleep 300 > /dev/null 2>&1 & echo $!").start();
        try (BufferedReader out = shell.inputReader()) {
            return ProcessHandle.current().pid() + " " + out.readLine();
        }
    }

    /** Runs in a worker: heeds nothing. */
    @SuppressWarnings("InfiniteLoopStatement")
    private static void loop() {
        while (true) {
            try {
                Thread.sleep(1);
            } catch (InterruptedException e) {
                // It heeds nothing.
            }
        }
    }

    private static String directory() throws Exception {
        return Path.of(statusPage()).getParent().toString();
    }

    /** Runs in a worker, which maps its status page a moment after it came up. */
    static String statusPage() throws IOException, InterruptedException {
        while (true) {
            Optional<String> map = Files.readString(Path.of("/proc/self/maps"))
                    .lines()
                    .filter(line -> line.endsWith(".page"))
                    .findFirst();
            if (map.isPresent()) {
                return map.get().substring(map.get().indexOf('/'));
            }
            Thread.sleep(10);
        }
    }

    /**
     * Has an idle worker and one that is in a loop which heeds nothing, each of which started a process. Says the pids of
     * worker and process, idle ones first, and the pool's directory; then does what it is told.
     */
    static final class IdleAndBusy {

        private static final List<Object> HOARD = new ArrayList<>();

        public static void main(String[] args) throws Exception {
            ProcessPoolExecutor executor = builder().minWorkers(2).build();
            while (executor.stats().idleWorkers() < 2) {
                Thread.sleep(10);
            }
            Path both = Files.createTempDirectory("both");
            String meeting = both.toString();
            List<CompletableFuture<String>> pids = new ArrayList<>();
            for (int i = 0; i < 2; i++) {
                int me = i;
                pids.add(executor.submit(() -> {
                    Files.createFile(Path.of(meeting, "here-" + me));
                    while (!Files.exists(Path.of(meeting, "here-" + (1 - me)))) {
                        Thread.sleep(10);
                    }
                    return startOrphan();
                }));
            }
            List<String> told = pids.stream().map(CompletableFuture::join).toList();
            String directory = executor.submit(() -> directory()).join();
            String mark = both.resolve("loops").toString();
            CompletableFuture<Object> unused = executor.submit(() -> {
                Files.writeString(
                        Path.of(mark), Long.toString(ProcessHandle.current().pid()));
                loop();
                return null;
            });
            while (!Files.exists(Path.of(mark)) || Files.size(Path.of(mark)) == 0) {
                Thread.sleep(10);
            }
            String busy = Files.readString(Path.of(mark));
            deleteAll(both);
            say(told.stream()
                    .filter(each -> !each.startsWith(busy + " "))
                    .findFirst()
                    .orElseThrow());
            say(told.stream()
                    .filter(each -> each.startsWith(busy + " "))
                    .findFirst()
                    .orElseThrow());
            say(directory);
            BufferedReader orders = new BufferedReader(new InputStreamReader(System.in));
            String order;
            while ((order = orders.readLine()) != null) {
                switch (order) {
                    case "halt" -> Runtime.getRuntime().halt(3);
                    case "oom" -> {
                        while (true) {
                            HOARD.add(new byte[1 << 20]);
                        }
                    }
                    default ->
                        say(executor.submit(() -> ProcessHandle.current().pid()).join());
                }
            }
        }
    }

    /** Has four busy workers, and lets them finish when it is told to end. */
    static final class FourBusy {

        public static void main(String[] args) throws Exception {
            // Nobody is to wait for the tasks, which would be seen.
            ProcessPoolExecutor executor =
                    builder().workers(4).shutdownGrace(Duration.ofHours(1)).build();
            Path directory = Files.createTempDirectory("four");
            String there = directory.toString();
            List<CompletableFuture<Integer>> tasks = new ArrayList<>();
            for (int i = 0; i < 4; i++) {
                int me = i;
                tasks.add(executor.submit(() -> {
                    Files.writeString(
                            Path.of(there, me + ".tmp"),
                            Long.toString(ProcessHandle.current().pid()));
                    Files.move(Path.of(there, me + ".tmp"), Path.of(there, "pid-" + me));
                    while (!Files.exists(Path.of(there, "finish"))) {
                        Thread.sleep(10);
                    }
                    return me;
                }));
            }
            StringBuilder pids = new StringBuilder();
            for (int i = 0; i < 4; i++) {
                Path file = directory.resolve("pid-" + i);
                while (!Files.exists(file)) {
                    Thread.sleep(10);
                }
                pids.append(Files.readString(file)).append(' ');
            }
            if (System.getProperty("graceful") == null) {
                deleteAll(directory);
            } else {
                Runtime.getRuntime().addShutdownHook(new Thread(() -> {
                    try {
                        Files.createFile(directory.resolve("finish"));
                    } catch (IOException e) {
                        throw new UncheckedIOException(e);
                    }
                    executor.close();
                    deleteAll(directory);
                    say("finished "
                            + tasks.stream().map(CompletableFuture::join).toList());
                }));
            }
            say(pids.toString().trim());
            Thread.sleep(Long.MAX_VALUE);
        }
    }

    /** Sends large arrays and lets itself be sent some; says how large they were, twice each. */
    static final class LargeArray {

        public static void main(String[] args) {
            int megabytes = Integer.getInteger("megabytes", 64);
            TaskSerializer serializer = TaskSerializers.named(System.getProperty("serializer", "kryo"));
            try (ProcessPoolExecutor executor = ProcessPoolExecutor.builder()
                    .workers(1)
                    .maxHeapBytes(Long.getLong("worker-heap", 120) << 20)
                    .serializer(serializer)
                    .build()) {
                say(argument(executor, megabytes, Integer.getInteger("arrays", 1)));
                if (Integer.getInteger("arrays", 1) == 1) {
                    say("result " + result(executor, megabytes) + ", " + result(executor, megabytes));
                }
            }
        }

        private static String argument(ProcessPoolExecutor executor, int megabytes, int count) {
            byte[][] arrays = new byte[count][megabytes << 20];
            CompletableFuture<Long> first = executor.submit(() -> total(arrays));
            long length = first.join();
            return "argument " + length + ", "
                    + executor.submit(() -> total(arrays)).join();
        }

        private static long total(byte[][] arrays) {
            return Arrays.stream(arrays).mapToLong(each -> each.length).sum();
        }

        private static int result(ProcessPoolExecutor executor, int megabytes) {
            return executor.submit(() -> new byte[megabytes << 20]).join().length;
        }
    }

    /** Says the pid of its only worker, and returns from its main method with tasks under way. */
    static final class Pending {

        public static void main(String[] args) {
            ProcessPoolExecutor executor = builder().workers(1).build();
            String directory = System.getProperty("directory");
            say(executor.submit(() -> ProcessHandle.current().pid()).join());
            for (int i = 0; i < 8; i++) {
                int me = i;
                CompletableFuture<Object> unused = executor.submit(() -> {
                    Thread.sleep(100);
                    return Files.createFile(Path.of(directory, "done-" + me));
                });
            }
            if (System.getProperty("shutdown") != null) {
                executor.shutdown();
            }
        }
    }

    /** Returns from its main method once it has shut its pool down; what there is to be said is said after the end of that. */
    static final class Parting {

        static final class Sluggish implements Serializable {
            private static final long serialVersionUID = 1L;

            private Object readResolve() {
                if (!WorkerSettings.inWorker()) {
                    longer();
                }
                return this;
            }
        }

        public static void main(String[] args) {
            String what = System.getProperty("what");
            ProcessPoolExecutor.Builder builder = builder();
            if (what.equals("told")) {
                builder.listener(new ProcessExecutorListener() {
                    @Override
                    public void onTaskCompleted(TaskCompleted event) {
                        longer();
                        say("told");
                    }
                });
            }
            ProcessPoolExecutor executor = builder.build();
            CompletableFuture<Object> task = executor.submit(() -> {
                if (what.equals("crashed")) {
                    Runtime.getRuntime().halt(3);
                }
                return what.equals("decoded") ? new Sluggish() : 1;
            });
            if (!what.equals("told")) {
                task.whenComplete((value, failure) -> {
                    if (!what.equals("decoded")) {
                        longer();
                    }
                    say(what);
                });
            }
            executor.shutdown();
        }

        /** Longer than it takes the worker to end. */
        private static void longer() {
            LockSupport.parkNanos(TimeUnit.SECONDS.toNanos(3));
        }
    }

    /**
     * A pool whose task starts a JVM that has a pool, and so on; the task of the last one sleeps. Or one whose task fails.
     */
    static final class Nesting {

        public static void main(String[] args) throws Exception {
            if (System.getProperty("levels") != null) {
                nest(Integer.getInteger("levels"));
                return;
            }
            fail();
        }

        /** Says the pids of all that there are below this JVM: for each level a worker and what its task started. */
        private static void nest(int levels) throws Exception {
            ProcessPoolExecutor executor = builder().workers(1).build();
            Path file = Files.createTempFile("nested", ".pids");
            String pids = file.toString();
            List<String> below = levels == 1
                    ? List.of("sleep", "300")
                    : command(Nesting.class, List.of("-Dlevels=" + (levels - 1), "-Dpids=" + pids))
                            .command();
            CompletableFuture<Integer> task = executor.submit(() -> {
                Process process = new ProcessBuilder(below)
                        .redirectError(ProcessBuilder.Redirect.DISCARD)
                        .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                        .start();
                String all = ProcessHandle.current().pid() + " " + process.pid();
                while (below.size() > 2 && Files.size(Path.of(pids)) == 0) {
                    Thread.sleep(10);
                }
                Files.writeString(Path.of(pids + ".tmp"), all + " " + Files.readString(Path.of(pids)));
                Files.move(Path.of(pids + ".tmp"), Path.of(pids + ".done"));
                return process.waitFor();
            });
            while (!Files.exists(Path.of(pids + ".done"))) {
                Thread.sleep(10);
            }
            String all = Files.readString(Path.of(pids + ".done"));
            Files.delete(Path.of(pids + ".done"));
            Files.delete(file);
            String told = System.getProperty("pids");
            if (told != null) {
                Files.writeString(Path.of(told), all);
                task.join();
                return;
            }
            say(all.trim());
            if (new BufferedReader(new InputStreamReader(System.in)).readLine().equals("shutdownNow")) {
                executor.shutdownNow();
                boolean terminated = executor.awaitTermination(30, TimeUnit.SECONDS);
                say(task.handle((code, failure) -> failure.getClass().getSimpleName())
                        .join());
                say("terminated: " + terminated);
            }
        }

        private static void fail() {
            try (ProcessPoolExecutor executor = builder().workers(1).build()) {
                if (System.getProperty("leaf") != null) {
                    executor.submit(() -> {
                                throw new IllegalStateException("of the grandchild");
                            })
                            .handle((nothing, failure) -> {
                                System.out.println("leaf: " + failure);
                                return null;
                            })
                            .join();
                    return;
                }
                say(executor.submit(() -> {
                            ProcessBuilder leaf = command(Nesting.class, List.of("-Dleaf=1"));
                            Process process = leaf.redirectErrorStream(true).start();
                            String all = new String(process.getInputStream().readAllBytes());
                            return process.waitFor() + " " + all.replace('\n', '|');
                        })
                        .join());
            }
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

    /** Gets a result that ends the JVM which reads it, as a class that the application itself brought along may. */
    static final class Trusting {

        static final class Deadly implements Serializable {
            private static final long serialVersionUID = 1L;

            private Object readResolve() {
                if (!WorkerSettings.inWorker()) {
                    System.exit(7);
                }
                return this;
            }
        }

        public static void main(String[] args) {
            ProcessPoolExecutor executor = builder().build();
            say(executor.submit(() -> ProcessHandle.current().pid()).join());
            say(executor.submit(() -> new Deadly())
                    .handle((deadly, failure) -> failure)
                    .join());
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
}
