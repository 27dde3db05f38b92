package io.processexecutor.pool;

import static java.nio.charset.StandardCharsets.UTF_8;
import static java.nio.file.StandardOpenOption.APPEND;
import static java.nio.file.StandardOpenOption.CREATE;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import io.processexecutor.ProcessAction;
import io.processexecutor.ProcessExecutor;
import io.processexecutor.ProcessTask;
import io.processexecutor.TaskContext;
import java.io.File;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.lang.management.ManagementFactory;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.jar.JarEntry;
import java.util.jar.JarOutputStream;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import javax.xml.parsers.DocumentBuilderFactory;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.slf4j.LoggerFactory;

/** Workers whose class path is of jars only leave an archive of their classes behind for the next ones. */
@Timeout(300)
@EnabledOnOs(OS.LINUX)
class ClassDataArchiveTest {

    private static final Duration PATIENCE = Duration.ofSeconds(140);
    private static final boolean LINKED = Runtime.version().feature() >= 25;
    private static final String EXTENSION = LINKED ? ".aot" : ".jsa";

    /** No prefix. */
    private static final String[] HERE = {};

    @TempDir
    static Path jars;

    private static final List<Path> CLASS_PATH = new ArrayList<>();

    @TempDir
    Path temporary;

    @BeforeAll
    static void putAllIntoJars() throws IOException {
        for (String entry : System.getProperty("java.class.path").split(File.pathSeparator)) {
            Path path = Path.of(entry);
            CLASS_PATH.add(Files.isDirectory(path) ? jar(path, jars.resolve(CLASS_PATH.size() + ".jar")) : path);
        }
    }

    private static Path jar(Path classes, Path jar) throws IOException {
        try (OutputStream file = Files.newOutputStream(jar);
                JarOutputStream to = new JarOutputStream(file);
                Stream<Path> all = Files.walk(classes)) {
            for (Path each : all.filter(Files::isRegularFile).toList()) {
                to.putNextEntry(new JarEntry(classes.relativize(each).toString().replace('\\', '/')));
                Files.copy(each, to);
            }
        }
        return jar;
    }

    private Path archives() {
        return temporary.resolve("kept here");
    }

    private ProcessPoolExecutor.Builder pool() {
        return ProcessPoolExecutor.builder()
                .workers(1)
                .maxHeapBytes(64 << 20)
                // Java 17 crashes where an archive was cut off.
                .jvmArgs(List.of("-XX:ErrorFile=" + temporary.resolve("crash-%p.log")))
                .classPath(CLASS_PATH)
                .classDataArchiveDirectory(archives())
                .trainAfter(Duration.ZERO);
    }

    private List<Path> found() throws IOException {
        if (!Files.isDirectory(archives())) {
            return List.of();
        }
        try (Stream<Path> files = Files.list(archives())) {
            return files.toList();
        }
    }

    private Path made() throws IOException {
        try (ProcessExecutor executor = pool().build()) {
            assertThat(executor.submit(() -> 42)).succeedsWithin(PATIENCE);
            await().atMost(PATIENCE)
                    .until(
                            this::found,
                            files ->
                                    files.size() == 1 && files.get(0).toString().endsWith(EXTENSION));
            assertThat(executor.stats().workerStarts())
                    .as("workers of the pool's own")
                    .isEqualTo(1);
        }
        return found().get(0);
    }

    /** What the worker has in its memory tells more than what it was told. */
    private static boolean isMapped(ProcessExecutor executor, Path archive) {
        String name = archive.getFileName().toString();
        return executor.submit(() -> {
                    try (Stream<String> maps = Files.lines(Path.of("/proc/self/maps"))) {
                        return maps.anyMatch(line -> line.contains(name));
                    }
                })
                .join();
    }

    @Test
    void aPoolMakesTheArchiveThatTheWorkersOfTheNextOneMap() throws Exception {
        Path archive = made();
        try (ProcessExecutor next = pool().build()) {
            assertThat(isMapped(next, archive)).isTrue();
        }
        assertThat(found()).containsExactly(archive);
    }

