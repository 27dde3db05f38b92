package io.processexecutor.spring.metrics;

import io.micrometer.core.instrument.Tags;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;

/** The tag for the label of a task, if it is wanted. A label may hold anything, so only so many get a value of their own. */
final class TaskNames {

    private static final Tags OTHER = Tags.of("task", "other");
    private static final String NONE = "none";

    private final int most;
    private final Map<String, Tags> known = new ConcurrentHashMap<>();

    TaskNames(int most) {
        this.most = most;
    }

    /** Whether tasks have names at all. */
    boolean tagged() {
        return most > 0;
    }

    Tags of(Optional<String> label) {
        if (!tagged()) {
            return Tags.empty();
        }
        String name = label.filter(each -> !each.isBlank()).orElse(NONE);
        Tags tags = known.get(name);
        return tags != null ? tags : admit(name);
    }

    private synchronized Tags admit(String name) {
        if (known.size() >= most && !known.containsKey(name)) {
            return OTHER;
        }
        return known.computeIfAbsent(name, each -> Tags.of("task", each));
    }
}
