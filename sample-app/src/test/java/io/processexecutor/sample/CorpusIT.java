package io.processexecutor.sample;

import static org.assertj.core.api.Assertions.assertThat;

import io.processexecutor.serialization.OtherJvm;
import io.processexecutor.serialization.corpus.CorpusMain;
import io.processexecutor.serialization.corpus.CorpusScore;
import java.io.OutputStream;
import java.net.URL;
import java.nio.file.FileSystem;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.jar.Manifest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The corpus of the serializers inside this application's executable jar, under the class loader of Spring Boot. */
@Timeout(300)
class CorpusIT {

    @TempDir
    Path directory;

    @Test
    void fromTheExecutableJarEverythingArrivesAsOnTheClassPath() throws Exception {
        Path jar = Files.copy(Path.of(System.getProperty("sample.jar")), directory.resolve("app.jar"));
        addTheCorpus(jar);

        OtherJvm jvm = OtherJvm.launch(List.of("-jar", jar.toString(), "closure"));

        assertThat(jvm.exitCode()).as(jvm::err).isZero();
        assertThat(jvm.out())
                .containsPattern("The corpus is in .*LaunchedClassLoader@.*, in the worker in .*LaunchedClassLoader@");
        CorpusScore score = CorpusScore.of("executable jar of Spring Boot, closure", jvm.out());
        assertThat(score.wrong()).isEmpty();
        assertThat(score.refused()).isEmpty();
    }

    /** Boot reads nested jars only where they are not compressed. */
    private static void addTheCorpus(Path jar) throws Exception {
        URL corpus = CorpusMain.class.getProtectionDomain().getCodeSource().getLocation();
        try (FileSystem inside = FileSystems.newFileSystem(jar, Map.of("compressionMethod", "STORED"))) {
            Files.copy(Path.of(corpus.toURI()), inside.getPath("BOOT-INF/lib/corpus.jar"));
            Path file = inside.getPath("META-INF/MANIFEST.MF");
            Manifest manifest = new Manifest(Files.newInputStream(file));
            manifest.getMainAttributes().putValue("Start-Class", CorpusMain.class.getName());
            try (OutputStream out = Files.newOutputStream(file)) {
                manifest.write(out);
            }
        }
    }
}
