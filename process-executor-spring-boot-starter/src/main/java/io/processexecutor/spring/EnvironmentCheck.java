package io.processexecutor.spring;

import java.nio.file.Files;
import java.nio.file.Path;
import org.springframework.boot.SpringBootVersion;
import org.springframework.context.ApplicationContextInitializer;
import org.springframework.context.ConfigurableApplicationContext;

/**
 * Refuses to start where nothing would work, in words, before it comes out as a missing class or as the failure of the
 * first task. Uses only what every Spring Boot has.
 */
final class EnvironmentCheck implements ApplicationContextInitializer<ConfigurableApplicationContext> {

    private static final String SUPPORTED_BOOT = "4.";

    @Override
    public void initialize(ConfigurableApplicationContext context) {
        if (context.getEnvironment().getProperty("process-executor.enabled", Boolean.class, true)) {
            checkBoot(SpringBootVersion.getVersion());
            checkJvm(Path.of(System.getProperty("java.home", "")));
        }
    }

    static void checkBoot(String version) {
        if (!version.startsWith(SUPPORTED_BOOT)) {
            throw new UnusableSetupException(
                    "process-executor-spring-boot-starter is made for Spring Boot 4, and this application runs on "
                            + version + ".",
                    "Use Spring Boot 4.0 or newer of the 4.x line, or process-executor-core without the starter, or set"
                            + " process-executor.enabled=false.");
        }
    }

    static void checkJvm(Path javaHome) {
        if (System.getProperty("org.graalvm.nativeimage.imagecode") != null) {
            throw new UnusableSetupException(
                    "The application is a native image, which has no class path that a worker JVM could be started with.",
                    "Run the application on a JVM, or set process-executor.enabled=false and run the work in place.");
        }
        boolean windows = System.getProperty("os.name", "").startsWith("Windows");
        Path java = javaHome.resolve("bin").resolve(windows ? "java.exe" : "java");
        if (!Files.isExecutable(java)) {
            throw new UnusableSetupException(
                    "Workers run on the application's own Java installation, and there is no " + java + ".",
                    "Run the application on a JDK or JRE that has the java launcher (jlink: without --strip-native-commands),"
                            + " or set process-executor.enabled=false.");
        }
    }
}
