package io.processexecutor.pool;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatNullPointerException;

import io.processexecutor.TaskOptions;
import io.processexecutor.pool.ProcessPoolExecutor.Builder;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

@Timeout(180)
class BuilderTest {

    static Stream<Arguments> badValues() {
        return Stream.of(
                bad("name", "''", builder -> builder.name("")),
                bad("name", "'a b'", builder -> builder.name("a b")),
                bad("name", "'../x'", builder -> builder.name("../x")),
                bad("workers", "0", builder -> builder.workers(0)),
                bad("workers", "-3", builder -> builder.workers(-3)),
                bad("minWorkers", "-1", builder -> builder.minWorkers(-1)),
                bad(
                        "minWorkers",
                        "3",
                        builder -> builder.workers(2).minWorkers(3).build()),
                bad("queueCapacity", "-1", builder -> builder.queueCapacity(-1)),
                bad("maxHeapBytes", "16777215", builder -> builder.maxHeapBytes((16 << 20) - 1)),
                bad("maxHeapBytes", "-1", builder -> builder.maxHeapBytes(-1)),
                bad("startTimeout", "PT0S", builder -> builder.startTimeout(Duration.ZERO)),
                bad("idleTimeout", "PT-1S", builder -> builder.idleTimeout(Duration.ofSeconds(-1))),
                bad("cancelGrace", "PT-1S", builder -> builder.cancelGrace(Duration.ofSeconds(-1))),
                bad("shutdownGrace", "PT-1S", builder -> builder.shutdownGrace(Duration.ofSeconds(-1))),
                bad("taskTimeout", "PT0S", builder -> builder.taskTimeout(Duration.ZERO)),
                bad("queueTimeout", "PT0S", builder -> builder.queueTimeout(Duration.ZERO)));
    }

    @ParameterizedTest(name = "{0} {1}")
    @MethodSource("badValues")
    void aBadValueIsRefusedByTheNameOfItsSettingAndItself(String setting, String value, Consumer<Builder> setter) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> setter.accept(ProcessPoolExecutor.builder()))
                .withMessageStartingWith(setting + " must")
                .withMessageEndingWith("was " + value);
    }

    @Test
    void nullIsRefusedByName() {
        Builder builder = ProcessPoolExecutor.builder();
        assertThatNullPointerException()
                .isThrownBy(() -> builder.serializer(null))
                .withMessage("serializer");
        assertThatNullPointerException()
                .isThrownBy(() -> builder.listener(null))
                .withMessage("listener");
        assertThatNullPointerException()
                .isThrownBy(() -> builder.classLoader(null))
                .withMessage("classLoader");
    }

    @Test
    void forEverIsADurationLikeAnyOther() throws Exception {
        Duration forEver = Duration.ofSeconds(Long.MAX_VALUE);
        try (ProcessPoolExecutor executor = ProcessPoolExecutor.builder()
                .workers(1)
                .maxHeapBytes(64 << 20)
                .startTimeout(forEver)
                .idleTimeout(forEver)
                .cancelGrace(forEver)
                .shutdownGrace(forEver)
                .taskTimeout(forEver)
                .queueTimeout(forEver)
                .build()) {
            assertThat(executor.submit(() -> 1).get(30, TimeUnit.SECONDS)).isEqualTo(1);
            TaskOptions options = TaskOptions.defaults().timeout(forEver).queueTimeout(forEver);
            assertThat(executor.with(options).submit(() -> 2).get(30, TimeUnit.SECONDS))
                    .isEqualTo(2);
        }
    }

    /** The reference nests pools up to a depth; here a worker has none, so that there is no depth to go wrong. */
    @Test
    void s98AWorkerBuildsNoPoolOfItsOwn() {
        try (ProcessPoolExecutor executor =
                ProcessPoolExecutor.builder().workers(1).maxHeapBytes(64 << 20).build()) {
            assertThat(executor.submit(() -> {
                        ProcessPoolExecutor.builder().build();
                        return "built";
                    }))
                    .failsWithin(Duration.ofSeconds(30))
                    .withThrowableThat()
                    .withCauseInstanceOf(IllegalStateException.class)
                    .withMessageContaining("run the work in place");
            assertThat(executor.submit(() -> 42).join()).isEqualTo(42);
        }
    }

    @Test
    void oneBuilderBuildsSeveralExecutors() {
        Builder builder = ProcessPoolExecutor.builder().workers(1).jvmArgs(List.of("-ea"));
        try (ProcessPoolExecutor one = builder.build();
                ProcessPoolExecutor other = builder.name("other").build()) {
            assertThat(one.toString()).contains("process-executor (");
            assertThat(other.toString()).contains("other (").contains("max=1");
        }
    }

    private static Arguments bad(String setting, String value, Consumer<Builder> setter) {
        return Arguments.of(setting, value, setter);
    }
}
