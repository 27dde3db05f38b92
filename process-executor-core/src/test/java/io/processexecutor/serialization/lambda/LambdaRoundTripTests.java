package io.processexecutor.serialization.lambda;

import static org.assertj.core.api.Assertions.assertThat;

import io.processexecutor.serialization.OtherJvm;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class LambdaRoundTripTests {

    @ParameterizedTest
    @MethodSource("cases")
    void lambdasOfEveryKindComeBackInTheSameJvm(LambdaCase each) {
        Object original = each.made().get();
        Object copy = LambdaHolder.read(LambdaHolder.write(original));
        assertThat(copy).isNotSameAs(original);
        assertThat(each.probed(copy)).isEqualTo(each.probed(each.made().get()));
        assertThat(copy.getClass().getInterfaces())
                .containsExactlyInAnyOrder(original.getClass().getInterfaces());
        assertThat(LambdaReader.read(copy)).isEqualTo(LambdaReader.read(original));
    }

    @ParameterizedTest
    @MethodSource("cases")
    void aSiteSurvivesItsBinaryForm(LambdaCase each) {
        LambdaSite site = LambdaReader.read(each.made().get().getClass());
        LambdaSite decoded = LambdaSite.decode(site.encoded());
        assertThat(decoded).isEqualTo(site).hasSameHashCodeAs(site).hasToString(site.toString());
        assertThat(decoded.encoded()).isEqualTo(site.encoded());
        assertThat(decoded.captureKinds())
                .hasSize(LambdaShape.of(each.made().get().getClass()).count());
    }

    @Test
    void lambdasOfEveryKindComeBackInAnotherJvm(@TempDir Path folder) throws Exception {
        Map<String, byte[]> written = new LinkedHashMap<>();
        for (LambdaCase each : LambdaCorpus.cases()) {
            written.put(each.name(), LambdaHolder.write(each.made().get()));
        }
        Path file = Files.write(folder.resolve("lambdas"), new byte[0]);
        try (DataOutputStream out = new DataOutputStream(Files.newOutputStream(file))) {
            out.writeInt(written.size());
            for (Map.Entry<String, byte[]> each : written.entrySet()) {
                out.writeUTF(each.getKey());
                out.writeInt(each.getValue().length);
                out.write(each.getValue());
            }
        }
        OtherJvm child = OtherJvm.run(List.of(), Child.class, file.toString());
        assertThat(child.err()).isEmpty();
        assertThat(child.out().lines().filter(line -> !line.startsWith("ok "))).isEmpty();
        assertThat(child.out().lines()).hasSize(written.size());
    }

    static List<LambdaCase> cases() {
        return LambdaCorpus.cases();
    }

    static final class Child {
        public static void main(String[] arguments) throws IOException {
            Map<String, LambdaCase> cases = new LinkedHashMap<>();
            LambdaCorpus.cases().forEach(each -> cases.put(each.name(), each));
            try (DataInputStream in = new DataInputStream(Files.newInputStream(Path.of(arguments[0])))) {
                for (int left = in.readInt(); left > 0; left--) {
                    LambdaCase each = Objects.requireNonNull(cases.get(in.readUTF()));
                    byte[] bytes = in.readNBytes(in.readInt());
                    System.out.println(verdict(each, bytes).replace('\n', ' '));
                }
            }
        }

        private static String verdict(LambdaCase each, byte[] bytes) {
            try {
                String expected = each.probed(each.made().get());
                String actual = each.probed(LambdaHolder.read(bytes));
                return expected.equals(actual)
                        ? "ok " + each.name()
                        : "WRONG " + each.name() + ": " + actual + " instead of " + expected;
            } catch (RuntimeException | LinkageError e) {
                return "ERROR " + each.name() + ": " + e;
            }
        }
    }
}
