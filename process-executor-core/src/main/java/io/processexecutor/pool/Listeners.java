package io.processexecutor.pool;

import io.processexecutor.ProcessExecutorListener;
import java.util.List;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The listeners of one executor. What one of them throws reaches neither the others nor the executor. */
final class Listeners {

    private static final Logger log = LoggerFactory.getLogger(Listeners.class);

    private final List<ProcessExecutorListener> listeners;

    Listeners(List<ProcessExecutorListener> listeners) {
        this.listeners = listeners;
    }

    boolean isEmpty() {
        return listeners.isEmpty();
    }

    void tell(Consumer<ProcessExecutorListener> event) {
        for (ProcessExecutorListener listener : listeners) {
            try {
                event.accept(listener);
            } catch (Throwable e) {
                log.warn("The listener {} threw", listener.getClass().getName(), e);
            }
        }
    }
}