    /** To open a jar and parse what is in it takes as long as all the rest of a first task. */
    @Test
    void forTheFirstResultAWorkerLoadsNothingOfTheLibraryFromItsJar() throws Exception {
        List<String> logging = List.of("-Xlog:class+load:file=" + temporary.resolve("loaded-%p"));
        try (ProcessExecutor executor = pool().jvmArgs(logging).build()) {
            assertThat(executor.submit(() -> 42)).succeedsWithin(PATIENCE);
            await().atMost(PATIENCE)
                    .until(
                            this::found,
                            files -> files.stream()
                                    .anyMatch(file -> file.toString().endsWith(EXTENSION)));
        }
        try (ProcessExecutor next = pool().jvmArgs(logging).build()) {
            boolean yes = true;
            byte tiny = 1;
            short small = 2;
            char letter = 'c';
            int number = 4;
            long large = 5;
            float half = 0.5f;
            double third = 1 / 3.0;
            String text = "text";
            assertThat(next.submit(() -> text + yes + tiny + small + letter + number + large + half + third))
                    .succeedsWithin(PATIENCE);
            List<String> loaded = Files.readAllLines(
                    temporary.resolve("loaded-" + next.workers().get(0).pid()));
            assertThat(loaded)
                    .as("what was loaded")
                    .anyMatch(line -> line.contains(ProcessTask.class.getName()))
                    .filteredOn(line -> line.contains(" io.processexecutor.") && line.contains("source: file:"))
                    .allMatch(line -> line.contains(" " + ClassDataArchiveTest.class.getName() + " "));
        }
    }

    /** Says when it is initialized. */
    static final class Initialized {

        static final Path TOLD = Path.of(System.getProperty("initialized"));

