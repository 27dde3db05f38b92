package io.processexecutor.internal.process;

import static java.nio.charset.StandardCharsets.UTF_8;
import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;

import io.processexecutor.internal.os.ProcessTree;
import java.io.File;
import java.io.IOException;
import java.nio.charset.Charset;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The command line of a worker; where it matters what Java makes of it, Java is asked. */
@Timeout(180)
class WorkerCommandTest {

    @TempDir
    Path directory;

    @ParameterizedTest
    @ValueSource(
            strings = {
                "--add-opens=java.base/java.lang=ALL-UNNAMED",
                "--add-exports=java.base/sun.nio.ch=ALL-UNNAMED",
                "--add-reads=java.base=ALL-UNNAMED",
                "--add-modules=java.sql",
                "--enable-native-access=ALL-UNNAMED",
                "--illegal-native-access=deny",
                "--sun-misc-unsafe-memory-access=allow",
                "--enable-final-field-mutation=ALL-UNNAMED",
                "--illegal-final-field-mutation=deny",
                "--enable-preview",
                "-XX:TieredStopAtLevel=1",
                "-Dfile.encoding=UTF-8",
                "-Duser.timezone=Europe/Berlin",
                "-Djava.io.tmpdir=/tmp/a b",
                "-Djdk.serialFilter=maxdepth=5"
            })
    void whatOpensThePlatformOrSetsTheSceneIsInherited(String option) {
        assertThat(WorkerCommand.inherited(List.of(option))).containsExactly(option);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "-agentlib:jdwp=transport=dt_socket,server=y,suspend=y,address=*:5005",
                "-Xrunjdwp:transport=dt_socket",
                "-Xdebug",
                "-javaagent:/opt/agent.jar=--add-opens",
                "-agentpath:/opt/agent.so",
                "-Xmx8g",
                "-Xms8g",
                "-XX:MaxRAMPercentage=75",
                "-XX:+UseZGC",
                "-XX:OnOutOfMemoryError=kill",
                "-Xlog:gc:file=gc.log",
                "-Dcom.sun.management.jmxremote.port=9010",
                "-Dcom.sun.management.jmxremote",
                "-Dserver.port=8080",
                "-Dfile.encoding.pkg=x",
                "-Dspring.profiles.active=prod",
                "--add-opensX",
                "-Djava.class.path=/x"
            })
    void whatIsTheApplicationsOwnIsNotInherited(String option) {
        assertThat(WorkerCommand.inherited(List.of(option))).isEmpty();
    }

    @Test
    void anOptionWhoseValueIsAnArgumentOfItsOwnNeverLosesIt() {
        assertThat(WorkerCommand.inherited(List.of("-Xmx1g", "--add-opens", "java.base/java.lang=ALL-UNNAMED", "-ea")))
                .containsExactly("--add-opens=java.base/java.lang=ALL-UNNAMED");
        assertThat(WorkerCommand.inherited(List.of("--add-modules"))).isEmpty();
        assertThat(WorkerCommand.inherited(List.of("--enable-preview", "-Dfile.encoding=UTF-8")))
                .containsExactly("--enable-preview", "-Dfile.encoding=UTF-8");
    }

    @Test
    void whatJavaAddsToACommandLineByItselfIsNotHandedOn() throws Exception {
        ProcessBuilder builder = command(List.of(), List.of());
        assertThat(builder.environment())
                .doesNotContainKeys("JAVA_TOOL_OPTIONS", "JDK_JAVA_OPTIONS", "_JAVA_OPTIONS", "CLASSPATH")
                .containsEntry(ProcessTree.MARKER, "marker");
    }

    @Test
    void theHeapIsTheWorkersOwnAndArgumentsOfTheUsersComeLast() throws Exception {
        List<String> report = launched(List.of("-Xmx64m", "-Dmy.key=my value"), List.of());
        assertThat(report).contains("my.key=my value");
        assertThat(report).anyMatch(line -> line.startsWith("heap=") && Long.parseLong(line.substring(5)) <= 64 << 20);
        assertThat(launched(List.of(), List.of()))
                .anyMatch(line -> line.startsWith("heap=") && Long.parseLong(line.substring(5)) <= 96 << 20);
    }

    @Test
    void awkwardValuesAndPathsReachTheWorkerAsTheyAre() throws Exception {
        List<String> values = new ArrayList<>(List.of(
                "a b",
                "  ",
                "\"quoted\"",
                "back\\slash\\",
                "C:\\new\\table",
                "it's",
                "#no comment",
                "@no file",
                "$HOME %p * ?",
                "a\tb",
                "trailing\\\\",
                ""));
        // What the platform's encoding cannot say Java could not be told anyhow.
        if (Charset.forName(System.getProperty("sun.jnu.encoding")).newEncoder().canEncode("\u00e4\u2603")) {
            values.add("\u00e4 \u2603");
        }
        List<String> arguments = new ArrayList<>();
        for (int i = 0; i < values.size(); i++) {
            arguments.add("-Dmy.value." + i + "=" + values.get(i));
        }
        List<String> report = launched(arguments, List.of());
        for (int i = 0; i < values.size(); i++) {
            assertThat(report).contains("my.value." + i + "=" + escaped(values.get(i)));
        }
    }

    @Test
    void aLineBreakInAnArgumentStaysInIt() throws Exception {
        assertThat(launched(List.of("-Dmy.key=one\ntwo\rthree\ffour"), List.of()))
                .contains("my.key=" + escaped("one\ntwo\rthree\ffour"));
    }

    @Test
    void s116ClassesAreFoundInDirectoriesWithAwkwardNames() throws Exception {
        List<String> names = new ArrayList<>(List.of("with space", "it's \"quoted\"", "back\\slash"));
        if (Charset.forName(System.getProperty("sun.jnu.encoding")).newEncoder().canEncode("\u00e4\u2603")) {
            names.add("sn\u00e4\u2603w");
        }
        List<Path> classPath = new ArrayList<>();
        for (String name : names) {
            Path there = Files.createDirectories(directory.resolve(name));
            Files.writeString(there.resolve("resource-" + names.indexOf(name)), "here");
            classPath.add(there);
        }
        List<String> report = launched(List.of(), classPath);
        for (int i = 0; i < names.size(); i++) {
            assertThat(report).contains("found=resource-" + i);
        }
    }

    @Test
    void s116TheLengthOfTheClassPathIsNoLimit() throws Exception {
        List<Path> classPath = new ArrayList<>();
        Path resource = Files.createDirectories(directory.resolve("last"));
        Files.writeString(resource.resolve("resource-0"), "here");
        for (int i = 0; i < 3000; i++) {
            classPath.add(directory.resolve("a-jar-with-quite-a-long-name-that-is-not-there-" + i + ".jar"));
        }
        classPath.add(resource);
        assertThat(classPath.toString()).hasSizeGreaterThan(128 << 10);
        List<String> report = launched(List.of(), classPath);
        assertThat(report).contains("found=resource-0");
    }

    @Test
    void theWordsOfItAreThoseInTheArgumentFileAsWellButForWhatMayBeASecret() throws Exception {
        List<String> arguments = List.of(
                "-Xss1m",
                "-Dmy.password=it is secret\nof two lines",
                "-Dmy.flag",
                "-javaagent:/opt/agent.jar=key=secret",
                "--add-opens=java.base/java.util=ALL-UNNAMED");
        WorkerCommand command = workerCommand(arguments, List.of(Path.of("/opt/a.jar")));
        assertThat(command.builder().command()).hasSize(4).anyMatch(word -> word.startsWith("@"));
        assertThat(command.words())
                .startsWith(command.builder().command().get(0), "-Xmx" + (96 << 20))
                .contains(
                        "-Xss1m",
                        "-Dmy.password=***",
                        "-Dmy.flag",
                        "-javaagent:/opt/agent.jar=***",
                        "--add-opens=java.base/java.util=ALL-UNNAMED",
                        "-cp")
                .anyMatch(word -> word.startsWith("/opt/a.jar" + File.pathSeparator))
                .noneMatch(word -> word.startsWith("@") || word.contains("secret"))
                .endsWith("-Dprocess-executor.worker=test-1", Reporter.class.getName());
    }

    private ProcessBuilder command(List<String> jvmArgs, List<Path> classPath) throws IOException {
        return workerCommand(jvmArgs, classPath).builder();
    }

    private WorkerCommand workerCommand(List<String> jvmArgs, List<Path> classPath) throws IOException {
        List<String> entries = new ArrayList<>();
        classPath.forEach(path -> entries.add(path.toString()));
        for (String entry : System.getProperty("java.class.path").split(File.pathSeparator)) {
            entries.add(new File(entry).getAbsolutePath());
        }
        LaunchSettings settings = new LaunchSettings(
                "test",
                96 << 20,
                jvmArgs,
                List.of(),
                getClass().getClassLoader(),
                ProcessSetup.NONE,
                ArchiveSettings.DEFAULTS,
                Duration.ofSeconds(30));
        Deployment deployment = new Deployment(entries, Reporter.class.getName(), new Properties(), List.of());
        Path arguments =
                Files.createDirectories(directory.resolve("of the pool")).resolve("worker.args");
        return WorkerCommand.build(settings, deployment, List.of(), 1, "marker", arguments);
    }

    private List<String> launched(List<String> jvmArgs, List<Path> classPath) throws Exception {
        Process process = command(jvmArgs, classPath).redirectErrorStream(true).start();
        process.getOutputStream().close();
        List<String> lines = new String(process.getInputStream().readAllBytes(), UTF_8)
                .lines()
                .toList();
        assertThat(process.waitFor(30, SECONDS)).isTrue();
        assertThat(process.exitValue()).as("%s", lines).isZero();
        return lines;
    }

    private static String escaped(String text) {
        return Arrays.toString(text.chars().toArray());
    }

    /** What a worker would see. */
    public static final class Reporter {

        public static void main(String[] args) {
            System.out.println("heap=" + Runtime.getRuntime().maxMemory());
            for (Map.Entry<Object, Object> each : System.getProperties().entrySet()) {
                if (each.getKey().toString().startsWith("my.")) {
                    System.out.println(each);
                    System.out.println(
                            each.getKey() + "=" + escaped(each.getValue().toString()));
                }
            }
            for (int i = 0; Reporter.class.getResource("/resource-" + i) != null; i++) {
                System.out.println("found=resource-" + i);
            }
        }
    }
}
