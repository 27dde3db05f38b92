package io.processexecutor.serialization.explain;

import io.processexecutor.Closures;
import io.processexecutor.TaskSerializationException;
import io.processexecutor.TaskSerializationException.Phase;
import io.processexecutor.serialization.lambda.LambdaLinkException;
import io.processexecutor.serialization.lambda.Lambdas;
import io.processexecutor.serialization.policy.PolicyException;
import java.io.NotSerializableException;
import java.io.Serializable;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/** Turns what went wrong in a serializer into the exception that its caller sees, with the ways out. */
public final class Failures {

    private static final String COPY = "copy what is needed of it to a local variable and send that";
    private static final String PASS_AN_ID = "pass an id and look the object up at the other end";
    private static final Set<String> WRITING = Set.of("writeObject", "writeReplace", "writeExternal");
    private static final Set<String> READING = Set.of("readObject", "readResolve", "readExternal", "validateObject");

    private Failures() {}

    /**
     * An object could not be encoded.
     *
     * @param failure what was thrown
     * @param holders the objects from the root to where it happened
     * @return the exception
     */
    public static TaskSerializationException ofEncoding(Throwable failure, Object[] holders) {
        GraphPath path = holders.length == 0 ? null : GraphPath.along(holders);
        if (failure instanceof Refusal refusal) {
            return refused(refusal, path);
        }
        if (failure instanceof PolicyException objection) {
            return objected(Phase.ENCODE_TASK, objection, path == null ? null : path.toString(), className(path), "");
        }
        String culprit = path == null ? null : Words.nameOf(path.last().getClass());
        String explanation =
                culprit == null ? Words.thrown(failure) : culprit + " could not be written: " + Words.thrown(failure);
        return new TaskSerializationException(
                Phase.ENCODE_TASK, path == null ? null : path.toString(), className(path), explanation, failure);
    }

    private static TaskSerializationException objected(
            Phase phase, PolicyException objection, @Nullable String path, @Nullable String type, String where) {
        String culprit = objection.culprit() != null ? objection.culprit() : type;
        String subject = objection.culprit() != null || type == null ? "" : type + ": ";
        return new TaskSerializationException(
                phase, path, culprit, subject + objection.finding() + where, objection.getCause());
    }

    private static TaskSerializationException refused(Refusal refusal, @Nullable GraphPath path) {
        return new TaskSerializationException(
                Phase.ENCODE_TASK,
                path == null ? null : path.toString(),
                refusal.type().getName(),
                refusal.kind() == Refusal.Kind.SHARED ? refusal.reason() : reasonAndWaysOut(refusal, path),
                null);
    }

    private static String reasonAndWaysOut(Refusal refusal, @Nullable GraphPath path) {
        StringBuilder text = new StringBuilder(Words.nameOf(refusal.type()));
        if (refusal.kind() == Refusal.Kind.UNREADABLE_LAMBDA) {
            text.append(" cannot travel: ").append(refusal.reason());
        } else if (refusal.kind() == Refusal.Kind.CLOSURE_IN_DATA) {
            text.append(" stands inside data, where the serializer kryo allows none. ")
                    .append(waysOutOfData(path));
        } else if (refusal.kind() == Refusal.Kind.RUNTIME_CLASS) {
            text.append(' ').append(refusal.reason());
        } else {
            text.append(" cannot travel: ").append(refusal.reason()).append(". ");
            Optional<String> capture = path == null ? Optional.empty() : Words.aboutCapture(path);
            capture.ifPresent(words -> text.append(words).append(' '));
            text.append("Ways out: ")
                    .append(COPY)
                    .append("; ")
                    .append(markTransient(path))
                    .append(PASS_AN_ID)
                    .append('.');
        }
        return text.toString();
    }

    private static String markTransient(@Nullable GraphPath path) {
        return path == null
                ? ""
                : Words.fieldOnTheWay(path)
                        .map(field -> "mark " + field + " transient; ")
                        .orElse("mark the field that holds it transient; ");
    }

    private static String waysOutOfData(@Nullable GraphPath path) {
        int size = path == null ? 0 : path.steps().size();
        String marks = "mark the object with Closures.wrap(object)";
        for (int i = size - 2; path != null && i >= 0; i--) {
            Class<?> type = path.steps().get(i).object().getClass();
            if (Words.mayBeEdited(type, path)) {
                marks = "mark " + type.getTypeName() + " with @NonSerializableTask, or the object with"
                        + " Closures.wrap(object)";
                break;
            }
        }
        return "Ways out: " + marks
                + "; use the serializer closure (process-executor.serializer=closure, or TaskOptions.serializer for this"
                + " task); " + markTransient(path) + "or " + COPY + ".";
    }

