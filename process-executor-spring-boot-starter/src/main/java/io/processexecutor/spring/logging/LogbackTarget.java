package io.processexecutor.spring.logging;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.classic.spi.IThrowableProxy;
import ch.qos.logback.classic.spi.LoggingEvent;
import io.processexecutor.internal.logging.LogTarget;
import io.processexecutor.internal.protocol.LogEvent;
import io.processexecutor.internal.protocol.ThrowableCopy;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.slf4j.ILoggerFactory;
import org.slf4j.LoggerFactory;

/** In the application: Logback, where SLF4J logs with it. */
public final class LogbackTarget implements LogTarget {

    static final String NAME = "logback";

    /** Made by the service loader. */
    public LogbackTarget() {}

    @Override
    public String system() {
        return NAME;
    }

    @Override
    public boolean isInUse() {
        return LoggerFactory.getILoggerFactory() instanceof LoggerContext;
    }

    @Override
    public Map<String, Integer> levels() {
        Map<String, Integer> levels = new HashMap<>();
        if (LoggerFactory.getILoggerFactory() instanceof LoggerContext context) {
            for (Logger logger : context.getLoggerList()) {
                Level level = logger.getLevel();
                if (level != null) {
                    levels.put(nameOf(logger), severity(level));
                }
            }
        }
        return levels;
    }

    @Override
    public void log(LogEvent event) {
        ILoggerFactory factory = LoggerFactory.getILoggerFactory();
        if (!(factory instanceof LoggerContext context)) {
            return;
        }
        String name = event.logger();
        Logger logger = context.getLogger(name.isEmpty() ? org.slf4j.Logger.ROOT_LOGGER_NAME : name);
        Level level = level(event.severity());
        if (!logger.isEnabledFor(level)) {
            return;
        }
        ThrowableCopy throwable = event.throwable();
        IThrowableProxy proxy = throwable == null ? null : new RemoteThrowableProxy(throwable, null);
        // Boot's own pattern fails on one that was not made for a logger.
        LoggingEvent copy =
                new LoggingEvent(LogbackTarget.class.getName(), logger, level, event.message(), null, null) {
                    @Override
                    public @Nullable IThrowableProxy getThrowableProxy() {
                        return proxy;
                    }
                };
        copy.setThreadName(event.thread());
        copy.setInstant(event.time());
        copy.setMDCPropertyMap(event.mdc());
        // Else it would be looked for on the stack of this thread.
        copy.setCallerData(new StackTraceElement[0]);
        logger.callAppenders(copy);
    }

    static String nameOf(Logger logger) {
        return logger.getName().equals(org.slf4j.Logger.ROOT_LOGGER_NAME) ? "" : logger.getName();
    }

    static int severity(Level level) {
        return switch (level.toInt()) {
            case Level.OFF_INT -> System.Logger.Level.OFF.getSeverity();
            case Level.ERROR_INT -> System.Logger.Level.ERROR.getSeverity();
            case Level.WARN_INT -> System.Logger.Level.WARNING.getSeverity();
            case Level.INFO_INT -> System.Logger.Level.INFO.getSeverity();
            case Level.DEBUG_INT -> System.Logger.Level.DEBUG.getSeverity();
            case Level.TRACE_INT -> System.Logger.Level.TRACE.getSeverity();
            default -> System.Logger.Level.ALL.getSeverity();
        };
    }

    /** What is between two levels is the lower one, as a level of {@code java.util.logging} may be. */
    static Level level(int severity) {
        if (severity == System.Logger.Level.OFF.getSeverity()) {
            return Level.OFF;
        } else if (severity >= System.Logger.Level.ERROR.getSeverity()) {
            return Level.ERROR;
        } else if (severity >= System.Logger.Level.WARNING.getSeverity()) {
            return Level.WARN;
        } else if (severity >= System.Logger.Level.INFO.getSeverity()) {
            return Level.INFO;
        } else if (severity >= System.Logger.Level.DEBUG.getSeverity()) {
            return Level.DEBUG;
        }
        return Level.TRACE;
    }
}
