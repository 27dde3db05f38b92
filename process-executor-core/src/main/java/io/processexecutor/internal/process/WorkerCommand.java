package io.processexecutor.internal.process;

import io.processexecutor.internal.protocol.WorkerSettings;
import java.io.File;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.charset.Charset;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * The command line and the environment of a worker. What is long or nobody's business goes through an argument file, so
 * that the length of the class path is no limit.
 */
final class WorkerCommand {

    /** Inherited by whatever a task starts, so that it can be found after its worker died. */
    static final String ENVIRONMENT_MARKER = "PROCESS_EXECUTOR_WORKER";

    /**
     * Options that open the platform to the application, which its tasks need as well. All others stay: a debugger's
     * port or an agent's would clash, and the application's heap is not the worker's.
     */
    private static final List<String> INHERITED_OPTIONS =
            List.of("--add-opens", "--add-exports", "--add-reads", "--add-modules", "--enable-native-access");

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

    private WorkerCommand() {}

    static ProcessBuilder build(
            LaunchSettings settings, Deployment deployment, int workerId, String marker, Path argumentFile)
            throws IOException {
        List<String> options = new ArrayList<>();
        options.add("-Xmx" + settings.maxHeapBytes());
        options.add("-XX:+UseSerialGC");
        options.add("-Xshare:auto");
        options.add("-XX:ErrorFile=" + crashReport("%p"));
        options.add("-Djava.awt.headless=true");
        options.addAll(inherited(ManagementFactory.getRuntimeMXBean().getInputArguments()));
        deployment.systemProperties().forEach((name, value) -> options.add("-D" + name + "=" + value));
        options.addAll(settings.jvmArgs());
        options.add("-cp");
        options.add(String.join(File.pathSeparator, deployment.classPath()));
        // The launcher reads argument files in the platform's encoding, not in UTF-8.
        Files.write(argumentFile, options.stream().map(WorkerCommand::quoted).toList(), nativeCharset());

        String java = Path.of(System.getProperty("java.home"), "bin", "java").toString();
        ProcessBuilder builder = new ProcessBuilder(
                java,
                "@" + argumentFile,
                "-D" + WorkerSettings.WORKER_PROPERTY + "=" + settings.poolName() + "-" + workerId,
                deployment.mainClass());
        Map<String, String> environment = builder.environment();
        SCRUBBED_VARIABLES.forEach(environment::remove);
        environment.put(ENVIRONMENT_MARKER, marker);
        return builder;
    }

    /** Where a worker's virtual machine leaves a report if it crashes; kept after the pool is gone. */
    static Path crashReport(String pid) {
        return Path.of(System.getProperty("java.io.tmpdir"), "hs_err_pid" + pid + ".log");
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
            } else if (argument.equals("--enable-preview")) {
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
