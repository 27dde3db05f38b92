package io.processexecutor.internal.process;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.File;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;

class DeploymentTest {

    private static final List<String> OWN = Arrays.stream(
                    System.getProperty("java.class.path").split(File.pathSeparator))
            .map(entry -> new File(entry).getAbsolutePath())
            .distinct()
            .toList();

    @Test
    void aPlainClassPathIsTakenAsItIs() {
        Deployment deployment = Deployment.detect(ClassLoader.getSystemClassLoader());
        assertThat(deployment.classPath()).isEqualTo(OWN);
        assertThat(deployment.mainClass()).isEqualTo("io.processexecutor.worker.WorkerMain");
        assertThat(deployment.systemProperties()).isEmpty();
    }

    @Test
    void theMainClassExists() throws Exception {
        String mainClass = Deployment.of(List.of()).mainClass();
        assertThat(Class.forName(mainClass, false, getClass().getClassLoader()).getMethod("main", String[].class))
                .isNotNull();
    }

    @Test
    void theUrlsOfAClassLoaderComeFirstAndItsParentsToo() throws Exception {
        URL parents = Path.of("/opt/parent.jar").toUri().toURL();
        URL childs = Path.of("/opt/a dir with \u00e4+100%/child.jar").toUri().toURL();
        URL remote = new URL("http://localhost/remote.jar");
        try (URLClassLoader parent =
                        new URLClassLoader(new URL[] {parents}, getClass().getClassLoader());
                URLClassLoader child = new URLClassLoader(new URL[] {childs, remote, parents}, parent)) {
            assertThat(Deployment.detect(child).classPath())
                    .startsWith("/opt/a dir with \u00e4+100%/child.jar", "/opt/parent.jar")
                    .containsAll(OWN)
                    .hasSize(OWN.size() + 2);
        }
    }

    @Test
    void aUrlThatIsNotWellFormedIsTakenByItsPath() throws Exception {
        try (URLClassLoader loader = new URLClassLoader(
                new URL[] {new URL("file:/opt/a dir/x.jar")}, getClass().getClassLoader())) {
            assertThat(Deployment.detect(loader).classPath()).startsWith("/opt/a dir/x.jar");
        }
    }

    @Test
    void aClassPathOfTheUsersReplacesTheApplicationsAndIsAbsolute() {
        Deployment deployment = Deployment.of(List.of(Path.of("lib/a.jar"), Path.of("/opt/b.jar")));
        assertThat(deployment.classPath())
                .containsExactly(Path.of("lib/a.jar").toAbsolutePath().toString(), "/opt/b.jar");
        assertThat(deployment.mainClass()).isEqualTo("io.processexecutor.worker.WorkerMain");
    }
}
