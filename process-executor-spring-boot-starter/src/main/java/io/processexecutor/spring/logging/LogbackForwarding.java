package io.processexecutor.spring.logging;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.classic.spi.Configurator;
import ch.qos.logback.classic.spi.ConfiguratorRank;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.classic.spi.IThrowableProxy;
import ch.qos.logback.classic.spi.ThrowableProxy;
import ch.qos.logback.core.UnsynchronizedAppenderBase;
import ch.qos.logback.core.spi.ContextAwareBase;
import io.processexecutor.internal.logging.ForwardedLogs;
import io.processexecutor.internal.protocol.LogEvent;
import io.processexecutor.internal.protocol.ThrowableCopy;
import java.util.HashMap;
import java.util.Map;

/**
 * In a worker: what Logback is configured with when it is first used. All goes to the parent, at the parent's levels, and
 * nothing else is done with it there. Anywhere else it leaves Logback to its other configurators.
 */
@ConfiguratorRank(Integer.MAX_VALUE)
public final class LogbackForwarding extends ContextAwareBase implements Configurator {

    /** Made by Logback. */
    public LogbackForwarding() {}

    @Override
    public ExecutionStatus configure(LoggerContext context) {
        if (!ForwardedLogs.isOn()) {
            return ExecutionStatus.INVOKE_NEXT_IF_ANY;
        }
        Logger root = context.getLogger(org.slf4j.Logger.ROOT_LOGGER_NAME);
        root.setLevel(Level.INFO);
        Forwarder forwarder = new Forwarder();
        forwarder.setContext(context);
        forwarder.setName("process-executor");
        forwarder.start();
        root.addAppender(forwarder);
        Map<String, Integer> severities = ForwardedLogs.levels(LogbackTarget.NAME);
        set(context, severities);
        ForwardedLogs.attach(LogbackTarget.NAME, severities, levels -> set(context, levels));
        return ExecutionStatus.DO_NOT_INVOKE_NEXT_IF_ANY;
    }

    private static void set(LoggerContext context, Map<String, Integer> severities) {
        for (Logger logger : context.getLoggerList()) {
            if (logger.getLevel() != null && !severities.containsKey(LogbackTarget.nameOf(logger))) {
                logger.setLevel(logger.getName().equals(org.slf4j.Logger.ROOT_LOGGER_NAME) ? Level.INFO : null);
            }
        }
        severities.forEach(
                (name, severity) -> context.getLogger(name.isEmpty() ? org.slf4j.Logger.ROOT_LOGGER_NAME : name)
                        .setLevel(LogbackTarget.level(severity)));
    }

    private static final class Forwarder extends UnsynchronizedAppenderBase<ILoggingEvent> {

        @Override
        protected void append(ILoggingEvent logged) {
            Map<String, String> mdc = new HashMap<>();
            logged.getMDCPropertyMap().forEach((key, value) -> {
                if (key != null && value != null) {
                    mdc.put(key, ThrowableCopy.cut(value));
                }
            });
            IThrowableProxy thrown = logged.getThrowableProxy();
            ForwardedLogs.forward(new LogEvent(
                    LogbackTarget.NAME,
                    logged.getLoggerName(),
                    LogbackTarget.severity(logged.getLevel()),
                    ThrowableCopy.cut(logged.getFormattedMessage()),
                    logged.getThreadName(),
                    logged.getInstant(),
                    mdc,
                    thrown instanceof ThrowableProxy proxy ? ThrowableCopy.of(proxy.getThrowable()) : null));
        }
    }
}