    /**
     * An object could not be encoded by the platform's protocol.
     *
     * @param failure what was thrown
     * @param root the root; may be null
     * @param latest gives the object of a class that was written last
     * @return the exception
     */
    public static TaskSerializationException ofJavaEncoding(
            Throwable failure, @Nullable Object root, Function<String, @Nullable Object> latest) {
        if (failure instanceof Refusal refusal) {
            GraphPath path = root == null
                    ? null
                    : GraphPath.to(root, each -> each.getClass() == refusal.type() || each == refusal.type())
                            .orElse(null);
            return refused(refusal, path);
        }
        if (failure instanceof StackOverflowError) {
            return tooDeepForJava(Phase.ENCODE_TASK, failure);
        }
        Optional<String> hook = Words.hookThatThrew(failure, WRITING);
        if (root == null || hook.isPresent() || !(failure instanceof NotSerializableException)) {
            Object thrower = hook.map(latest).orElse(null);
            GraphPath way = thrower == null || root == null
                    ? null
                    : GraphPath.to(root, each -> each == thrower).orElse(null);
            String who = hook.map(each -> each + " could not be written: ").orElse("it could not be written: ");
            return new TaskSerializationException(
                    Phase.ENCODE_TASK,
                    way == null ? null : way.toString(),
                    hook.orElse(null),
                    who + Words.thrown(failure),
                    failure);
        }
        String name = String.valueOf(failure.getMessage());
        GraphPath path = GraphPath.to(
                        root,
                        each -> !(each instanceof Serializable)
                                && each.getClass().getName().equals(name)
                                && !Closures.isWrapped(each))
                .orElse(null);
        if (path == null) {
            return new TaskSerializationException(
                    Phase.ENCODE_TASK, null, name, "it could not be written: " + Words.thrown(failure), failure);
        }
        StringBuilder text = new StringBuilder(Words.nameOf(path.last().getClass()))
                .append(" is not Serializable, which the serializer java demands. ");
        Words.aboutCapture(path).ifPresent(words -> text.append(words).append(' '));
        boolean editable = Words.mayBeEdited(path.last().getClass(), path);
        text.append("Ways out: ")
                .append(editable ? "let it implement Serializable; " : "")
                .append(Lambdas.isLambda(path.last().getClass()) ? "cast the lambda to (... & Serializable); " : "")
                .append(editable ? "mark it with @NonSerializableTask or " : "mark it with ")
                .append("Closures.wrap(object); use the serializer kryo or closure; ")
                .append(markTransient(path))
                .append("or ")
                .append(COPY)
                .append('.');
        return new TaskSerializationException(Phase.ENCODE_TASK, path.toString(), name, text.toString(), failure);
    }

    /**
     * An object could not be decoded by the platform's protocol.
     *
     * @param failure what was thrown
     * @param refused the class that the filter of the JVM refused; null if it did not
     * @return the exception
     */
    public static TaskSerializationException ofJavaDecoding(Throwable failure, @Nullable Class<?> refused) {
        if (failure instanceof StackOverflowError) {
            return tooDeepForJava(Phase.DECODE_TASK, failure);
        }
        if (refused == null) {
            return ofDecoding(failure, List.of());
        }
        String name = refused.getTypeName();
        return new TaskSerializationException(
                Phase.DECODE_TASK,
                null,
                name,
                name + " was refused by the filter of this JVM (jdk.serialFilter, jdk.serialFilterFactory or"
                        + " ObjectInputFilter.Config), which the serializer java honours",
                failure);
    }

    private static TaskSerializationException tooDeepForJava(Phase phase, Throwable failure) {
        return new TaskSerializationException(
                phase,
                null,
                null,
                "more objects hold one another than the stack of this thread takes, by which the serializer java"
                        + " follows them (or a hook calls itself without end). Ways out: the serializer kryo or closure;"
                        + " a list or an array in place of objects that are linked to one another.",
                failure);
    }

    /**
     * The options of the executor stand in the way of the platform's protocol.
     *
     * @param objection what they say
     * @param root the root; may be null
     * @param at tells which object was being written
     * @return the exception
     */
    public static TaskSerializationException ofJavaObjection(
            PolicyException objection, @Nullable Object root, Predicate<Object> at) {
        GraphPath path = root == null ? null : GraphPath.to(root, at).orElse(null);
        String text = path == null ? null : path.toString();
        return objected(Phase.ENCODE_TASK, objection, text, className(path), "");
    }

