package io.processexecutor;

import java.io.Serial;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** A task or a result could not be turned into bytes, or the bytes not back into an object. Only that task fails. */
public final class TaskSerializationException extends ProcessExecutorException {

    /** Where on the way of a task it failed. */
    public enum Phase {
        /** On the caller's thread, before the task was accepted. */
        ENCODE_TASK("encode the task", "task"),
        /** In the worker, before the task ran. */
        DECODE_TASK("decode the task", "task"),
        /** In the worker, after the task ran. */
        ENCODE_RESULT("encode the result", "result"),
        /** In the caller's process, after the worker replied. */
        DECODE_RESULT("decode the result", "result"),
        /** On the caller's thread, when the broadcast was made. */
        ENCODE_BROADCAST("encode the broadcast", "value");

        private final String words;
        private final String root;

        Phase(String words, String root) {
            this.words = words;
            this.root = root;
        }

        @Override
        public String toString() {
            return words;
        }
    }

    @Serial
    private static final long serialVersionUID = 1L;

    private final Phase phase;
    private final @Nullable String path;
    private final @Nullable String culprit;
    private final String explanation;

    /**
     * Creates one.
     *
     * @param phase where it failed
     * @param path the way from the root to the object at fault, such as {@code .captured[0].items[3].callback}; empty
     *     for the root itself, {@code null} if it is not known
     * @param culprit the name of the class at fault
     * @param explanation why it failed and the ways out
     * @param cause the cause, if there is one
     */
    public TaskSerializationException(
            Phase phase,
            @Nullable String path,
            @Nullable String culprit,
            String explanation,
            @Nullable Throwable cause) {
        super("Cannot " + phase + ": " + (path == null ? "" : phase.root + path + ": ") + explanation, cause);
        this.phase = phase;
        this.path = path;
        this.culprit = culprit;
        this.explanation = Objects.requireNonNullElse(explanation, "no reason was given");
    }

    /**
     * Where on the way of a task it failed.
     *
     * @return the phase
     */
    public Phase phase() {
        return phase;
    }

    /**
     * The way to the object at fault.
     *
     * @return such as {@code task.captured[0].items[3].callback}; empty if it is not known
     */
    public Optional<String> path() {
        return path == null ? Optional.empty() : Optional.of(phase.root + path);
    }

    /**
     * The way from the root to the object at fault, as given to the constructor.
     *
     * @return such as {@code .captured[0].items[3].callback}; empty if it is not known
     */
    public Optional<String> relativePath() {
        return Optional.ofNullable(path);
    }

    /**
     * The name of the class at fault.
     *
     * @return empty if it is not known
     */
    public Optional<String> culprit() {
        return Optional.ofNullable(culprit);
    }

    /**
     * Why it failed and the ways out, without phase and path.
     *
     * @return a text for people
     */
    public String explanation() {
        return explanation;
    }

    /**
     * Says the same of another phase: a serializer knows only that it encodes or decodes, its caller knows what.
     *
     * @param phase the phase
     * @return this if the phase is the same, else a copy with this one's cause and stack. A cause that knows no path either,
     *     such as an {@link ObjectReplacer} throws, is of the same phase and says the same, too
     */
    public TaskSerializationException in(Phase phase) {
        if (this.phase == phase) {
            return this;
        }
        Throwable cause = getCause();
        if (cause instanceof TaskSerializationException inner && inner.phase == this.phase && inner.path == null) {
            cause = inner.in(phase);
        }
        TaskSerializationException copy = new TaskSerializationException(phase, path, culprit, explanation, cause);
        copy.setStackTrace(getStackTrace());
        return copy;
    }
}
