package io.processexecutor;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.ObjectInputStream;
import java.io.ObjectOutputStream;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class WorkerExitTest {

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
                    0   | System.exit(0)
                    1   | a crash of the JVM
                    3   | running out of memory
                    129 | SIGHUP
                    130 | SIGINT
                    134 | SIGABRT
                    135 | SIGBUS
                    137 | SIGKILL
                    139 | SIGSEGV
                    143 | SIGTERM
                    152 | signal 24
                    """)
    void anExitCodeThatMeansSomethingIsPutInWords(int code, String words) {
        assertThat(exit(code).describe()).startsWith("exit code " + code + " (").contains(words);
    }

    @ParameterizedTest
    @CsvSource({"42", "128", "160", "255", "-1", "2"})
    void anExitCodeThatMeansNothingIsANumber(int code) {
        assertThat(exit(code).describe()).isEqualTo("exit code " + code);
    }

    @Test
    void whatTheExecutorDidItselfNeedsNoGuess() {
        assertThat(exit(137, WorkerExit.Reason.CANCELLED, null).describe())
                .isEqualTo("exit code 137 (killed by SIGKILL)");
        assertThat(exit(0, WorkerExit.Reason.IDLE, null).describe()).isEqualTo("exit code 0");
        assertThat(exit(0, WorkerExit.Reason.SHUTDOWN, null).describe()).isEqualTo("exit code 0");
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
                    CANCELLED | 143 | interrupts
                    TIMED_OUT | 137 | interrupts
                    UNHEALTHY | 0   | max heap
                    HUNG      | 137 | stopped
                    IDLE      | 0   | Nothing
                    RECYCLED  | 0   | Nothing
                    CRASHED   | 143 | who sent it that signal
                    CRASHED   | 3   | max heap
                    """)
    void theAdviceIsOnWhyItEnded(WorkerExit.Reason reason, int code, String words) {
        WorkerExit exit = new WorkerExit(
                3, 4242, reason, code, Duration.ofMillis(1500), List.of(), null, null, WorkerVitals.UNKNOWN);
        assertThat(exit.advice()).contains(words);
    }

    @Test
    void evidenceReplacesAGuess() {
        assertThat(exit(137, WorkerExit.Reason.CRASHED, "by the kernel").describe())
                .isEqualTo("exit code 137 (killed by SIGKILL, by the kernel)");
        assertThat(exit(137).describe()).contains("probably");
    }

    @Test
    void anExitCodeThatIsNotKnownIsNotInvented() {
        WorkerExit exit = exit(null);
        assertThat(exit.describe()).isEqualTo("exit code unknown");
        assertThat(exit.exitCode()).isEmpty();
    }

    @Test
    void itsTextSaysWhoWhyAndHowLong() {
        assertThat(exit(137).toString())
                .contains("worker 3")
                .contains("pid 4242")
                .contains("CRASHED")
                .contains("137")
                .contains("PT1.5S");
    }

    @Test
    void itTravelsWithTheExceptionThatHoldsIt() throws Exception {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (ObjectOutputStream out = new ObjectOutputStream(bytes)) {
            out.writeObject(new WorkerCrashedException("it died", exit(137)));
        }
        try (ObjectInputStream in = new ObjectInputStream(new ByteArrayInputStream(bytes.toByteArray()))) {
            WorkerExit exit = ((WorkerCrashedException) in.readObject()).exit();
            assertThat(exit.exitCode()).hasValue(137);
            assertThat(exit.lastOutput()).containsExactly("one", "two");
            assertThat(exit.crashReport()).contains("/tmp/hs_err_pid4242.log");
        }
    }

    private static WorkerExit exit(@Nullable Integer code) {
        return exit(code, WorkerExit.Reason.CRASHED, null);
    }

    private static WorkerExit exit(@Nullable Integer code, WorkerExit.Reason reason, @Nullable String evidence) {
        return new WorkerExit(
                3,
                4242,
                reason,
                code,
                Duration.ofMillis(1500),
                List.of("one", "two"),
                "/tmp/hs_err_pid4242.log",
                evidence,
                WorkerVitals.UNKNOWN);
    }
}
