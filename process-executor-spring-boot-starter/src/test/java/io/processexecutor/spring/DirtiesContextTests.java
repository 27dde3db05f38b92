package io.processexecutor.spring;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.Timeout;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.test.context.SpringBootTest;
import org.springframework.boot.test.context.SpringBootTest.WebEnvironment;
import org.springframework.test.annotation.DirtiesContext;
import org.springframework.test.annotation.DirtiesContext.ClassMode;

/** A context that tests throw away takes its workers along. */
@Timeout(300)
@SpringBootTest(
        classes = LifecycleTests.Application.class,
        webEnvironment = WebEnvironment.NONE,
        properties = {"process-executor.workers=1", "process-executor.worker.max-heap=64MB"})
@DirtiesContext(classMode = ClassMode.AFTER_EACH_TEST_METHOD)
class DirtiesContextTests {

    private static volatile long previous;

    @RepeatedTest(2)
    void eachContextHasItsOwnWorkerAndTheLastOneIsGone(@Autowired LifecycleTests.Calls calls) throws Exception {
        assertThat(Applications.isAlive(previous)).isFalse();
        long pid = calls.pid().get(60, TimeUnit.SECONDS);
        assertThat(pid).isNotIn(previous, Applications.here());
        previous = pid;
    }

    @AfterAll
    static void noneIsLeft() {
        assertThat(previous).isPositive();
        Applications.awaitDeath(previous);
    }
}
