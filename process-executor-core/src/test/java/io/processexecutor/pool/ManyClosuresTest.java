package io.processexecutor.pool;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.processexecutor.ProcessExecutor;
import io.processexecutor.serialization.Compiled;
import io.processexecutor.serialization.TaskSerializers;
import java.io.File;
import java.lang.management.ManagementFactory;
import java.lang.management.MemoryPoolMXBean;
import java.lang.ref.WeakReference;
import java.net.URLClassLoader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A thousand distinct closures: each costs its class once, and a class loader that is given up is gone. */
@Timeout(240)
class ManyClosuresTest {

    private static final int SITES = 1000;
    private static final int SITES_EACH = 10;

    /** The JDK makes some of its own for reflection that is used often; a leak would be one for each closure. */
    private static final int FEW_CLASSES = 200;

    private static final long LITTLE_METASPACE = 2 << 20;

    @TempDir
    static Path directory;

    /** A hundred classes that differ in nothing but their names, each with its own call sites. */
    @BeforeAll
    static void makeAThousandSites() throws Exception {
        String sites = IntStream.range(0, SITES_EACH)
                .mapToObj(site -> "case " + site + ": return () -> Host00.class.getName() + \" " + site + " \" + n;")
                .collect(Collectors.joining());
        Compiled.of(
                Compiled.javac(),
                17,
                directory,
                "Host00",
                "import java.util.concurrent.Callable; public class Host00 {"
                        + " public static Callable<String> of(int site, int n) { switch (site) {" + sites
                        + " default: throw new IllegalArgumentException(); } } }");
        String first = Files.readString(directory.resolve("Host00.class"), StandardCharsets.ISO_8859_1);
        for (int i = 1; i < SITES / SITES_EACH; i++) {
            Files.writeString(
                    directory.resolve(host(i) + ".class"),
                    first.replace(host(0), host(i)),
                    StandardCharsets.ISO_8859_1);
        }
    }

    private static String host(int number) {
        return String.format("Host%02d", number);
    }

    /** What the closure of a site answers. */
    private static String answer(int site, int captured) {
        return host(site / SITES_EACH) + " " + site % SITES_EACH + " " + captured;
    }

    @SuppressWarnings("unchecked")
    private static Callable<String> closure(ClassLoader loader, int site, int captured)
            throws ReflectiveOperationException {
        return (Callable<String>) loader.loadClass(host(site / SITES_EACH))
                .getMethod("of", int.class, int.class)
                .invoke(null, site % SITES_EACH, captured);
    }

    record Load(int classes, long metaspace) {

        static Load now() {
            System.gc();
            return new Load(
                    ManagementFactory.getClassLoadingMXBean().getLoadedClassCount(),
                    ManagementFactory.getMemoryPoolMXBeans().stream()
                            .filter(pool -> pool.getName().equals("Metaspace"))
                            .map(MemoryPoolMXBean::getUsage)
                            .findFirst()
                            .orElseThrow()
                            .getUsed());
        }

        void assertNoMoreThan(Load before) {
            assertThat(classes).as("classes").isLessThanOrEqualTo(before.classes + FEW_CLASSES);
            assertThat(metaspace).as("metaspace").isLessThanOrEqualTo(before.metaspace + LITTLE_METASPACE);
        }
    }

    @Test
    void s103AThousandClosuresOfOneClassPathCostNothingTheSecondTime() throws Exception {
        try (URLClassLoader loader = new Compiled(directory).loader();
                ProcessExecutor executor = executor()) {
            runEach(executor, loader, 1);
            Load worker = loadOf(executor);
            Load here = Load.now();
            runEach(executor, loader, 2);
            runEach(executor, loader, 3);
            loadOf(executor).assertNoMoreThan(worker);
            Load.now().assertNoMoreThan(here);
            assertThat(executor.stats().workerStarts()).isEqualTo(1);
        }
    }

    private static void runEach(ProcessExecutor executor, ClassLoader loader, int captured) throws Exception {
        List<CompletableFuture<String>> answers = new ArrayList<>();
        for (int site = 0; site < SITES; site++) {
            answers.add(executor.submit(closure(loader, site, captured)));
        }
        for (int site = 0; site < SITES; site++) {
            assertThat(answers.get(site).get(30, TimeUnit.SECONDS)).isEqualTo(answer(site, captured));
        }
    }

    @Test
    void s103AThousandClassLoadersThatAreGivenUpArePinnedByNeitherEnd() throws Exception {
        String folder = directory.toString();
        try (ProcessExecutor executor = executor()) {
            Load warm = executor.submit(() -> throughLoaders(folder, 0, 300)).get(60, TimeUnit.SECONDS);
            executor.submit(() -> throughLoaders(folder, 300, SITES))
                    .get(60, TimeUnit.SECONDS)
                    .assertNoMoreThan(warm);
        }
        Load warm = throughLoaders(folder, 0, 300);
        throughLoaders(folder, 300, SITES).assertNoMoreThan(warm);
    }

    /** Sends a closure of each loader to itself, and drops the loader. */
    private static Load throughLoaders(String folder, int from, int to) throws Exception {
        List<WeakReference<ClassLoader>> dropped = new ArrayList<>();
        ClassLoader before = Thread.currentThread().getContextClassLoader();
        for (int site = from; site < to; site++) {
            try (URLClassLoader loader = new Compiled(Path.of(folder)).loader()) {
                Thread.currentThread().setContextClassLoader(loader);
                assertTravels(closure(loader, site, 1), answer(site, 1));
                dropped.add(new WeakReference<>(loader));
            } finally {
                Thread.currentThread().setContextClassLoader(before);
            }
        }
        await().atMost(Duration.ofSeconds(30)).until(() -> {
            System.gc();
            return dropped.stream().allMatch(loader -> loader.get() == null);
        });
        return Load.now();
    }

    private static void assertTravels(Callable<String> closure, String answer) throws Exception {
        byte[] bytes = TaskSerializers.closure().toBytes(closure);
        Callable<?> arrived = (Callable<?>) TaskSerializers.closure().fromBytes(bytes);
        assertThat(arrived).isNotSameAs(closure);
        assertThat(arrived.call()).isEqualTo(answer);
    }

    private static Load loadOf(ProcessExecutor executor) throws Exception {
        return executor.submit(() -> Load.now()).get(30, TimeUnit.SECONDS);
    }

    private static ProcessExecutor executor() {
        List<Path> classPath = new ArrayList<>(List.of(directory));
        for (String entry : System.getProperty("java.class.path").split(File.pathSeparator)) {
            classPath.add(Path.of(entry));
        }
        return ProcessPoolExecutor.builder().workers(1).classPath(classPath).build();
    }
}
