package io.processexecutor.internal.process;

import java.io.File;
import java.lang.management.ManagementFactory;
import java.lang.module.ModuleFinder;
import java.lang.module.ModuleReference;
import java.net.URISyntaxException;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Path;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Properties;
import java.util.Set;
import java.util.stream.Stream;

/**
 * How this application was started, as far as a worker must be started alike to see the same classes.
 *
 * @param classPath what the worker's virtual machine is given, as absolute paths
 * @param mainClass what it starts
 * @param systemProperties what it needs to find the classes
 * @param options what the application's virtual machine was told that the worker's must know as well
 */
record Deployment(List<String> classPath, String mainClass, Properties systemProperties, List<String> options) {

    private static final String WORKER_MAIN = "io.processexecutor.worker.WorkerMain";
    private static final String BOOT_CLASS_LOADER = "org.springframework.boot.loader.launch.LaunchedClassLoader";
    private static final String BOOT_LAUNCHER = "org.springframework.boot.loader.launch.PropertiesLauncher";

    /** What the launcher of executable WARs looks into. */
    private static final String WAR_PATH = "WEB-INF/classes/,WEB-INF/lib/,WEB-INF/lib-provided/";

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
        return new Deployment(entries, WORKER_MAIN, new Properties(), options(ApplicationJar.find()));
    }

    /**
     * Finds out.
     *
     * @param classLoader the application's class loader
     */
    static Deployment detect(ClassLoader classLoader) {
        ApplicationJar jar = ApplicationJar.find();
        Set<String> entries = new LinkedHashSet<>();
        for (ClassLoader loader = classLoader; loader != null; loader = loader.getParent()) {
            if (loader.getClass().getName().equals(BOOT_CLASS_LOADER)) {
                return nestedJars(jar);
            }
            if (loader instanceof URLClassLoader urls) {
                addUrls(urls, entries);
            }
        }
        addModulePath(System.getProperty("jdk.module.path", ""), entries);
        addClassPath(entries);
        return new Deployment(List.copyOf(entries), WORKER_MAIN, new Properties(), options(jar));
    }

    private static List<String> options(ApplicationJar jar) {
        List<String> options =
                WorkerCommand.inherited(ManagementFactory.getRuntimeMXBean().getInputArguments());
        options.addAll(jar.options());
        return options;
    }

    /**
     * A repackaged jar: its nested jars can be read by Boot's own loader only. PropertiesLauncher is in every such jar
     * and starts the main class it is told, with the application's own {@code loader.path} and the like. By itself it knows
     * nothing of the layout of a WAR; who started one with it has told it, in one of many ways.
     */
    private static Deployment nestedJars(ApplicationJar jar) {
        Properties properties = new Properties();
        for (String name : System.getProperties().stringPropertyNames()) {
            if (name.startsWith("loader.") && !name.equals("loader.args")) {
                properties.setProperty(name, System.getProperty(name, ""));
            }
        }
        properties.setProperty("loader.main", WORKER_MAIN);
        if (jar.isExecutableWar() && !jar.mainClass().equals(BOOT_LAUNCHER)) {
            properties.putIfAbsent("loader.path", WAR_PATH);
        }
        Set<String> entries = new LinkedHashSet<>();
        addClassPath(entries);
        return new Deployment(List.copyOf(entries), BOOT_LAUNCHER, properties, options(jar));
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

    /** An empty entry is the current directory; only where there is a main module and nothing else it is none. */
    private static void addClassPath(Set<String> entries) {
        String path = System.getProperty("java.class.path", "");
        if (path.isEmpty() && System.getProperty("jdk.module.main") != null) {
            return;
        }
        for (String entry : path.split(File.pathSeparator, -1)) {
            entries.add(new File(entry).getAbsolutePath());
        }
    }

    /** An entry may also be a directory of modules. */
    private static void addModulePath(String path, Set<String> entries) {
        for (String entry : path.split(File.pathSeparator, -1)) {
            File file = new File(entry).getAbsoluteFile();
            if (!entry.isEmpty() && file.isDirectory()) {
                addModules(file.toPath(), entries);
            } else if (!entry.isEmpty()) {
                entries.add(file.getPath());
            }
        }
    }

    private static void addModules(Path directory, Set<String> entries) {
        for (ModuleReference module : ModuleFinder.of(directory).findAll()) {
            module.location()
                    .ifPresent(location ->
                            entries.add(Path.of(location).toAbsolutePath().toString()));
        }
    }
}
