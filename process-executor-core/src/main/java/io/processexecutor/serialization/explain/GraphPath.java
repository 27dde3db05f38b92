package io.processexecutor.serialization.explain;

import io.processexecutor.serialization.access.SerializationHooks;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Deque;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/** The way from the root of a graph to an object in it, as a programmer would write it. */
final class GraphPath {

    private static final int MOST_SEEN = 500_000;
    private static final int MOST_SEEN_BETWEEN = 2_000;
    private static final int MOST_STEPS = 60;
    private static final int STEPS_AT_EACH_END = 20;
    private static final String REPLACED = ".writeReplace()";
    private static final String BY_A_HOOK = ".writeObject()";

    private final List<Step> steps;

    /** One object on the way, and how it is reached from the one before. */
    record Step(String label, Object object) {}

    private record Found(Object object, @Nullable Found from, String label) {}

    private GraphPath(List<Step> steps) {
        this.steps = steps;
    }

    /**
     * The way through objects of which each is known to hold the next.
     *
     * @param holders the objects, from the root to the culprit
     */
    static GraphPath along(Object[] holders) {
        List<Step> steps = new ArrayList<>();
        steps.add(new Step("", holders[0]));
        for (int i = 1; i < holders.length; i++) {
            Object next = holders[i];
            Optional<GraphPath> between = search(holders[i - 1], each -> each == next, MOST_SEEN_BETWEEN);
            if (between.isPresent()) {
                steps.addAll(between.get().steps.subList(1, between.get().steps.size()));
            } else {
                // Not held by a field: handed out by a hook.
                boolean replaced = SerializationHooks.available()
                        && SerializationHooks.writeReplaceForSerialization(holders[i - 1].getClass())
                                .isPresent();
                steps.add(new Step(replaced ? REPLACED : BY_A_HOOK, next));
            }
        }
        return new GraphPath(steps);
    }

    /** The shortest way to the first object that is wanted. */
    static Optional<GraphPath> to(Object root, Predicate<Object> wanted) {
        return search(root, wanted, MOST_SEEN);
    }

    private static Optional<GraphPath> search(Object root, Predicate<Object> wanted, int most) {
        Set<Object> seen = Collections.newSetFromMap(new IdentityHashMap<>());
        Deque<Found> ahead = new ArrayDeque<>();
        ahead.add(new Found(root, null, ""));
        seen.add(root);
        if (wanted.test(root)) {
            return Optional.of(new GraphPath(List.of(new Step("", root))));
        }
        while (!ahead.isEmpty() && seen.size() < most) {
            Found here = ahead.remove();
            for (Edge edge : Edges.of(here.object())) {
                if (seen.add(edge.target())) {
                    Found next = new Found(edge.target(), here, edge.label());
                    if (wanted.test(edge.target())) {
                        return Optional.of(new GraphPath(backwards(next)));
                    }
                    ahead.add(next);
                }
            }
        }
        return Optional.empty();
    }

    private static List<Step> backwards(Found last) {
        List<Step> steps = new ArrayList<>();
        for (Found each = last; each != null; each = each.from()) {
            steps.add(new Step(each.label(), each.object()));
        }
        Collections.reverse(steps);
        return steps;
    }

    /** The objects on the way and how each is reached. */
    List<Step> steps() {
        return steps;
    }

    Object last() {
        return steps.get(steps.size() - 1).object();
    }

    /** Such as {@code .captured[0].items[3].callback}; without its middle if it is very long. */
    @Override
    public String toString() {
        StringBuilder text = new StringBuilder();
        int size = steps.size();
        for (int i = 0; i < size; i++) {
            if (size > MOST_STEPS && i == STEPS_AT_EACH_END) {
                int left = size - 2 * STEPS_AT_EACH_END;
                text.append(" ..").append(left).append(" more.. ");
                i += left;
            }
            text.append(steps.get(i).label());
        }
        return text.toString();
    }
}
