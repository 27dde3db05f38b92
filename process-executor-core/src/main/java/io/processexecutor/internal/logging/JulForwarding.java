package io.processexecutor.internal.logging;

import io.processexecutor.internal.protocol.LogEvent;
import io.processexecutor.internal.protocol.ThrowableCopy;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Properties;
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

    /** Made by the platform. */
    public JulForwarding() {
        setFormatter(new SimpleFormatter());
        setLevel(Level.ALL);
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

        private static final String PROPERTY = "java.util.logging.config.class";

        /**
         * Sees to it that a handler is made, for which nothing is left to do unless the platform must be set up for that at
         * once. Here, since the handler's own class would bring along the platform's, which many a worker never needs.
         */
        static Optional<Runnable> prepare() {
            boolean configured =
                    System.getProperty(PROPERTY) != null || System.getProperty("java.util.logging.config.file") != null;
            if (!configured && Configuration.class.getClassLoader() == ClassLoader.getSystemClassLoader()) {
                System.setProperty(PROPERTY, Configuration.class.getName());
                return Optional.empty();
            }
            // The platform would not find these classes, or has been told of others.
            return Optional.of(JulForwarding::install);
        }

        /**
         * Made by the platform, which hands out no logger before that is done.
         *
         * @throws IOException never
         */
        public Configuration() throws IOException {
            Map<String, Integer> severities = ForwardedLogs.levels(JulTarget.NAME);
            StringBuilder text = new StringBuilder();
            text.append("handlers=").append(JulForwarding.class.getName()).append("\n.level=INFO\n");
            severities.forEach((name, severity) -> text.append(escaped(name))
                    .append(".level=")
                    .append(severity)
                    .append('\n'));
            LogManager.getLogManager()
                    .readConfiguration(new ByteArrayInputStream(text.toString().getBytes(StandardCharsets.ISO_8859_1)));
            ForwardedLogs.attach(JulTarget.NAME, severities, new JulLevels(severities.keySet())::set);
        }

        /**
         * A key as {@link Properties#load} reads it. Not by {@link Properties#store}, which writes the date, too: every
         * worker would load the names of time zones for that.
         */
        private static String escaped(String key) {
            StringBuilder text = new StringBuilder();
            for (int i = 0; i < key.length(); i++) {
                text.append(String.format(Locale.ROOT, "\\u%04x", (int) key.charAt(i)));
            }
            return text.toString();
        }
    }
}
