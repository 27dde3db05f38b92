package io.processexecutor.serialization.corpus;

import static org.assertj.core.api.Assertions.assertThat;

import io.processexecutor.serialization.OtherJvm;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Every case is written in one JVM and probed in another. A wrong value is never acceptable, a refusal only by name. */
class CorpusTests {

    @TempDir
    Path directory;

    @ParameterizedTest
    @ValueSource(strings = {"closure", "kryo"})
    void everythingArrivesRightOrIsRefusedByName(String serializer) throws Exception {
        Map<String, String> outcomes = new LinkedHashMap<>();
        for (String half : List.of("encode", "probe")) {
            OtherJvm jvm = OtherJvm.run(List.of(), CorpusMain.class, half, serializer, directory.toString());
            assertThat(jvm.err()).as("stderr of " + half).isEmpty();
            for (String line : Files.readAllLines(directory.resolve(half + ".txt"))) {
                int cut = line.lastIndexOf(" | ");
                outcomes.put(line.substring(cut + 3), line.substring(0, cut));
            }
        }
        List<String> unexpected = new ArrayList<>();
        int right = 0;
        int refused = 0;
        for (Case each : Cases.everyOne()) {
            String outcome = String.valueOf(outcomes.get(each.name()));
            boolean closureInData = serializer.equals("kryo") && outcome.contains("stands inside data");
            if (outcome.equals("RIGHT") && !each.refused()) {
                right++;
            } else if (outcome.startsWith("REFUSED") && (each.refused() || closureInData)) {
                refused++;
            } else {
                unexpected.add(each.name() + ": " + outcome);
            }
        }
        System.out.printf(
                "Corpus, %s on Java %s: %d right, %d refused by name, %d not as they should be, of %d%n",
                serializer,
                Runtime.version().feature(),
                right,
                refused,
                unexpected.size(),
                Cases.everyOne().size());
        assertThat(unexpected).isEmpty();
    }
}
