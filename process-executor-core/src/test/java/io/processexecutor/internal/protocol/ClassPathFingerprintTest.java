package io.processexecutor.internal.protocol;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ClassPathFingerprintTest {

    @TempDir
    Path directory;

    @Test
    void aJarThatIsReplacedChangesTheFingerprint() throws Exception {
        Path jar = Files.writeString(directory.resolve("a.jar"), "one");
        List<String> classPath = List.of(directory.toString(), jar.toString());
        long before = ClassPathFingerprint.of(classPath);
        assertThat(ClassPathFingerprint.of(classPath)).isEqualTo(before);

        FileTime written = Files.getLastModifiedTime(jar);
        Files.writeString(jar, "other");
        Files.setLastModifiedTime(jar, written);
        long longer = ClassPathFingerprint.of(classPath);
        assertThat(longer).isNotEqualTo(before);

        Files.setLastModifiedTime(jar, FileTime.fromMillis(written.toMillis() + 5000));
        assertThat(ClassPathFingerprint.of(classPath)).isNotEqualTo(longer);

        Files.delete(jar);
        assertThat(ClassPathFingerprint.of(classPath)).isNotEqualTo(before);
    }

    @Test
    void whatIsInADirectoryDoesNotMatterAndTheOrderDoes() throws Exception {
        String one = directory.resolve("one").toString();
        String other = directory.resolve("other").toString();
        Files.createDirectory(Path.of(one));
        long before = ClassPathFingerprint.of(List.of(one, other));
        Files.writeString(Path.of(one, "A.class"), "");
        assertThat(ClassPathFingerprint.of(List.of(one, other))).isEqualTo(before);
        assertThat(ClassPathFingerprint.of(List.of(other, one))).isNotEqualTo(before);
    }
}
