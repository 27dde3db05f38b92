package io.processexecutor.serialization.corpus;

import static org.assertj.core.api.Assertions.assertThat;

import com.esotericsoftware.kryo.Kryo;
import com.esotericsoftware.minlog.Log;
import com.esotericsoftware.reflectasm.ConstructorAccess;
import io.processexecutor.pool.ProcessPoolExecutor;
import io.processexecutor.serialization.OtherJvm;
import java.io.File;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.spi.ToolProvider;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.NullMarked;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.objenesis.Objenesis;
import org.slf4j.Logger;

/** The corpus in an application that is a named module which opens and exports nothing. */
class ModuleCorpusTests {

    private static final String MODULE = "corpus.application";
    private static final String NEEDS_OF_THE_CORPUS = "requires java.sql; requires java.desktop;";

    @TempDir
    Path directory;

    private final List<Path> dependencies = new ArrayList<>();
    private Path library;

    @BeforeEach
    void packTheLibrary() throws Exception {
        library = CorpusJar.of(
                directory.resolve("io.processexecutor.core.jar"),
                "io/processexecutor/",
                List.of(CorpusJar.source(ProcessPoolExecutor.class)));
        for (Class<?> each : List.of(
                Kryo.class, Log.class, ConstructorAccess.class, Objenesis.class, Logger.class, NullMarked.class)) {
            dependencies.add(CorpusJar.source(each));
        }
    }

    @Test
    void withTheLibraryOnTheModulePathEverythingArrivesAsOnTheClassPath() throws Exception {
        CorpusScore score = run(
                "named module, library on the module path",
                onModulePath("requires io.processexecutor.core; requires org.slf4j; requires jdk.unsupported;"));
        assertThat(score.wrong()).isEmpty();
        assertThat(score.refused()).isEmpty();
    }

    @Test
    void withTheLibraryOnTheClassPathEverythingArrivesAsOnTheClassPath() throws Exception {
        List<String> options = new ArrayList<>(List.of("-p", application("").toString()));
        options.addAll(List.of("-cp", path(library), "--add-reads", MODULE + "=ALL-UNNAMED"));
        // A named main class brings only what its module requires.
        options.addAll(List.of("--add-modules", "java.management,jdk.unsupported"));
        CorpusScore score = run("named module, library on the class path", options);
        assertThat(score.wrong()).isEmpty();
        assertThat(score.refused()).isEmpty();
    }

    @Test
    void withoutTheModuleThatLetsTheLibraryInNothingIsWrongAndTheWayOutIsNamed() throws Exception {
        CorpusScore score = run(
                "named module without jdk.unsupported",
                onModulePath("requires io.processexecutor.core; requires org.slf4j;"));
        assertThat(score.wrong()).isEmpty();
        assertThat(score.refused()).allMatch(each -> each.contains("add \"requires jdk.unsupported\" to a module"));
    }

    @Test
    void s116AnApplicationOnTheModulePathHasWorkers() throws Exception {
        Path sources = Files.createDirectories(directory.resolve("acme"));
        Path module = Files.writeString(
                sources.resolve("module-info.java"),
                "module acme { requires io.processexecutor.core; requires org.slf4j;" + " requires jdk.unsupported; }");
        Path main = Files.writeString(sources.resolve("Main.java"), """
                package acme;
                import io.processexecutor.pool.ProcessPoolExecutor;
                public class Main {
                    private record Order(int number) {}
                    public static void main(String[] args) {
                        Order order = new Order(args.length + 41);
                        try (ProcessPoolExecutor executor = ProcessPoolExecutor.builder().workers(1).build()) {
                            long pid = executor.submit(() -> ProcessHandle.current().pid()).join();
                            System.out.println(Main.class.getModule().isNamed()
                                    + " " + (pid != ProcessHandle.current().pid())
                                    + " " + executor.submit(() -> new Order(order.number() + 1)).join());
                        }
                    }
                }
                """);
        Path compiled = directory.resolve("acme-module");
        compile("-p", path(library), "-d", compiled.toString(), module.toString(), main.toString());
        OtherJvm jvm = OtherJvm.launch(List.of("-p", path(library, compiled), "-m", "acme/acme.Main"));
        assertThat(jvm.exitCode()).as(jvm::err).isZero();
        assertThat(jvm.out()).contains("true true Order[number=42]");
    }

    private List<String> onModulePath(String requires) throws Exception {
        return List.of("-p", path(library, application(requires)));
    }

    private static CorpusScore run(String where, List<String> options) throws Exception {
        List<String> arguments = new ArrayList<>(options);
        arguments.addAll(List.of("-m", MODULE + "/" + CorpusMain.class.getName(), "closure"));
        OtherJvm jvm = OtherJvm.launch(arguments);
        assertThat(jvm.exitCode()).as(jvm::err).isZero();
        assertThat(jvm.out()).contains("The corpus is in module " + MODULE);
        return CorpusScore.of(where + ", closure", jvm.out());
    }

    /** The corpus as a module that requires what it is told. */
    private Path application(String requires) throws Exception {
        Path source = Files.writeString(
                directory.resolve("module-info.java"),
                "module " + MODULE + " { " + NEEDS_OF_THE_CORPUS + requires + " }");
        Path compiled = directory.resolve("module");
        compile("-p", path(library), "-d", compiled.toString(), source.toString());
        return CorpusJar.of(
                directory.resolve("corpus.jar"),
                "io/processexecutor/serialization/corpus/",
                List.of(compiled, CorpusJar.source(CorpusMain.class)));
    }

    private static void compile(String... arguments) {
        int exitCode = ToolProvider.findFirst("javac").orElseThrow().run(System.out, System.err, arguments);
        assertThat(exitCode).as("compiling %s", List.of(arguments)).isZero();
    }

    private String path(Path... first) {
        return Stream.concat(Stream.of(first), dependencies.stream())
                .map(Path::toString)
                .collect(Collectors.joining(File.pathSeparator));
    }
}
