package io.processexecutor.serialization.corpus;

import static org.assertj.core.api.Assertions.assertThat;

import io.processexecutor.serialization.OtherJvm;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The blind check: what the engine makes of JDK objects is what the JDK's own streams make of them. */
class JdkAgreementTests {

    @Test
    void whateverTheJdkAcceptsTheEngineAcceptsAndBringsBackAlike(@TempDir Path directory) throws Exception {
        Path report = directory.resolve("report.txt");
        // Some of what it calls makes temporary files.
        List<String> options = List.of("-Djava.awt.headless=true", "-Djava.io.tmpdir=" + directory);
        OtherJvm jvm = OtherJvm.run(options, BlindMain.class, report.toString());
        assertThat(jvm.exitCode()).isZero();
        List<String> lines = Files.readAllLines(report);
        String summary = lines.remove(lines.size() - 1);
        List<String> disagreements = new ArrayList<>(lines);
        // Equal ones differ in the room of a table. Capacities of builders are not kept, and widgets hold tables whose
        // order hangs on identity hashes.
        disagreements.removeIf(line -> line.startsWith("EQUAL ")
                || line.startsWith("DIFFERENT java.lang.StringBu")
                || line.startsWith("DIFFERENT javax.swing.J"));
        System.out.printf(
                "JDK objects on Java %s: %s, %d refused or broken%n",
                Runtime.version().feature(), summary, disagreements.size());
        assertThat(disagreements).isEmpty();
    }
}
