package io.processexecutor.internal.logging;

import io.processexecutor.internal.protocol.LogEvent;
import io.processexecutor.internal.protocol.ThrowableCopy;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import java.util.Properties;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.logging.ConsoleHandler;
import java.util.logging.Handler;
import java.util.logging.Level;
import java.util.logging.LogManager;
import java.util.logging.LogRecord;
import java.util.logging.Logger;
import java.util.logging.SimpleFormatter;
import java.util.stream.Stream;

/**
 * Forwards what is logged with {@code java.util.logging}, and so with {@link System.Logger}. The platform makes one when
 * it is first used: as the configuration, and as the handler which that names.
 */
public final class JulForwarding extends Handler {

    private static final String CONFIGURATION = "java.util.logging.config.class";

    /** Loggers are held weakly, and with one its level would be gone. */
    private static final Map<String, Logger> LEVELLED = new HashMap<>();

    /** Those that had a level from the beginning. */
    private static final Set<String> INITIAL = ConcurrentHashMap.newKeySet();

    /** Made by the platform. */
    public JulForwarding() {
        setFormatter(new SimpleFormatter());
        setLevel(Level.ALL);
    }

    static void prepare() {
        boolean known = JulForwarding.class.getClassLoader() == ClassLoader.getSystemClassLoader();
        boolean configured = System.getProperty(CONFIGURATION) != null
                || System.getProperty("java.util.logging.config.file") != null;
        if (known && !configured) {
            System.setProperty(CONFIGURATION, Configuration.class.getName());
        }
        if (!known || configured) {
            // The platform would not find these classes, or has been told of others.
            Logger root = Logger.getLogger("");
            Arrays.stream(root.getHandlers())
                    .filter(each -> each.getClass() == ConsoleHandler.class)
                    .forEach(root::removeHandler);
            root.addHandler(new JulForwarding());
            set(ForwardedLogs.attach(JulTarget.NAME, JulForwarding::set));
        }
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

    private static void set(Map<String, Integer> severities) {
        synchronized (LEVELLED) {
            Stream.concat(INITIAL.stream(), severities.keySet().stream())
                    .forEach(name -> LEVELLED.computeIfAbsent(name, Logger::getLogger));
            LEVELLED.forEach((name, logger) -> {
                Integer severity = severities.get(name);
                if (severity != null) {
                    logger.setLevel(level(severity));
                } else if (!name.isEmpty()) {
                    logger.setLevel(null);
                }
            });
        }
    }

    static Level level(int severity) {
        return Level.parse(Integer.toString(severity));
    }

    /** What the platform is told to configure itself with. */
    public static final class Configuration {

        /**
         * Made by the platform.
         *
         * @throws IOException never
         */
        public Configuration() throws IOException {
            Properties properties = new Properties();
            properties.setProperty("handlers", JulForwarding.class.getName());
            properties.setProperty(".level", "INFO");
            // Loggers cannot be asked for before the platform has done with this.
            Map<String, Integer> severities = ForwardedLogs.attach(JulTarget.NAME, JulForwarding::set);
            severities.forEach((name, severity) -> properties.setProperty(name + ".level", severity.toString()));
            INITIAL.addAll(severities.keySet());
            ByteArrayOutputStream text = new ByteArrayOutputStream();
            properties.store(text, null);
            LogManager.getLogManager().readConfiguration(new ByteArrayInputStream(text.toByteArray()));
        }
    }
}
