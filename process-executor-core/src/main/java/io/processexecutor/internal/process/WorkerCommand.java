package io.processexecutor.internal.process;

import io.processexecutor.internal.os.ProcessTree;
import io.processexecutor.internal.protocol.WorkerSettings;
import java.io.IOException;
import java.lang.reflect.Modifier;
import java.nio.channels.spi.SelectorProvider;
import java.nio.charset.Charset;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * The command line and the environment of a worker. What is long or nobody's business goes through an argument file, so
 * that the length of the class path is no limit.
 *
 * @param builder what starts the worker
 * @param words the program and its arguments, those in the argument file as well, for whoever is to see them
 */
record WorkerCommand(ProcessBuilder builder, List<String> words) {

    /**
     * Options that open the platform to the application, which its tasks need as well. All others stay: a debugger's
     * port or an agent's would clash, and the application's heap is not the worker's.
     */
    private static final List<String> INHERITED_OPTIONS = List.of(
            "--add-opens",
            "--add-exports",
            "--add-reads",
            "--add-modules",
            "--enable-final-field-mutation",
            "--enable-native-access",
            "--illegal-final-field-mutation",
            "--illegal-native-access",
            "--sun-misc-unsafe-memory-access");

    /** Who wants the application up quickly rather than fast in the end, as {@code spring-boot:run} does, wants that here. */
    private static final String QUICK_START_OPTION = "-XX:TieredStopAtLevel=";

    /**
     * A method is compiled when it was called 2,000 times rather than 200: while a worker starts, its threads need both
     * processors of a small machine, of which the compiler took a quarter, mostly for what is not called again. Not on Java
     * 17, where a first task that takes a third of a second lost more by it than the start had won.
     */
    private static final List<String> COMPILES_LATER = Runtime.version().feature() < 25
            ? List.of()
            : List.of(
                    "-XX:Tier3InvocationThreshold=2000",
                    "-XX:Tier3MinInvocationThreshold=1000",
                    "-XX:Tier3CompileThreshold=5000",
                    "-XX:Tier0InvokeNotifyFreqLog=10");

    private static final long START_HEAP_BYTES = 16 << 20;

    /** How often what the C library keeps of freed memory goes back to the system: seldom, for it stops who allocates. */
    private static final long TRIM_MILLIS = 10_000;

    private static final boolean TRIMS = Runtime.version().feature() >= 22 && isGlibc();

    private static final Set<String> INHERITED_PROPERTIES = Set.of(
            "file.encoding",
            "java.awt.headless",
            "java.io.tmpdir",
            "java.library.path",
            "java.net.preferIPv4Stack",
            "java.net.preferIPv6Addresses",
            "jdk.serialFilter",
            "user.country",
            "user.language",
            "user.timezone",
            "user.variant");

    /** The launcher and the virtual machine add these to the command line, and they are the application's. */
    private static final List<String> SCRUBBED_VARIABLES =
            List.of("JAVA_TOOL_OPTIONS", "JDK_JAVA_OPTIONS", "_JAVA_OPTIONS", "CLASSPATH");

    /** What may hold a secret: the system properties that are set for the workers, and what agents are told. */
    private static final Pattern VALUE =
            Pattern.compile("((?:-D|-javaagent:|-agent(?:lib|path):)[^=]*=).+", Pattern.DOTALL);

    static WorkerCommand build(
            LaunchSettings settings,
            Deployment deployment,
            List<String> further,
            int workerId,
            String marker,
            Path argumentFile)
            throws IOException {
        List<String> options = new ArrayList<>();
        options.addAll(memory(settings));
        options.addAll(COMPILES_LATER);
        options.add(CrashReport.option());
        options.addAll(further);
        options.add("-Djava.awt.headless=true");
        selectorProvider().ifPresent(options::add);
        options.addAll(deployment.options());
        deployment.systemProperties().forEach((name, value) -> options.add("-D" + name + "=" + value));
        List<String> own = new ArrayList<>();
        settings.setup().systemProperties().forEach((name, value) -> own.add("-D" + name + "=" + value));
        own.addAll(settings.jvmArgs());
        List<String> classPath = List.of("-cp", deployment.classPathFor(settings.setup()));
        List<String> inFile = new ArrayList<>(options);
        inFile.addAll(own);
        inFile.addAll(classPath);
        // The launcher reads argument files in the platform's encoding, not in UTF-8.
        Files.write(argumentFile, inFile.stream().map(WorkerCommand::quoted).toList(), nativeCharset());

        List<String> command = new ArrayList<>(settings.setup().commandPrefix());
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        List<String> words = new ArrayList<>(command);
        words.addAll(options);
        words.addAll(withoutValues(own));
        words.addAll(classPath);
        command.add("@" + argumentFile);
        List<String> main = List.of(
                "-D" + WorkerSettings.WORKER_PROPERTY + "=" + settings.poolName() + "-" + workerId,
                deployment.mainClass());
        command.addAll(main);
        words.addAll(main);
        ProcessBuilder builder = new ProcessBuilder(command);
        Map<String, String> environment = builder.environment();
        SCRUBBED_VARIABLES.forEach(environment::remove);
        settings.setup().applyTo(builder);
        environment.put(ProcessTree.MARKER, marker);
        return new WorkerCommand(builder, words);
    }

