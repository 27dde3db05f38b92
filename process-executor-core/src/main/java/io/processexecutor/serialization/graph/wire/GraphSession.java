package io.processexecutor.serialization.graph.wire;

import io.processexecutor.serialization.graph.failure.HookFailure;
import io.processexecutor.serialization.graph.failure.SinkFailure;
import java.io.InvalidObjectException;
import java.io.ObjectInputValidation;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** What lasts as long as one graph: the failure that a hook swallowed, validations, and the serializers' own notes. */
public final class GraphSession {

    private record Validation(ObjectInputValidation callback, int priority) {}

    private final List<Validation> validations = new ArrayList<>();
    private final Map<Class<?>, Object> notes = new HashMap<>();
    private final Map<Class<?>, Object> kept = new HashMap<>();
    private final LargeArrays arrays = new LargeArrays();
    private @Nullable Throwable spoiled;
    private boolean userCodeRan;

    GraphSession() {}

    /**
     * Remembers a failure: once thrown in the middle of an object the bytes are of no use, even if a hook catches it.
     *
     * @param failure what is about to be thrown
     */
    public void spoil(Throwable failure) {
        if (spoiled == null) {
            spoiled = failure;
        }
    }

    void failIfSpoiled() {
        if (spoiled instanceof Error error) {
            throw error;
        }
        if (spoiled instanceof RuntimeException unchecked) {
            throw unchecked;
        }
        if (spoiled != null) {
            throw HookFailure.of(spoiled);
        }
    }

    /**
     * To be called before a hook of the application runs: a graph that ran one is not done again from its root, since the
     * hook would run twice.
     */
    public void userCodeRuns() {
        userCodeRan = true;
        try {
            arrays.userCodeRuns();
        } catch (SinkFailure e) {
            spoil(e);
            throw e;
        }
    }

    boolean userCodeRan() {
        return userCodeRan;
    }

    /**
     * The large arrays of the graph.
     *
     * @return the arrays
     */
    public LargeArrays arrays() {
        return arrays;
    }

    /**
     * A large array stands in the graph where the writer is.
     *
     * @param array the array
     * @param size how many bytes its content takes
     * @param output the graph
     */
    public void writeLarge(Object array, long size, GraphOutput output) {
        try {
            arrays.write(array, size, output.position(), output.limits());
        } catch (SinkFailure e) {
            spoil(e);
            throw e;
        }
    }

    /**
     * Asks for a callback once the graph is complete.
     *
     * @param callback the callback
     * @param priority higher ones are called first
     */
    public void validateLater(ObjectInputValidation callback, int priority) {
        validations.add(new Validation(callback, priority));
    }

    void validate() {
        if (validations.isEmpty()) {
            return;
        }
        validations.sort(Comparator.comparingInt(Validation::priority).reversed());
        for (Validation each : validations) {
            try {
                each.callback().validateObject();
            } catch (InvalidObjectException | RuntimeException | Error e) {
                throw HookFailure.of(e);
            }
        }
    }

    /**
     * What a room keeps for this graph.
     *
     * @param type the class of the note
     * @param first makes it the first time
     * @param <T> its type
     * @return the note
     */
    public <T> T note(Class<T> type, Supplier<T> first) {
        Object known = notes.get(type);
        if (known == null) {
            known = first.get();
            notes.put(type, known);
        }
        return type.cast(known);
    }

    /**
     * What a room keeps for as long as the engine lives; it must hold nothing of a graph.
     *
     * @param type the class of what is kept
     * @param first makes it the first time
     * @param <T> its type
     * @return what is kept
     */
    public <T> T kept(Class<T> type, Supplier<T> first) {
        Object found = kept.get(type);
        if (found == null) {
            found = first.get();
            kept.put(type, found);
        }
        return type.cast(found);
    }

    void reset() {
        validations.clear();
        if (!notes.isEmpty()) {
            notes.clear();
        }
        arrays.reset();
        spoiled = null;
        userCodeRan = false;
    }
}
