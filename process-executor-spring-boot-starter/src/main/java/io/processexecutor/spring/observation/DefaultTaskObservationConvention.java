package io.processexecutor.spring.observation;

import io.micrometer.common.KeyValue;
import io.micrometer.common.KeyValues;
import io.processexecutor.TaskTimeoutException;
import io.processexecutor.event.TaskCompleted;
import java.util.Locale;
import java.util.concurrent.CancellationException;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;

/**
 * The name {@code processexecutor.execution}, the contextual name {@code task} with the label of the task; of low cardinality
 * {@code pool} and {@code outcome}, as the meters have them and {@code unknown} until the task is done, and of high cardinality
 * {@code task.label}, {@code task.id} and {@code worker.pid}, as far as there are such.
 */
public class DefaultTaskObservationConvention implements TaskObservationConvention {

    /** Creates it. */
    public DefaultTaskObservationConvention() {}

    @Override
    public String getName() {
        return "processexecutor.execution";
    }

    @Override
    public String getContextualName(TaskObservationContext context) {
        return context.getLabel().map(label -> "task " + label).orElse("task");
    }

    @Override
    public KeyValues getLowCardinalityKeyValues(TaskObservationContext context) {
        return KeyValues.of("pool", context.getPool(), "outcome", outcome(context));
    }

    @Override
    public KeyValues getHighCardinalityKeyValues(TaskObservationContext context) {
        KeyValues values = KeyValues.empty();
        if (context.getLabel().isPresent()) {
            values = values.and(KeyValue.of("task.label", context.getLabel().get()));
        }
        TaskCompleted completed = context.getCompleted().orElse(null);
        if (completed != null && completed.workerPid() != 0) {
            values = values.and(
                    "task.id", Long.toString(completed.taskId()), "worker.pid", Long.toString(completed.workerPid()));
        }
        return values;
    }

    /** As the meters have it: what the executor decided, unless the future was completed from outside. */
    private static String outcome(TaskObservationContext context) {
        if (!context.isDone()) {
            return "unknown";
        }
        return context.getCompleted()
                .map(completed -> completed.outcome().name().toLowerCase(Locale.ROOT))
                .orElseGet(() -> undecided(context.getError()));
    }

    private static String undecided(@Nullable Throwable failure) {
        if (failure instanceof CancellationException || failure instanceof TimeoutException) {
            return "cancelled";
        }
        if (failure instanceof RejectedExecutionException) {
            return "rejected";
        }
        if (failure instanceof TaskTimeoutException) {
            return "timeout";
        }
        return failure == null ? "success" : "error";
    }
}
