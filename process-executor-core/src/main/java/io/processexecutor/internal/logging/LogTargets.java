package io.processexecutor.internal.logging;

import io.processexecutor.internal.protocol.LogEvent;
import io.processexecutor.internal.protocol.Message.Levels;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.ServiceConfigurationError;
import java.util.ServiceLoader;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** In the parent: the logging systems there are. */
public final class LogTargets {

    private static final Logger log = LoggerFactory.getLogger(LogTargets.class);

    private static final LogTarget JUL = new JulTarget();

    private final List<LogTarget> targets = new ArrayList<>();

    /** Finds them, when they are first asked for. */
    public LogTargets() {}

    private synchronized List<LogTarget> targets() {
        if (targets.isEmpty()) {
            find();
        }
        return targets;
    }

    private void find() {
        Iterator<LogTarget> found = ServiceLoader.load(LogTarget.class, LogTargets.class.getClassLoader())
                .iterator();
        try {
            while (found.hasNext()) {
                targets.add(found.next());
            }
        } catch (ServiceConfigurationError | LinkageError e) {
            log.debug("A logging system is not there", e);
        }
        targets.add(JUL);
    }

    /**
     * Which levels are in force.
     *
     * @return the severity of each logger that has one of its own, by logging system
     */
    public Levels levels() {
        Map<String, Map<String, Integer>> levels = new HashMap<>();
        for (LogTarget each : targets()) {
            try {
                levels.put(each.system(), each.levels());
            } catch (RuntimeException e) {
                log.debug("Cannot ask {} for its levels", each.system(), e);
            }
        }
        return new Levels(levels);
    }

    /**
     * Logs an event with the logging system that it was logged with in the worker, or with one that is in use here.
     *
     * @param event what was logged
     */
    public void log(LogEvent event) {
        LogTarget chosen = JUL;
        for (LogTarget each : targets()) {
            if (each.isInUse() && (!chosen.isInUse() || each.system().equals(event.system()))) {
                chosen = each;
            }
        }
        chosen.log(event);
    }
}
