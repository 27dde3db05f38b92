package io.processexecutor.pool;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.slf4j.LoggerFactory;

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
    void s113WhereMemoryAllowsFewerThanProcessorsOneWarningNamesTheNumbers() {
        Logger logger = (Logger) LoggerFactory.getLogger(WorkerCount.class);
        ListAppender<ILoggingEvent> log = new ListAppender<>();
        log.start();
        logger.addAppender(log);
        try {
            WorkerCount count = new WorkerCount();
            assertThat(count.forThisMachine("reports", 1L << 60)).isEqualTo(1);
            assertThat(count.forThisMachine("reports", 1L << 60)).isEqualTo(1);
        } finally {
            logger.detachAppender(log);
        }
        assumeTrue(Runtime.getRuntime().availableProcessors() > 1, "one is no fewer than one");
        assertThat(log.list).singleElement().satisfies(event -> {
            assertThat(event.getLevel()).isEqualTo(Level.WARN);
            assertThat(event.getFormattedMessage())
                    .startsWith("reports - Workers: 1 in place of "
                            + Runtime.getRuntime().availableProcessors() + ", one a processor")
                    .contains("a heap of " + (1L << 40) + " MB, and ")
                    .containsPattern("and \\d+ MB are left")
                    .contains("Set the number of workers");
        });
    }

    @Test
    void onThisMachineThereIsAtLeastOne() {
        assertThat(new WorkerCount().forThisMachine("test", 1 << 24))
                .isBetween(1, Runtime.getRuntime().availableProcessors());
    }
}
