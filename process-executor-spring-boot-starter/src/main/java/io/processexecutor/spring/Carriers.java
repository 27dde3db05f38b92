package io.processexecutor.spring;

import io.processexecutor.ContextCarrier;
import io.processexecutor.ContextCarrier.Snapshot;
import io.processexecutor.internal.protocol.CarriedContext;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;

/** Takes context from the caller's thread to a dispatcher; from there the executor behind takes it on. */
record Carriers(List<ContextCarrier> carriers) {

    /** To be called on the caller's thread. */
    <T extends @Nullable Object> Callable<T> carrying(Callable<T> task) {
        List<Snapshot> captured = new ArrayList<>();
        for (ContextCarrier each : carriers) {
            Snapshot snapshot = each.capture();
            if (snapshot != null) {
                captured.add(snapshot);
            }
        }
        return captured.isEmpty() ? task : () -> new CarriedContext(captured).around(task);
    }
}
