package io.processexecutor.internal.os;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class OomKillsTest {

    @TempDir
    Path root;

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
                    0::/a/b                | a/b/memory.events
                    0::/not/seen/from/here | memory.events
                    0::/                   | memory.events
                    4:memory:/a            | memory/a/memory.oom_control
                    7:cpu,memory:/outside  | memory/memory.oom_control
                    """)
    void strikesAreCountedFromTheStartInEitherVersionOfControlGroups(String group, String file) throws Exception {
        Path events = root.resolve(file);
        Files.createDirectories(events.getParent());
        Files.writeString(events, "oom 9\noom_kill 3\noom_group_kill 7\n");
        OomKills kills = OomKills.from(root, List.of("9:cpu:/a", group));
        assertThat(kills.count()).hasValue(0);
        Files.writeString(events, "oom 9\noom_kill 5\n");
        assertThat(kills.count()).hasValue(2);
    }

    @Test
    void whatTheSystemDoesNotTellIsNotInvented() throws Exception {
        assertThat(OomKills.from(root, List.of("0::/", "garbage", "")).count()).isEmpty();
        assertThat(OomKills.from(root, List.of()).count()).isEmpty();
        assertThat(OomKills.from(1L << 40).count()).isEmpty();
        Files.writeString(root.resolve("memory.events"), "oom_kill many\n");
        assertThat(OomKills.from(root, List.of("0::/")).count()).isEmpty();
    }
}
