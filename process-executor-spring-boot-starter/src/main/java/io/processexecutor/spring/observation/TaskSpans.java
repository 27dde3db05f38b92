package io.processexecutor.spring.observation;

import io.micrometer.observation.Observation;
import io.micrometer.observation.ObservationHandler;
import io.micrometer.tracing.Span;
import io.micrometer.tracing.TraceContext;
import io.micrometer.tracing.Tracer;
import io.micrometer.tracing.handler.TracingObservationHandler.TracingContext;
import io.processexecutor.event.Serialization;
import io.processexecutor.event.TaskCompleted;
import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Shows in the trace of a task, below its span, where its time went: a span {@code queue} until a worker got it and a span
 * {@code run} in that worker, which is what the worker says of it. A worker exports no spans of its own.
 */
public final class TaskSpans implements ObservationHandler<TaskObservationContext> {

    private final Tracer tracer;

    /**
     * Creates it.
     *
     * @param tracer makes the spans
     */
    public TaskSpans(Tracer tracer) {
        this.tracer = tracer;
    }

    @Override
    public boolean supportsContext(Observation.Context context) {
        return context instanceof TaskObservationContext;
    }

    @Override
    public void onStop(TaskObservationContext context) {
        TracingContext tracing = context.get(TracingContext.class);
        Span parent = tracing == null ? null : tracing.getSpan();
        TaskCompleted completed = context.getCompleted().orElse(null);
        if (parent == null || completed == null) {
            return;
        }
        Instant submitted = Instant.now().minus(completed.total());
        Instant got = submitted.plus(completed.queued());
        span(parent.context(), "queue", submitted).end(micros(got), TimeUnit.MICROSECONDS);
        if (completed.workerPid() == 0) {
            return;
        }
        Duration inWorker = inWorker(completed);
        boolean replied = !inWorker.isZero();
        // The way there takes about as long as the way back.
        Instant began = replied ? got.plus(completed.transferred().dividedBy(2)) : got;
        Instant ended = replied ? began.plus(inWorker) : submitted.plus(completed.total());
        Span run = span(parent.context(), "run", began).tag("worker.pid", completed.workerPid());
        fail(run, context.getError());
        run.end(micros(ended), TimeUnit.MICROSECONDS);
    }

    private static Duration inWorker(TaskCompleted completed) {
        return completed.serializations().stream()
                .filter(each -> each.side() == Serialization.Side.WORKER)
                .map(Serialization::time)
                .reduce(completed.ran(), Duration::plus);
    }

    private Span span(TraceContext parent, String name, Instant from) {
        return tracer.spanBuilder()
                .setParent(parent)
                .name(name)
                .startTimestamp(micros(from), TimeUnit.MICROSECONDS)
                .start();
    }

    private static void fail(Span span, @Nullable Throwable failure) {
        if (failure != null) {
            Span unused = span.error(failure);
        }
    }

    private static long micros(Instant instant) {
        return TimeUnit.SECONDS.toMicros(instant.getEpochSecond()) + TimeUnit.NANOSECONDS.toMicros(instant.getNano());
    }
}