    private static List<String> withoutValues(List<String> options) {
        return options.stream()
                .map(option -> VALUE.matcher(option).replaceFirst("$1***"))
                .toList();
    }

    /**
     * A heap that starts small reuses the same pages for what short tasks throw away, where the usual one, which starts with
     * a part of the machine's memory, goes on to fresh ones; it is as fast, or faster for the processor's caches. For large
     * objects it must grow at once: after a full collection, which small heaps have soon, most of it is to be free. The serial
     * collector has no threads and tables of its own. After a full collection the heap is at once as small as it can be.
     * Whatever the user says of the heap comes later and prevails; but two collectors, or a start above the limit, are none.
     */
    private static List<String> memory(LaunchSettings settings) {
        List<String> options = new ArrayList<>();
        options.add("-Xmx" + settings.maxHeapBytes());
        boolean limited = settings.jvmArgs().stream()
                .anyMatch(option -> option.startsWith("-Xm") || option.matches("-XX:(Max|Min|Initial).*(Heap|RAM).*"));
        if (!limited) {
            options.add("-Xms" + Math.min(START_HEAP_BYTES, settings.maxHeapBytes()));
        }
        if (settings.jvmArgs().stream().noneMatch(option -> option.matches("-XX:\\+Use\\w+GC"))) {
            options.add("-XX:+UseSerialGC");
            if (!limited) {
                options.add("-XX:MinHeapFreeRatio=" + WorkerSettings.WORKING_FREE_PERCENT);
                options.add("-XX:MaxHeapFreeRatio=" + WorkerSettings.WORKING_FREE_PERCENT);
            }
        }
        options.add("-XX:-ShrinkHeapInSteps");
        if (TRIMS) {
            options.add("-XX:TrimNativeHeapInterval=" + TRIM_MILLIS);
        }
        return options;
    }

    /** With any other C library the virtual machine cannot trim, and warns of being told to. */
    private static boolean isGlibc() {
        if (!System.getProperty("os.name", "").equals("Linux")) {
            return false;
        }
        try (DirectoryStream<Path> others = Files.newDirectoryStream(Path.of("/lib"), "ld-musl-*")) {
            return !others.iterator().hasNext();
        } catch (IOException e) {
            return false;
        }
    }

    /** Otherwise the worker looks into each jar of its class path for one, before it can connect. */
    private static Optional<String> selectorProvider() {
        Class<?> type = SelectorProvider.provider().getClass();
        boolean platform = type.getModule() == Object.class.getModule() && Modifier.isPublic(type.getModifiers());
        return platform
                ? Optional.of("-D" + WorkerSettings.SELECTOR_PROVIDER_PROPERTY + "=" + type.getName())
                : Optional.empty();
    }

    static List<String> inherited(List<String> inputArguments) {
        List<String> inherited = new ArrayList<>();
        Iterator<String> arguments = inputArguments.iterator();
        while (arguments.hasNext()) {
            String argument = arguments.next();
            String name = argument.contains("=") ? argument.substring(0, argument.indexOf('=')) : argument;
            if (name.startsWith("-D") && INHERITED_PROPERTIES.contains(name.substring(2))) {
                inherited.add(argument);
            } else if (INHERITED_OPTIONS.contains(name)) {
                if (!name.equals(argument)) {
                    inherited.add(argument);
                } else if (arguments.hasNext()) {
                    // Bare, it would take the worker's next option for its value.
                    inherited.add(name + "=" + arguments.next());
                }
            } else if (argument.equals("--enable-preview") || argument.startsWith(QUICK_START_OPTION)) {
                inherited.add(argument);
            }
        }
        return inherited;
    }

    /** In quotes these are all that means something; a bare line break would end the option. */
    private static String quoted(String option) {
        return '"'
                + option.replace("\\", "\\\\")
                        .replace("\"", "\\\"")
                        .replace("\n", "\\n")
                        .replace("\r", "\\r")
                        .replace("\f", "\\f")
                + '"';
    }

    private static Charset nativeCharset() {
        String name = System.getProperty("sun.jnu.encoding");
        return name != null && Charset.isSupported(name) ? Charset.forName(name) : Charset.defaultCharset();
    }
}