        static {
            try {
                Files.writeString(TOLD, "by " + ProcessHandle.current().pid() + "\n", CREATE, APPEND);
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
    }

    @Test
    void whatTheFirstTasksLoadedIsInTheArchiveAndWasNotRunForIt() throws Exception {
        Path initialized = temporary.resolve("initialized");
        List<String> options =
                List.of("-Xlog:class+load:file=" + temporary.resolve("loaded-%p"), "-Dinitialized=" + initialized);
        ProcessTask<String> task =
                () -> Initialized.TOLD + DocumentBuilderFactory.newInstance().toString();
        // Its worker is there before there is a task.
        try (ProcessExecutor executor = pool().minWorkers(1)
                .trainAfter(Duration.ofSeconds(2))
                .jvmArgs(options)
                .build()) {
            await().atMost(PATIENCE).until(() -> executor.stats().idleWorkers() == 1);
            // Nor is there any until one has run, or for long.
            assertThat(found()).isEmpty();
            assertThat(executor.submit(task)).succeedsWithin(PATIENCE);
            await().atMost(PATIENCE)
                    .until(
                            this::found,
                            files ->
                                    files.size() == 1 && files.get(0).toString().endsWith(EXTENSION));
            assertThat(initialized).hasContent("by " + executor.workers().get(0).pid());
        }
        try (ProcessExecutor next = pool().jvmArgs(options).build()) {
            assertThat(next.submit(task)).succeedsWithin(PATIENCE);
            List<String> loaded = Files.readAllLines(
                    temporary.resolve("loaded-" + next.workers().get(0).pid()));
            for (String name : List.of(
                    ClassDataArchiveTest.class.getName(),
                    Initialized.class.getName(),
                    DocumentBuilderFactory.newInstance().getClass().getName())) {
                assertThat(loaded).anyMatch(line -> line.contains(" " + name + " source: shared objects file"));
            }
        }
    }

    @Test
    void whatWorkersLoadIsWrittenDownAsLongAsThereIsNoArchive() throws Exception {
        ProcessTask<Boolean> writes = () -> ManagementFactory.getRuntimeMXBean().getInputArguments().stream()
                .anyMatch(option -> option.startsWith("-Xlog:class+load"));
        try (ProcessExecutor executor = pool().build()) {
            assertThat(executor.submit(writes)).succeedsWithin(PATIENCE).isEqualTo(true);
            await().atMost(PATIENCE)
                    .until(
                            this::found,
                            files ->
                                    files.size() == 1 && files.get(0).toString().endsWith(EXTENSION));
        }
        try (ProcessExecutor next = pool().build()) {
            assertThat(next.submit(writes)).succeedsWithin(PATIENCE).isEqualTo(false);
        }
        for (ProcessPoolExecutor.Builder none : List.of(
                pool().classDataArchive(false),
                pool().commandPrefix(List.of("env")).classDataArchiveDirectory(temporary.resolve("other")))) {
            try (ProcessExecutor executor = none.build()) {
                assertThat(executor.submit(writes)).succeedsWithin(PATIENCE).isEqualTo(false);
            }
        }
    }

    /** Java 17 takes a fifth of a millisecond for each, also with an archive; from Java 25 on that has them linked. */
    @Test
    void untilTheFirstResultAWorkerLinksNoLambdaOfTheLibraryButTheOneItWarmsUpWith() throws Exception {
        List<String> logging = List.of("-Xlog:class+load:file=" + temporary.resolve("loaded-%p"));
        try (ProcessExecutor executor = pool().jvmArgs(logging).build()) {
            assertThat(executor.submit(() -> 42)).succeedsWithin(PATIENCE);
            assertThat(Files.readAllLines(temporary.resolve(
                            "loaded-" + executor.workers().get(0).pid())))
                    .as("what was loaded")
                    .anyMatch(line -> line.contains("ClassDataArchiveTest$$Lambda"))
                    // Makes equals, hashCode and toString of records, which takes as long as forty lambdas.
                    .noneMatch(line -> line.contains(" java.lang.runtime.ObjectMethods "))
                    .filteredOn(line -> line.contains(" io.processexecutor.") && line.contains("$$Lambda"))
                    .allMatch(line -> line.contains("ClassDataArchiveTest$$Lambda")
                            || line.contains("serialization.lambda.LambdaLinker$$Lambda")
                            // What a task may hold is to be refused as the closure that it is.
                            || line.contains("TaskContexts$$Lambda")
                            || line.contains("worker.ProgressReports$$Lambda")
                            // Looks at the memory when there is time, or late.
                            || line.contains("worker.Vitals$$Lambda"));
        }
    }

    @Test
    void onceAWorkerWasPreparedTheNextOnesMapWhatThatLoads() throws Exception {
        ProcessAction initializer = () -> System.setProperty("initialized", "yes");
        ProcessAction preparation = () -> {
            if (System.getProperty("initialized") == null) {
                throw new IllegalStateException("this was to be done first");
            }
            TaskContext.current().progress(1, 2, "half done");
            DocumentBuilderFactory.newInstance();
        };
        Path archive;
        try (ProcessExecutor executor = pool().initializer(initializer)
                .preparation(preparation)
                .prepareEagerly(true)
                .build()) {
            assertThat(executor.submit(() -> 42)).succeedsWithin(PATIENCE);
            await().atMost(PATIENCE).until(() -> archives(".*p-\\d+").size() == 1);
            archive = archives(".*p-\\d+").get(0);
        }
        try (ProcessExecutor next =
                pool().initializer(initializer).preparation(preparation).build()) {
            assertThat(isMapped(next, archive)).isTrue();
        }
        try (ProcessExecutor other = pool().build()) {
            assertThat(isMapped(other, archive)).as("where nothing is prepared").isFalse();
        }
    }

    private List<Path> archives(String pattern) throws IOException {
        return found().stream()
                .filter(file -> file.getFileName().toString().matches(pattern + "\\" + EXTENSION))
                .toList();
    }

    @Test
    void whatThoseLeftBehindWhoWereKilledOverOneIsClearedUpWithTheNext() throws Exception {
        FileTime longAgo = FileTime.from(Instant.now().minus(Duration.ofDays(1)));
        Files.createDirectories(archives());
        List<Path> drafts = List.of(
                Files.createFile(archives().resolve("0123456789abcdef01234567.4242")),
                Files.createFile(archives().resolve("0123456789abcdef01234567p.4242.config")));
        Path notOurs = Files.createFile(archives().resolve("notes.txt"));
        Path atWork = Files.createFile(archives().resolve("0123456789abcdef01234567.4343"));
        for (Path each : List.of(drafts.get(0), drafts.get(1), notOurs)) {
            Files.setLastModifiedTime(each, longAgo);
        }
        try (ProcessExecutor executor = pool().build()) {
            assertThat(executor.submit(() -> 42)).succeedsWithin(PATIENCE);
            await().atMost(PATIENCE).until(() -> drafts.stream().noneMatch(Files::exists));
        }
        assertThat(found())
                .contains(notOurs, atWork)
                .anyMatch(each -> each.toString().endsWith(EXTENSION));
    }

    @Test
    void oneThatTheApplicationWasStartedWithIsUsed() throws Exception {
        Path archive = temporary.resolve("application" + EXTENSION);
        assertThat(startApplication(archive, LINKED ? "-XX:AOTCacheOutput=" : "-XX:ArchiveClassesAtExit=", HERE))
                .contains("mapped: false");
        String use = LINKED ? "-XX:AOTCache=" : "-XX:SharedArchiveFile=";
        assertThat(startApplication(archive, use, HERE)).contains("mapped: true");
    }

    @Test
    void workersFindARelativeClassPathWhereverTheirPrefixLeadsThem() throws Exception {
        Path archive = temporary.resolve("none" + EXTENSION);
        assertThat(startApplication(archive, "-Dthere.is.no=", "sh", "-c", "cd / && exec \"$@\"", "sh"))
                .contains("mapped: false");
    }

    /** From the directory that it is in, as one usually is, so that its class path is relative. */
    private static String startApplication(Path archive, String option, String... prefix) throws Exception {
        Path directory = jars.toRealPath();
        String classPath = CLASS_PATH.stream()
                .map(path -> directory.relativize(path.toAbsolutePath()).toString())
                .collect(Collectors.joining(File.pathSeparator));
        Path output = Files.createTempFile(archive.getParent(), "application", ".out");
        List<String> command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                option + archive,
                "-XX:+UseSerialGC",
                "-cp",
                classPath,
                Application.class.getName(),
                archive.toString()));
        command.addAll(List.of(prefix));
        Process process = new ProcessBuilder(command)
                .directory(directory.toFile())
                .redirectErrorStream(true)
                .redirectOutput(output.toFile())
                .start();
        assertThat(process.waitFor(PATIENCE.toSeconds(), TimeUnit.SECONDS)).isTrue();
        return Files.readString(output);
    }

