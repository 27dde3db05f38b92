package io.processexecutor.internal.logging;

import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.logging.Logger;

/** The loggers of {@code java.util.logging} in a worker whose levels are those of the parent. Used by one thread at a time. */
final class JulLevels {

    /** Held, for the platform holds loggers weakly, and with one its level would be gone. */
    private final Map<String, Logger> loggers = new HashMap<>();

    private final Set<String> names;

    JulLevels() {
        this(Set.of());
    }

    /**
     * Takes over.
     *
     * @param names loggers that have a level already, or get it when they are made
     */
    JulLevels(Collection<String> names) {
        this.names = new HashSet<>(names);
    }

    void set(Map<String, Integer> severities) {
        names.addAll(severities.keySet());
        for (String name : names) {
            Logger logger = loggers.computeIfAbsent(name, Logger::getLogger);
            Integer severity = severities.get(name);
            if (severity != null) {
                logger.setLevel(JulTarget.level(severity));
            } else if (!name.isEmpty()) {
                logger.setLevel(null);
            }
        }
    }
}
