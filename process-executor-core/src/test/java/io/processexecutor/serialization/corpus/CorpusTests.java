package io.processexecutor.serialization.corpus;

import static org.assertj.core.api.Assertions.assertThat;

import io.processexecutor.serialization.OtherJvm;
import io.processexecutor.serialization.access.DeepAccess;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Every case is written in one JVM and probed in another. A wrong value is never acceptable, a refusal only by name. */
class CorpusTests {

    @TempDir
    Path directory;

    private record Score(int right, List<String> refused, List<String> others) {}

    @ParameterizedTest
    @ValueSource(strings = {"closure", "kryo"})
    void everythingArrivesRightOrIsRefusedByName(String serializer) throws Exception {
        Score score = run(serializer, List.of());
        List<String> unexpected = new ArrayList<>(score.others());
        for (String each : score.refused()) {
            boolean closureInData = serializer.equals("kryo") && each.contains("stands inside data");
            if (!isMeant(each) && !closureInData) {
                unexpected.add(each);
            }
        }
        assertThat(unexpected).isEmpty();
    }

    @Test
    void withoutDeepAccessLessArrivesButNothingWrong() throws Exception {
        Score score = run("closure", List.of("-D" + DeepAccess.DEEP_REFLECTION_PROPERTY + "=false"));
        // The room of a hash table is out of reach, and with it the order that nobody promised.
        assertThat(score.others()).allMatch(each -> each.contains(" order of a "));
        assertThat(score.right()).isGreaterThan(Cases.everyOne().size() * 2 / 3);
    }

    private static boolean isMeant(String outcome) {
        return Cases.everyOne().stream().anyMatch(each -> each.refused() && outcome.startsWith(each.name() + ": "));
    }

    private Score run(String serializer, List<String> options) throws Exception {
        Map<String, String> outcomes = new LinkedHashMap<>();
        for (String half : List.of("encode", "probe")) {
            OtherJvm jvm = OtherJvm.run(options, CorpusMain.class, half, serializer, directory.toString());
            assertThat(jvm.err()).as("stderr of " + half).isEmpty();
            for (String line : Files.readAllLines(directory.resolve(half + ".txt"))) {
                int cut = line.lastIndexOf(" | ");
                outcomes.put(line.substring(cut + 3), line.substring(0, cut));
            }
        }
        int right = 0;
        List<String> refused = new ArrayList<>();
        List<String> others = new ArrayList<>();
        for (Case each : Cases.everyOne()) {
            String outcome = String.valueOf(outcomes.get(each.name()));
            if (outcome.equals("RIGHT") && !each.refused()) {
                right++;
            } else if (outcome.startsWith("REFUSED")) {
                refused.add(each.name() + ": " + outcome);
            } else {
                others.add(each.name() + ": " + outcome);
            }
        }
        System.out.printf(
                "Corpus, %s on Java %s%s: %d right, %d refused by name, %d wrong or failed, of %d%n",
                serializer,
                Runtime.version().feature(),
                options.isEmpty() ? "" : " without deep access",
                right,
                refused.size(),
                others.size(),
                Cases.everyOne().size());
        return new Score(right, refused, others);
    }
}
