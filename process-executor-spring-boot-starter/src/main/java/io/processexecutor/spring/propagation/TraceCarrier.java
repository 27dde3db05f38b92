package io.processexecutor.spring.propagation;

import io.micrometer.tracing.Span;
import io.micrometer.tracing.Tracer;
import io.micrometer.tracing.propagation.Propagator;
import io.processexecutor.ContextCarrier;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.slf4j.MDC;

/**
 * Carries the current span as the headers that would go with a remote call, such as {@code traceparent}. In the worker
 * they stand in the mapped diagnostic context, for log lines and for calls that the task makes.
 */
public final class TraceCarrier implements ContextCarrier {

    private final Tracer tracer;
    private final Propagator propagator;

    /**
     * Creates one.
     *
     * @param tracer tells the current span
     * @param propagator writes it as headers
     */
    public TraceCarrier(Tracer tracer, Propagator propagator) {
        this.tracer = tracer;
        this.propagator = propagator;
    }

    @Override
    public @Nullable Snapshot capture() {
        HashMap<String, String> headers = new HashMap<>();
        Span span = tracer.currentSpan();
        if (span != null) {
            propagator.inject(span.context(), null, (unused, name, value) -> headers.put(name, value));
        } else {
            takeOn(headers);
        }
        return headers.isEmpty() ? null : new Headers(headers);
    }

    /** A dispatcher has no span of its own, only what was carried to it. */
    private void takeOn(Map<String, String> headers) {
        for (String name : propagator.fields()) {
            String value = MDC.get(name);
            if (value != null) {
                headers.put(name, value);
            }
        }
    }

    private record Headers(HashMap<String, String> headers) implements Snapshot {

        @Override
        public Scope restore() {
            headers.forEach(MDC::put);
            return () -> headers.keySet().forEach(MDC::remove);
        }
    }
}