    /**
     * A marked object inside the platform's protocol could not be encoded.
     *
     * @param failure what the closure serializer said of the marked object
     * @param root the root of the whole value; may be null
     * @param marked the marked object
     * @return the same of the whole value
     */
    public static TaskSerializationException ofMarked(
            TaskSerializationException failure, @Nullable Object root, Object marked) {
        Optional<GraphPath> to = root == null ? Optional.empty() : GraphPath.to(root, each -> each == marked);
        String before = to.map(GraphPath::toString).orElse(".<marked>");
        String words = "Cannot " + failure.phase() + ": ";
        String path = failure.path().orElse("");
        String message = String.valueOf(failure.getMessage()).substring(words.length());
        String explanation = path.isEmpty() ? message : message.substring(path.length() + ": ".length());
        String below = path.isEmpty() ? "" : path.substring("task".length());
        return new TaskSerializationException(
                failure.phase(), before + below, failure.culprit().orElse(null), explanation, failure.getCause());
    }

    /**
     * An object could not be decoded.
     *
     * @param failure what was thrown
     * @param open the classes of the objects being read, from the root to the one where it happened; empty if they are not
     *     known
     * @return the exception
     */
    public static TaskSerializationException ofDecoding(Throwable failure, List<Class<?>> open) {
        Class<?> culprit = open.isEmpty() ? null : open.get(open.size() - 1);
        if (failure instanceof PolicyException objection) {
            String where = open.isEmpty() ? "" : " (it was reading " + Words.chain(open) + ")";
            return objected(Phase.DECODE_TASK, objection, null, culprit == null ? null : Words.nameOf(culprit), where);
        }
        if (failure instanceof TaskSerializationException inner) {
            // A hook decoded something else.
            return inner.in(Phase.DECODE_TASK);
        }
        if (failure instanceof LambdaLinkException unlinkable) {
            return new TaskSerializationException(
                    Phase.DECODE_TASK, null, null, String.valueOf(unlinkable.getMessage()), unlinkable);
        }
        Class<?> type = failure instanceof Refusal refusal ? refusal.type() : culprit;
        String reason = failure instanceof Refusal refusal ? refusal.reason() : Words.thrown(failure);
        String thrower = type == null ? Words.hookThatThrew(failure, READING).orElse(null) : type.getName();
        String who = type == null ? thrower : Words.nameOf(type);
        String explanation = who == null ? reason : who + " could not be read: " + reason;
        return new TaskSerializationException(Phase.DECODE_TASK, null, thrower, explanation, cause(failure));
    }

    /**
     * There is no room for the encoded form. It is one large array that finds none, as a rule, so that all else has as much as
     * before.
     *
     * @param phase what was encoded
     * @param failure what was thrown
     * @return the exception
     */
    public static TaskSerializationException ofFullHeap(Phase phase, OutOfMemoryError failure) {
        String explanation = "its encoded form does not fit into the free heap of this process (max "
                + Runtime.getRuntime().maxMemory()
                + "); raise its max heap, or pass a reference, such as a file name, in place of the data";
        return new TaskSerializationException(phase, null, null, explanation, failure);
    }

    private static @Nullable Throwable cause(Throwable failure) {
        return failure instanceof Refusal refusal ? refusal.getCause() : failure;
    }

    /**
     * A class is not here.
     *
     * @param name its name
     * @param cause what was thrown
     * @return the exception
     */
    public static TaskSerializationException ofMissingClass(String name, @Nullable Throwable cause) {
        return new TaskSerializationException(
                Phase.DECODE_TASK,
                null,
                name,
                name + " is not on the class path of this JVM. It was where the value was encoded: the class paths are"
                        + " not the same, or the class was defined at run time or by a loader of its own, and then"
                        + " process-executor.closures.ship-runtime-classes=true (SerializationOptions.shipRuntimeClasses)"
                        + " sends it along.",
                cause);
    }

    /**
     * The stream to write to failed.
     *
     * @param failure what it threw
     * @return the exception
     */
    public static TaskSerializationException ofSink(Throwable failure) {
        if (failure instanceof TaskSerializationException known) {
            return known;
        }
        return new TaskSerializationException(
                Phase.ENCODE_TASK, null, null, "the bytes could not be written: " + Words.thrown(failure), failure);
    }

    /**
     * The stream to read from failed, or has other bytes.
     *
     * @param failure what was thrown
     * @return the exception
     */
    public static TaskSerializationException ofSource(Throwable failure) {
        String message = failure.getMessage();
        String reason = message == null ? Words.thrown(failure) : message;
        return new TaskSerializationException(
                Phase.DECODE_TASK, null, null, "the bytes could not be read: " + reason, failure);
    }

    private static @Nullable String className(@Nullable GraphPath path) {
        return path == null ? null : path.last().getClass().getName();
    }
}
