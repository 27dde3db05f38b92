package io.processexecutor.pool;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class WorkerCountTest {

    @ParameterizedTest
    @CsvSource({
        "8, 64, 1, 8",
        "8, 8, 1, 4",
        "8, 7, 1, 3",
        "8, 1, 1, 1",
        "8, 0, 1, 1",
        "8, -5, 1, 1",
        "1, 64, 1, 1",
        "128, 16000000, 1, 128",
    })
    void s113ThereIsOneAProcessorUnlessHalfTheMemoryThatIsLeftIsLess(
            int processors, long left, long heap, int expected) {
        assertThat(WorkerCount.bound(processors, left << 30, heap << 30)).isEqualTo(expected);
    }

    @Test
    void onThisMachineThereIsAtLeastOne() {
        assertThat(WorkerCount.forThisMachine("test", 1L << 60)).isEqualTo(1);
        assertThat(WorkerCount.forThisMachine("test", 1 << 24))
                .isBetween(1, Runtime.getRuntime().availableProcessors());
    }
}
