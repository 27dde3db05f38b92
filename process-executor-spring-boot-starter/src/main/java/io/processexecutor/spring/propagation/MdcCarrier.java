package io.processexecutor.spring.propagation;

import io.processexecutor.ContextCarrier;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.slf4j.MDC;

/** Carries the mapped diagnostic context, so that log lines of a task name the same request as those of its caller. */
public final class MdcCarrier implements ContextCarrier {

    /** Creates one. */
    public MdcCarrier() {}

    @Override
    public @Nullable Snapshot capture() {
        Map<String, String> context = MDC.getCopyOfContextMap();
        return context == null || context.isEmpty() ? null : new Entries(new HashMap<>(context));
    }

    private record Entries(HashMap<String, String> context) implements Snapshot {

        @Override
        public Scope restore() {
            Map<String, String> before = MDC.getCopyOfContextMap();
            context.forEach(MDC::put);
            return () -> {
                if (before == null) {
                    MDC.clear();
                } else {
                    MDC.setContextMap(before);
                }
            };
        }
    }
}
