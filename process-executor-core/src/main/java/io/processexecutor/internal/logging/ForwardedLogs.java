package io.processexecutor.internal.logging;

import io.processexecutor.internal.protocol.LogEvent;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executor;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * In a worker: what logging systems there forward to, and which levels are in force in the parent. A logging system comes
 * here by itself when it is first used, so that one that never is costs nothing.
 *
 * <p>A logging system has locks of its own, and may come here while it holds them. So none is held here, and levels are
 * set on a thread that nobody waits for.
 */
public final class ForwardedLogs {

    /** Whatever the way to the parent logs itself must not go that way again. */
    private static final ThreadLocal<@Nullable Boolean> FORWARDING = new ThreadLocal<>();

    private static final Map<String, Consumer<Map<String, Integer>>> ATTACHED = new ConcurrentHashMap<>();

    private static volatile Map<String, Map<String, Integer>> levels = Map.of();
    private static volatile @Nullable Executor setting;
    private static volatile @Nullable Consumer<LogEvent> parent;

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
     * Begins.
     *
     * @param sink takes what is logged
     * @param now the severity of each logger that has one of its own, by logging system
     * @param thread sets them when they change
     * @return what must be done before all that is logged is forwarded, on the thread; empty if that is so already
     */
    public static Optional<Runnable> open(
            Consumer<LogEvent> sink, Map<String, Map<String, Integer>> now, Executor thread) {
        levels = now;
        setting = thread;
        parent = sink;
        return JulForwarding.Configuration.prepare();
    }

    /**
     * Goes on with other levels.
     *
     * @param now the severity of each logger that has one of its own, by logging system
     */
    public static void change(Map<String, Map<String, Integer>> now) {
        levels = now;
        onItsThread(() -> ATTACHED.keySet().forEach(ForwardedLogs::set));
    }

    /**
     * Which levels are in force.
     *
     * @param system the name of a logging system
     * @return the severity of each of its loggers that has one of its own
     */
    public static Map<String, Integer> levels(String system) {
        Map<String, Integer> its = levels.get(system);
        return its == null ? Map.of() : its;
    }

    /**
     * A logging system is in use.
     *
     * @param system its name
     * @param known the levels it has set
     * @param setter sets the severities of its loggers; called whenever they change, by one thread at a time
     */
    public static void attach(String system, Map<String, Integer> known, Consumer<Map<String, Integer>> setter) {
        ATTACHED.put(system, setter);
        if (!levels(system).equals(known)) {
            onItsThread(() -> set(system));
        }
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

    private static void onItsThread(Runnable work) {
        Executor thread = setting;
        if (thread == null) {
            work.run();
        } else {
            thread.execute(work);
        }
    }

    private static void set(String system) {
        Consumer<Map<String, Integer>> setter = ATTACHED.get(system);
        if (setter != null) {
            setter.accept(levels(system));
        }
    }
}
