package io.processexecutor.internal.logging;

import io.processexecutor.internal.protocol.LogEvent;
import io.processexecutor.internal.protocol.ThrowableCopy;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.Arrays;
import java.util.Map;
import java.util.Properties;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.logging.ConsoleHandler;
import java.util.logging.Handler;
import java.util.logging.Level;
import java.util.logging.LogManager;
import java.util.logging.LogRecord;
import java.util.logging.Logger;
import java.util.logging.SimpleFormatter;

/**
 * Forwards what is logged with {@code java.util.logging}, and so with {@link System.Logger}. The platform makes one when
 * it is first used: as the configuration, and as the handler which that names. Its events have no diagnostic context,
 * since this logging system knows none.
 */
public final class JulForwarding extends Handler {

    private static final String CONFIGURATION = "java.util.logging.config.class";

    /** Made by the platform. */
    public JulForwarding() {
        setFormatter(new SimpleFormatter());
        setLevel(Level.ALL);
    }

    /** Sees to it that one is made, which needs the thread only where the platform must be set up for that at once. */
    static CompletableFuture<?> prepare(Executor thread) {
        boolean configured = System.getProperty(CONFIGURATION) != null
                || System.getProperty("java.util.logging.config.file") != null;
        if (!configured && JulForwarding.class.getClassLoader() == ClassLoader.getSystemClassLoader()) {
            System.setProperty(CONFIGURATION, Configuration.class.getName());
            return CompletableFuture.completedFuture(null);
        }
        // The platform would not find these classes, or has been told of others.
        return CompletableFuture.runAsync(JulForwarding::install, thread);
    }

    private static void install() {
        Logger root = Logger.getLogger("");
        Arrays.stream(root.getHandlers())
                .filter(each -> each.getClass() == ConsoleHandler.class)
                .forEach(root::removeHandler);
        root.addHandler(new JulForwarding());
        Map<String, Integer> severities = ForwardedLogs.levels(JulTarget.NAME);
        JulLevels levels = new JulLevels();
        levels.set(severities);
        ForwardedLogs.attach(JulTarget.NAME, severities, levels::set);
    }

    @Override
    public void publish(LogRecord logged) {
        if (!isLoggable(logged) || JulTarget.isPassedOn()) {
            return;
        }
        String logger = logged.getLoggerName();
        Throwable thrown = logged.getThrown();
        ForwardedLogs.forward(new LogEvent(
                JulTarget.NAME,
                logger == null ? "" : logger,
                logged.getLevel().intValue(),
                ThrowableCopy.cut(getFormatter().formatMessage(logged)),
                Thread.currentThread().getName(),
                logged.getInstant(),
                Map.of(),
                thrown == null ? null : ThrowableCopy.of(thrown)));
    }

    @Override
    public void flush() {
        // Each event is on its way when its write returns.
    }

    @Override
    public void close() {
        // There is nothing to close.
    }

    /** What the platform is told to configure itself with. */
    public static final class Configuration {

        /**
         * Made by the platform, which hands out no logger before that is done.
         *
         * @throws IOException never
         */
        public Configuration() throws IOException {
            Map<String, Integer> severities = ForwardedLogs.levels(JulTarget.NAME);
            Properties properties = new Properties();
            properties.setProperty("handlers", JulForwarding.class.getName());
            properties.setProperty(".level", "INFO");
            severities.forEach((name, severity) -> properties.setProperty(name + ".level", severity.toString()));
            ByteArrayOutputStream text = new ByteArrayOutputStream();
            properties.store(text, null);
            LogManager.getLogManager().readConfiguration(new ByteArrayInputStream(text.toByteArray()));
            ForwardedLogs.attach(JulTarget.NAME, severities, new JulLevels(severities.keySet())::set);
        }
    }
}
