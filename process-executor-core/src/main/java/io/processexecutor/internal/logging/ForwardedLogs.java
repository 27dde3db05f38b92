package io.processexecutor.internal.logging;

import io.processexecutor.internal.protocol.LogEvent;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * In a worker: what logging systems there forward to, and which levels are in force in the parent. A logging system comes
 * here by itself when it is first used, so that one that never is costs nothing.
 */
public final class ForwardedLogs {

    /** Whatever the way to the parent logs itself must not go that way again. */
    private static final ThreadLocal<@Nullable Boolean> FORWARDING = new ThreadLocal<>();

    private static final Map<String, Consumer<Map<String, Integer>>> ATTACHED = new ConcurrentHashMap<>();

    private static volatile @Nullable Consumer<LogEvent> parent;
    private static Map<String, Map<String, Integer>> levels = Map.of();

    private ForwardedLogs() {}

    /**
     * Tells whether there is a parent that wants to have what is logged.
     *
     * @return true in a worker, unless it is switched off
     */
    public static boolean isOn() {
        return parent != null;
    }

    /**
     * Begins, or goes on with other levels.
     *
     * @param sink takes what is logged
     * @param now the severity of each logger that has one of its own, by logging system
     */
    public static synchronized void open(Consumer<LogEvent> sink, Map<String, Map<String, Integer>> now) {
        boolean first = parent == null;
        levels = now;
        parent = sink;
        if (first) {
            JulForwarding.prepare();
        }
        ATTACHED.forEach((system, setter) -> setter.accept(of(system)));
    }

    /**
     * A logging system is in use.
     *
     * @param system its name
     * @param setter sets the severities of its loggers; called whenever they change from now on
     * @return the severities now
     */
    public static synchronized Map<String, Integer> attach(String system, Consumer<Map<String, Integer>> setter) {
        ATTACHED.put(system, setter);
        return of(system);
    }

    /**
     * Forwards an event.
     *
     * @param event what was logged
     */
    public static void forward(LogEvent event) {
        Consumer<LogEvent> sink = parent;
        if (sink == null || FORWARDING.get() != null) {
            return;
        }
        FORWARDING.set(true);
        try {
            sink.accept(event);
        } finally {
            FORWARDING.remove();
        }
    }

    private static Map<String, Integer> of(String system) {
        return levels.getOrDefault(system, Map.of());
    }
}
