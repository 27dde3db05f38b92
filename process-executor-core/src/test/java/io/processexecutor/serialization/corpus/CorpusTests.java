package io.processexecutor.serialization.corpus;

import static org.assertj.core.api.Assertions.assertThat;

import io.processexecutor.serialization.OtherJvm;
import io.processexecutor.serialization.access.DeepAccess;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Every case is sent to a worker and probed there. A wrong value is never acceptable, a refusal only by name. */
class CorpusTests {

    /** Lambdas that are not Serializable, private fields of the JDK, and cycles through what has no blank instance. */
    private static final List<String> NEEDS_INTERNALS = List.of(
            "look-alike lambdas",
            "the JDK wrote it, and this JVM does not let the library link it",
            "is closed to this library",
            "this JVM does not let the library look into it",
            "it is a class of the JDK that is not Serializable",
            "ThreadLocal$SuppliedThreadLocal cannot travel",
            "this JVM does not let the library see of which",
            "it is part of a cycle");

    @Test
    void inClosureModeEverythingArrivesThatCanLeaveItsJvm() throws Exception {
        CorpusScore score = run("class path, closure", List.of(), "closure");
        assertThat(score.wrong()).isEmpty();
        assertThat(score.refused()).isEmpty();
    }

    @Test
    void inKryoModeOnlyClosuresInsideDataAreRefusedBesides() throws Exception {
        CorpusScore score = run("class path, kryo", List.of(), "kryo");
        assertThat(score.wrong()).isEmpty();
        assertThat(score.refused()).allMatch(each -> each.contains("stands inside data"));
    }

    @Test
    void withoutDeepAccessLessArrivesButNothingWrong() throws Exception {
        CorpusScore score = run(
                "class path, closure, deep-reflection=false",
                List.of("-D" + DeepAccess.DEEP_REFLECTION_PROPERTY + "=false"),
                "closure");
        assertThat(score.wrong()).isEmpty();
        assertThat(score.refused()).allMatch(each -> NEEDS_INTERNALS.stream().anyMatch(each::contains));
    }

    private static CorpusScore run(String where, List<String> options, String serializer) throws Exception {
        OtherJvm jvm = OtherJvm.run(options, CorpusMain.class, serializer);
        assertThat(jvm.err()).as("stderr").isEmpty();
        return CorpusScore.of(where, jvm.out());
    }
}
