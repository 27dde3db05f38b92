package io.processexecutor.internal.logging;

import io.processexecutor.internal.protocol.LogEvent;
import io.processexecutor.internal.protocol.ThrowableCopy;
import java.util.Collections;
import java.util.HashMap;
import java.util.Map;
import java.util.logging.Handler;
import java.util.logging.Level;
import java.util.logging.LogManager;
import java.util.logging.LogRecord;
import java.util.logging.Logger;
import org.slf4j.MDC;

/**
 * {@code java.util.logging}, which is always there. Its records have no room for what else belongs to an event, so handlers
 * find that in SLF4J's diagnostic context, the name of the thread included.
 */
final class JulTarget implements LogTarget {

    static final String NAME = "jul";

    private static final String THREAD = "processexecutor.thread";

    private static final String BRIDGE = "org.slf4j.bridge.SLF4JBridgeHandler";

    @Override
    public String system() {
        return NAME;
    }

    @Override
    public boolean isInUse() {
        return !isPassedOn();
    }

    /** Whether another logging system gets what is logged with this one. */
    static boolean isPassedOn() {
        for (Handler each : Logger.getLogger("").getHandlers()) {
            if (each.getClass().getName().equals(BRIDGE)) {
                return true;
            }
        }
        return false;
    }

    @Override
    public Map<String, Integer> levels() {
        Map<String, Integer> levels = new HashMap<>();
        LogManager manager = LogManager.getLogManager();
        for (String name : Collections.list(manager.getLoggerNames())) {
            Logger logger = manager.getLogger(name);
            Level level = logger == null ? null : logger.getLevel();
            if (level != null) {
                levels.put(name, level.intValue());
            }
        }
        return levels;
    }

    @Override
    public void log(LogEvent event) {
        Logger logger = Logger.getLogger(event.logger());
        LogRecord copy = new LogRecord(level(event.severity()), event.message());
        copy.setLoggerName(event.logger());
        copy.setInstant(event.time());
        // Else it would be looked for on the stack of this thread.
        copy.setSourceClassName(null);
        copy.setSourceMethodName(null);
        ThrowableCopy throwable = event.throwable();
        if (throwable != null) {
            copy.setThrown(new RemoteThrowable(throwable));
        }
        Map<String, String> before = MDC.getCopyOfContextMap();
        MDC.setContextMap(event.mdc());
        MDC.put(THREAD, event.thread());
        try {
            logger.log(copy);
        } finally {
            if (before == null) {
                MDC.clear();
            } else {
                MDC.setContextMap(before);
            }
        }
    }

    static Level level(int severity) {
        return Level.parse(Integer.toString(severity));
    }

    /** Prints as the one in the worker would, by the name of the class that it had there. */
    @SuppressWarnings("OverrideThrowableToString")
    private static final class RemoteThrowable extends Throwable {

        private static final long serialVersionUID = 1L;

        private final String headline;

        RemoteThrowable(ThrowableCopy copy) {
            super(copy.message(), copy.cause() == null ? null : new RemoteThrowable(copy.cause()));
            headline = copy.headline();
            setStackTrace(copy.stack().toArray(StackTraceElement[]::new));
            copy.suppressed().forEach(each -> addSuppressed(new RemoteThrowable(each)));
        }

        @Override
        public String toString() {
            return headline;
        }
    }
}
