package io.processexecutor.spring.observation;

import static org.assertj.core.api.Assertions.assertThat;

import io.micrometer.common.KeyValue;
import io.processexecutor.event.TaskCompleted;
import io.processexecutor.event.TaskCompleted.Outcome;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CancellationException;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeoutException;
import org.junit.jupiter.api.Test;

/** An observation has the outcome that the meters have. */
class OutcomeTests {

    private static KeyValue outcome(Throwable failure, Outcome decided) {
        TaskObservationContext context = new TaskObservationContext("pool", Optional.empty());
        if (failure != null) {
            context.setError(failure);
        }
        if (decided != null) {
            context.setCompleted(new TaskCompleted(
                    1,
                    Optional.empty(),
                    decided,
                    0,
                    Duration.ZERO,
                    Duration.ZERO,
                    Duration.ZERO,
                    Duration.ZERO,
                    List.of()));
        }
        context.setDone();
        return outcome(context);
    }

    private static KeyValue outcome(TaskObservationContext context) {
        return new DefaultTaskObservationConvention()
                .getLowCardinalityKeyValues(context).stream()
                        .filter(each -> each.getKey().equals("outcome"))
                        .findFirst()
                        .orElseThrow();
    }

    @Test
    void whatTheExecutorDecidedCounts() {
        assertThat(outcome(new CancellationException("thrown by the task"), Outcome.ERROR)
                        .getValue())
                .isEqualTo("error");
        assertThat(outcome(null, Outcome.SUCCESS).getValue()).isEqualTo("success");
        assertThat(outcome(new IllegalStateException(), Outcome.CRASHED).getValue())
                .isEqualTo("crashed");
    }

    @Test
    void nothingIsSaidOfATaskThatIsNotDone() {
        TaskObservationContext context = new TaskObservationContext("pool", Optional.empty());
        assertThat(outcome(context).getValue()).isEqualTo("unknown");
        context.setError(new IllegalStateException("of the first try"));
        assertThat(outcome(context).getValue()).isEqualTo("unknown");
    }

    @Test
    void aFutureThatWasCompletedFromOutsideIsThatOfACancelledTask() {
        assertThat(outcome(new CancellationException(), null).getValue()).isEqualTo("cancelled");
        assertThat(outcome(new TimeoutException("by orTimeout"), null).getValue())
                .isEqualTo("cancelled");
        assertThat(outcome(new RejectedExecutionException(), null).getValue()).isEqualTo("rejected");
    }
}