    /** Prints whether its worker maps a file. */
    public static final class Application {

        public static void main(String[] arguments) {
            List<String> prefix = List.of(arguments).subList(1, arguments.length);
            try (ProcessExecutor executor = ProcessPoolExecutor.builder()
                    .workers(1)
                    .commandPrefix(prefix)
                    .build()) {
                System.out.println("mapped: " + isMapped(executor, Path.of(arguments[0])));
            }
        }
    }

    @Test
    void fromJava25OnClassesAreLinkedAheadOfTime() throws Exception {
        Path archive = made();
        try (ProcessExecutor next = pool().build()) {
            String option = (LINKED ? "-XX:AOTCache=" : "-XX:SharedArchiveFile=") + archive;
            assertThat(next.submit(() -> ManagementFactory.getRuntimeMXBean()
                            .getInputArguments()
                            .contains(option)))
                    .succeedsWithin(PATIENCE)
                    .isEqualTo(true);
        }
    }

    @Test
    void nothingThatTheTraineePrintsIsTakenForWhatAWorkerSays() throws Exception {
        Logger logger = (Logger) LoggerFactory.getLogger("io.processexecutor.worker");
        ListAppender<ILoggingEvent> printed = new ListAppender<>();
        printed.start();
        logger.addAppender(printed);
        try {
            made();
        } finally {
            logger.detachAppender(printed);
        }
        assertThat(printed.list).noneMatch(event -> event.getLevel().isGreaterOrEqual(Level.INFO));
    }

    @Test
    void theOptionsOfTheUserPrevailOverThoseForMemory() throws Exception {
        for (List<String> options :
                List.of(List.of("-Xmx12m"), List.of("-XX:InitialHeapSize=48m"), List.of("-XX:MaxHeapFreeRatio=50"))) {
            try (ProcessExecutor executor = pool().jvmArgs(options).build()) {
                List<String> all = executor.submit(() -> new ArrayList<>(
                                ManagementFactory.getRuntimeMXBean().getInputArguments()))
                        .join();
                assertThat(all)
                        .containsAll(options)
                        .noneMatch(option -> option.startsWith("-Xms") || option.startsWith("-XX:MinHeapFreeRatio"));
            }
        }
        try (ProcessExecutor executor =
                pool().jvmArgs(List.of("-XX:+UseParallelGC")).build()) {
            assertThat(executor.submit(() -> ManagementFactory.getGarbageCollectorMXBeans()
                            .get(0)
                            .getName()))
                    .succeedsWithin(PATIENCE)
                    .asString()
                    .startsWith("PS ");
        }
    }

