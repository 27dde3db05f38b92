package io.processexecutor.internal.process;

import java.io.File;
import java.net.URISyntaxException;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Properties;
import java.util.Set;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * How this application was started, as far as a worker must be started alike to see the same classes.
 *
 * @param classPath what the worker's virtual machine is given, as absolute paths
 * @param mainClass what it starts
 * @param systemProperties what it needs to find the classes
 */
record Deployment(List<String> classPath, String mainClass, Properties systemProperties) {

    private static final String WORKER_MAIN = "io.processexecutor.worker.WorkerMain";
    private static final String BOOT_CLASS_LOADER = "org.springframework.boot.loader.launch.LaunchedClassLoader";
    private static final String BOOT_LAUNCHER = "org.springframework.boot.loader.launch.PropertiesLauncher";

    /** Whether the virtual machine itself finds the classes on the class path. */
    boolean isPlain() {
        return mainClass.equals(WORKER_MAIN);
    }

    /** Whether a worker has the class path that this virtual machine was given, be it in other words. */
    boolean isAsStarted() {
        String[] given = System.getProperty("java.class.path", "").split(File.pathSeparator, -1);
        return classPath.equals(
                Stream.of(given).map(part -> new File(part).getAbsolutePath()).toList());
    }

    /**
     * The class path for a worker, in the application's own words where they mean the same, which they may not in another
     * directory: an archive that the application was started with is for these.
     *
     * @param setup the surroundings of the worker
     */
    String classPathFor(ProcessSetup setup) {
        boolean sameDirectory =
                setup.workingDirectory() == null && setup.commandPrefix().isEmpty();
        return sameDirectory && isAsStarted()
                ? System.getProperty("java.class.path", "")
                : String.join(File.pathSeparator, classPath);
    }

    /** With a class path of the user's own. */
    static Deployment of(List<Path> classPath) {
        List<String> entries =
                classPath.stream().map(path -> path.toAbsolutePath().toString()).toList();
        return new Deployment(entries, WORKER_MAIN, new Properties());
    }

    /**
     * Finds out.
     *
     * @param classLoader the application's class loader
     */
    static Deployment detect(ClassLoader classLoader) {
        Set<String> entries = new LinkedHashSet<>();
        for (ClassLoader loader = classLoader; loader != null; loader = loader.getParent()) {
            if (loader.getClass().getName().equals(BOOT_CLASS_LOADER)) {
                return nestedJars();
            }
            if (loader instanceof URLClassLoader urls) {
                addUrls(urls, entries);
            }
        }
        addPath(System.getProperty("jdk.module.path"), entries);
        addPath(System.getProperty("java.class.path"), entries);
        return new Deployment(List.copyOf(entries), WORKER_MAIN, new Properties());
    }

    /**
     * A repackaged jar: its nested jars can be read by Boot's own loader only. PropertiesLauncher is in every such jar
     * and starts the main class it is told, with the application's own {@code loader.path} and the like.
     */
    private static Deployment nestedJars() {
        Properties properties = new Properties();
        for (String name : System.getProperties().stringPropertyNames()) {
            if (name.startsWith("loader.") && !name.equals("loader.args")) {
                properties.setProperty(name, System.getProperty(name, ""));
            }
        }
        properties.setProperty("loader.main", WORKER_MAIN);
        Set<String> entries = new LinkedHashSet<>();
        addPath(System.getProperty("java.class.path"), entries);
        return new Deployment(List.copyOf(entries), BOOT_LAUNCHER, properties);
    }

    private static void addUrls(URLClassLoader loader, Set<String> entries) {
        for (URL url : loader.getURLs()) {
            if (url.getProtocol().equals("file")) {
                try {
                    entries.add(Path.of(url.toURI()).toAbsolutePath().toString());
                } catch (URISyntaxException | IllegalArgumentException e) {
                    entries.add(new File(url.getPath()).getAbsolutePath());
                }
            }
        }
    }

    private static void addPath(@Nullable String path, Set<String> entries) {
        if (path == null) {
            return;
        }
        List<String> parts = new ArrayList<>(List.of(path.split(File.pathSeparator)));
        parts.removeIf(String::isEmpty);
        for (String part : parts) {
            entries.add(new File(part).getAbsolutePath());
        }
    }
}
