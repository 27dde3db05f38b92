package io.processexecutor.internal.process;

import java.io.File;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.util.ArrayList;
import java.util.List;
import java.util.jar.Attributes;
import java.util.jar.JarFile;
import java.util.jar.Manifest;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The jar or WAR that the application was started from, packed or as a directory, as far as its manifest tells whoever
 * starts it what to do.
 *
 * @param manifest its main attributes; none where the class path is anything else
 * @param launched whether {@code java -jar} started it, which does what the manifest says
 * @param mainClass what was started; empty if that is not known
 * @see <a href="https://docs.oracle.com/en/java/javase/25/docs/specs/jar/jar.html">JAR File Specification</a>
 */
record ApplicationJar(Attributes manifest, boolean launched, String mainClass) {

    private static final Logger log = LoggerFactory.getLogger(ApplicationJar.class);

    private static final String ALL_UNNAMED = "ALL-UNNAMED";

    /** Older ones know neither the attribute nor, all of them, the option. */
    private static final int NATIVE_ACCESS_IN_MANIFESTS = 22;

    /** Finds it; reads a file. */
    static ApplicationJar find() {
        String classPath = System.getProperty("java.class.path", "");
        File file = new File(classPath).getAbsoluteFile();
        Attributes manifest = manifestOf(file);
        String command = System.getProperty("sun.java.command", "");
        boolean launched = file.isFile() && (command + " ").startsWith(classPath + " ");
        String mainClass = launched ? manifest.getValue(Attributes.Name.MAIN_CLASS) : command.split(" ", 2)[0];
        return new ApplicationJar(manifest, launched, mainClass == null ? "" : mainClass.trim());
    }

    private static Attributes manifestOf(File file) {
        try {
            if (file.isFile()) {
                try (JarFile jar = new JarFile(file)) {
                    Manifest manifest = jar.getManifest();
                    return manifest == null ? new Attributes() : manifest.getMainAttributes();
                }
            }
            File unpacked = new File(file, JarFile.MANIFEST_NAME);
            if (unpacked.isFile()) {
                try (InputStream stream = Files.newInputStream(unpacked.toPath())) {
                    return new Manifest(stream).getMainAttributes();
                }
            }
        } catch (IOException e) {
            // Where there is no such file any more no worker comes up, and that says why.
            log.debug("Cannot read the manifest of {}", file, e);
        }
        return new Attributes();
    }

    /** The options that have the platform as open to a worker as the manifest had it to the application. */
    List<String> options() {
        List<String> options = new ArrayList<>();
        if (launched) {
            addPackages("--add-exports", manifest.getValue("Add-Exports"), options);
            addPackages("--add-opens", manifest.getValue("Add-Opens"), options);
            if (Runtime.version().feature() >= NATIVE_ACCESS_IN_MANIFESTS
                    && ALL_UNNAMED.equals(manifest.getValue("Enable-Native-Access"))) {
                options.add("--enable-native-access=" + ALL_UNNAMED);
            }
        }
        return options;
    }

    /** Java passes over what there is not where it stands in a manifest, and warns of it where it is an option. */
    private static void addPackages(String option, @Nullable String packages, List<String> options) {
        if (packages == null) {
            return;
        }
        for (String each : packages.trim().split("\\s+", 0)) {
            String[] parts = each.split("/", 0);
            if (parts.length == 2 && exists(parts[0], parts[1])) {
                options.add(option + "=" + each + "=" + ALL_UNNAMED);
            }
        }
    }

    private static boolean exists(String module, String packageName) {
        Module found = ModuleLayer.boot().findModule(module).orElse(null);
        return found != null && found.getPackages().contains(packageName);
    }

    /** Whether the classes are where Spring Boot's plugin puts those of a WAR. */
    boolean isExecutableWar() {
        String classes = manifest.getValue("Spring-Boot-Classes");
        return classes != null && classes.startsWith("WEB-INF/");
    }
}