    @Test
    void oneThatWasCutOffIsNotUsed() throws Exception {
        Path archive = made();
        try (FileChannel file = FileChannel.open(archive, StandardOpenOption.WRITE)) {
            file.truncate(Files.size(archive) * 3 / 4);
        }
        try (ProcessExecutor next = pool().trainAfter(Duration.ofHours(1)).build()) {
            assertThat(isMapped(next, archive)).isFalse();
            assertThat(next.stats().startFailures()).isZero();
        }
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void oneThatAWorkerDoesNotSurviveOrCannotReadFailsNoTask(boolean fatal) throws Exception {
        Path archive = made();
        byte[] whole = Files.readAllBytes(archive);
        byte[] broken = fatal ? Arrays.copyOf(whole, whole.length * 3 / 4) : "not an archive".getBytes(UTF_8);
        String name = archive.getFileName().toString().replace("-" + whole.length, "-" + broken.length);
        Files.delete(archive);
        Path found = Files.write(archive.resolveSibling(name), broken);
        try (ProcessExecutor next = pool().trainAfter(Duration.ofHours(1)).build()) {
            // Java 17 crashes on the one that was cut off; later ones do not.
            assertThat(isMapped(next, found)).isFalse();
            assertThat(next.stats().startFailures()).isZero();
        }
    }

    @Test
    void aPoolThatIsClosedMeanwhileLeavesNeitherAProcessNorAFile() throws Exception {
        for (int round = 0; round < 5; round++) {
            try (ProcessExecutor executor = pool().build()) {
                assertThat(executor.submit(() -> 42)).succeedsWithin(PATIENCE);
                await().atMost(PATIENCE)
                        .pollInterval(10, TimeUnit.MILLISECONDS)
                        .until(() -> Files.isDirectory(archives()));
            }
            assertThat(ProcessHandle.current()
                            .descendants()
                            .filter(ProcessHandle::isAlive)
                            .flatMap(each -> each.info().commandLine().stream())
                            .filter(line -> line.contains("WorkerMain")))
                    .isEmpty();
            assertThat(found()).allMatch(file -> file.toString().endsWith(EXTENSION));
            for (Path each : found()) {
                Files.delete(each);
            }
            Files.delete(archives());
        }
    }

    @Test
    void whereItIsSwitchedOffOrADirectoryIsOnTheClassPathNoneIsMade() throws Exception {
        List<Path> withDirectory = new ArrayList<>(CLASS_PATH);
        withDirectory.add(Files.createDirectories(temporary.resolve("classes")));
        for (ProcessPoolExecutor.Builder builder : List.of(
                pool().classDataArchive(false),
                pool().classPath(withDirectory),
                pool().jvmArgs(List.of("-Xshare:off")))) {
            try (ProcessExecutor executor = builder.build()) {
                assertThat(executor.submit(() -> ManagementFactory.getRuntimeMXBean().getInputArguments().stream()
                                .anyMatch(argument -> argument.contains(".jsa") || argument.contains(".aot"))))
                        .succeedsWithin(PATIENCE)
                        .isEqualTo(false);
            }
            assertThat(archives()).doesNotExist();
        }
    }

    @Test
    void whereNothingCanBeWrittenWorkersDoWithout() throws Exception {
        Files.writeString(archives(), "not a directory");
        try (ProcessExecutor executor = pool().build()) {
            assertThat(executor.submit(() -> 42)).succeedsWithin(PATIENCE).isEqualTo(42);
        }
        try (ProcessExecutor executor = pool().build()) {
            assertThat(executor.submit(() -> 42)).succeedsWithin(PATIENCE).isEqualTo(42);
        }
        assertThat(archives()).hasContent("not a directory");
    }

    @Test
    void replacedJarsHaveAnArchiveOfTheirOwn() throws Exception {
        Path first = made();
        Path changed = jar(Path.of("target", "classes").toAbsolutePath(), jars.resolve("changed.jar"));
        List<Path> others = new ArrayList<>(CLASS_PATH);
        others.add(changed);
        try (ProcessExecutor executor = pool().classPath(others).build()) {
            assertThat(executor.submit(() -> 42)).succeedsWithin(PATIENCE).isEqualTo(42);
            await().atMost(PATIENCE)
                    .until(() -> found().stream()
                                    .filter(file -> file.toString().endsWith(EXTENSION))
                                    .count()
                            == 2);
        }
        assertThat(found()).contains(first);
    }
}
