package io.processexecutor.serialization.lambda;

import static org.assertj.core.api.Assertions.assertThat;

import io.processexecutor.serialization.OtherJvm;
import io.processexecutor.serialization.access.DeepAccess;
import io.processexecutor.serialization.corpus.LambdaCase;
import io.processexecutor.serialization.corpus.LambdaCorpus;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
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
        Path file = folder.resolve("lambdas");
        int written = CorpusMain.write(file);
        OtherJvm child = OtherJvm.run(List.of(), CorpusMain.class, "read", file.toString());
        assertThat(child.err()).isEmpty();
        assertThat(child.out().lines()).hasSize(written).allMatch(line -> line.startsWith("ok: "));
    }

    @ParameterizedTest
    @MethodSource("jvms")
    void lambdasOfEveryKindComeBackHoweverTheJvmWasStarted(List<String> options) throws Exception {
        OtherJvm child = OtherJvm.run(options, CorpusMain.class, "both");
        assertThat(child.err()).isEmpty();
        assertThat(child.out().lines()).hasSize(LambdaCorpus.cases().size()).allMatch(line -> line.startsWith("ok: "));
    }

    @Test
    void withoutDeepAccessNoLambdaComesBackWrong() throws Exception {
        OtherJvm child =
                OtherJvm.run(List.of("-D" + DeepAccess.DEEP_REFLECTION_PROPERTY + "=false"), CorpusMain.class, "both");
        assertThat(child.err()).isEmpty();
        List<String> refused =
                child.out().lines().filter(line -> !line.startsWith("ok: ")).toList();
        System.out.println("lambda corpus without deep access: "
                + (LambdaCorpus.cases().size() - refused.size()) + " of "
                + LambdaCorpus.cases().size() + " come back, the rest is refused by name");
        assertThat(refused)
                .allMatch(line -> line.startsWith("refused: "))
                .noneMatch(line -> line.startsWith("refused: serializable"));
        assertThat(child.out().lines()).hasSize(LambdaCorpus.cases().size());
    }

    static List<LambdaCase> cases() {
        return LambdaCorpus.cases();
    }

    static List<List<String>> jvms() {
        List<List<String>> jvms = new ArrayList<>();
        jvms.add(List.of("-Xint", "-Xshare:off"));
        jvms.add(List.of("-Djdk.internal.lambda.disableEagerInitialization=true"));
        jvms.add(List.of("--add-opens", "java.base/java.lang.invoke=ALL-UNNAMED", "--limit-modules", "java.base"));
        if (Runtime.version().feature() >= 24) {
            jvms.add(List.of("--sun-misc-unsafe-memory-access=deny", "--illegal-native-access=deny"));
        }
        return jvms;
    }
}
