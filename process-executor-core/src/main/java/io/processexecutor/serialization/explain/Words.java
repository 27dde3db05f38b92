package io.processexecutor.serialization.explain;

import io.processexecutor.serialization.classfile.ClassHome;
import io.processexecutor.serialization.lambda.LambdaSource;
import io.processexecutor.serialization.lambda.Lambdas;
import java.lang.reflect.Field;
import java.lang.reflect.Proxy;
import java.net.URL;
import java.security.CodeSource;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** How objects, lambdas and failures are called in a message. Asks none of them. */
final class Words {

    // What stands for lambdas of every class while one is read.
    private static final String ANY_LAMBDA = "io.processexecutor.serialization.graph.plain.LambdaWire";

    private static final int MOST_IN_CHAIN = 12;
    private static final int AT_EACH_END = 5;
    private static final String OUTER = ".this$";
    private static final String LOCAL = ".val$";

    private Words() {}

    /** A class by its name; a lambda by where it was written. */
    static String nameOf(Class<?> type) {
        if (type.getName().equals(ANY_LAMBDA)) {
            return "a lambda";
        }
        if (Proxy.isProxyClass(type)) {
            return "a proxy of "
                    + String.join(
                            ", ",
                            Arrays.stream(type.getInterfaces())
                                    .map(Class::getTypeName)
                                    .toList());
        }
        return LambdaSource.whereWritten(type)
                .map(where -> "the lambda at " + where)
                .orElseGet(type::getTypeName);
    }

    /** Classes of which each holds the next; without the middle if they are many. */
    static String chain(List<Class<?>> classes) {
        List<String> names = new ArrayList<>();
        int size = classes.size();
        for (int i = 0; i < size; i++) {
            if (size > MOST_IN_CHAIN && i == AT_EACH_END) {
                int left = size - 2 * AT_EACH_END;
                names.add(".." + left + " more..");
                i += left;
            }
            names.add(nameOf(classes.get(i)));
        }
        return String.join(" > ", names);
    }

    /** What a hook threw; its message only if it is an exception of the JDK, since others may compute theirs. */
    static String thrown(Throwable failure) {
        Throwable cause = failure.getCause();
        if (failure instanceof ExceptionInInitializerError && cause != null) {
            return "a static initializer failed: " + thrown(cause);
        }
        if (failure instanceof NoClassDefFoundError && cause instanceof ExceptionInInitializerError) {
            // The first time it was thrown as it is; from then on the JVM has its text only.
            return "a static initializer had failed: " + cause.getMessage();
        }
        String name = failure.getClass().getName();
        if (name.startsWith("io.processexecutor.")) {
            return String.valueOf(failure.getMessage());
        }
        boolean ofPlatform = failure.getClass().getClassLoader() == null;
        String message = ofPlatform ? failure.getMessage() : null;
        return message == null ? name : name + ": " + message;
    }

    /**
     * What to do about the innermost lambda or inner class on the way, if there is one: it is the place the programmer
     * can change.
     */
    static Optional<String> aboutCapture(GraphPath path) {
        List<GraphPath.Step> steps = path.steps();
        for (int i = steps.size() - 2; i >= 0; i--) {
            Class<?> type = steps.get(i).object().getClass();
            String label = steps.get(i + 1).label();
            if (Lambdas.isLambda(type)) {
                return Optional.of(aboutCapture(
                        type, label, i + 2 < steps.size() ? steps.get(i + 2).label() : ""));
            } else if (label.startsWith(OUTER)) {
                return Optional.of("It is reached through the outer instance that " + type.getTypeName()
                        + " refers to: make that class static (a nested class, a record), or the task a lambda, and give"
                        + " it what it needs.");
            } else if (label.startsWith(LOCAL)) {
                return Optional.of("It is reached through " + label.substring(LOCAL.length()) + ", which the "
                        + (type.isAnonymousClass() ? "anonymous" : "local") + " class " + type.getTypeName()
                        + " captured.");
            }
        }
        return Optional.empty();
    }

    /**
     * The innermost field on the way of a class that can be edited, which can be marked transient.
     *
     * @return such as {@code the field in of com.acme.Session}
     */
    static Optional<String> fieldOnTheWay(GraphPath path) {
        List<GraphPath.Step> steps = path.steps();
        for (int i = steps.size() - 2; i >= 0; i--) {
            Class<?> type = steps.get(i).object().getClass();
            String label = steps.get(i + 1).label();
            if (type.isRecord() || !label.startsWith(".")) {
                continue;
            }
            for (Class<?> level = type; level != null; level = level.getSuperclass()) {
                for (Field field : level.getDeclaredFields()) {
                    if (field.getName().equals(label.substring(1))
                            && !field.isSynthetic()
                            && mayBeEdited(level, path)) {
                        return Optional.of("the field " + field.getName() + " of " + level.getTypeName());
                    }
                }
            }
        }
        return Optional.empty();
    }

    /**
     * Whether who sends a task can change the source of a class: not if that is of the JDK or made at run time, nor if it came
     * in a jar, unless the task came in the same one.
     */
    static boolean mayBeEdited(Class<?> type, GraphPath path) {
        URL source = sourceOf(type);
        if (source == null || type.isArray() || Lambdas.isLambda(type) || !ClassHome.isAtHome(type)) {
            return false;
        }
        String text = source.toExternalForm();
        boolean folder = source.getProtocol().equals("file") && text.endsWith("/");
        return folder || text.equals(sourceOfTask(path));
    }

    private static @Nullable String sourceOfTask(GraphPath path) {
        for (GraphPath.Step step : path.steps()) {
            URL source = sourceOf(step.object().getClass());
            if (source != null) {
                return source.toExternalForm();
            }
        }
        return null;
    }

    private static @Nullable URL sourceOf(Class<?> type) {
        if (Carrier.class.isAssignableFrom(type) || Proxy.isProxyClass(type)) {
            return null;
        }
        CodeSource source = type.getProtectionDomain().getCodeSource();
        return source == null ? null : source.getLocation();
    }

    /** The class whose hook of a name threw a failure, by its stack. */
    static Optional<String> hookThatThrew(Throwable failure, Set<String> hooks) {
        for (StackTraceElement frame : failure.getStackTrace()) {
            if (hooks.contains(frame.getMethodName()) && !frame.getClassName().startsWith("java.")) {
                return Optional.of(frame.getClassName());
            }
        }
        return Optional.empty();
    }

    private static String aboutCapture(Class<?> lambda, String label, String next) {
        String where = LambdaSource.whereWritten(lambda).orElse(lambda.getName());
        String captured = capturedName(lambda, label);
        if (captured.startsWith("captured[")) {
            return "It is reached through what the method reference or lambda at " + where + " is bound to.";
        }
        String base = "It is reached through " + (captured.equals("this") ? "'this'" : captured)
                + ", which the lambda at " + where + " captured.";
        if (!captured.equals("this")) {
            return base;
        }
        Optional<List<String>> fields = LambdaSource.fieldsUsedOfThis(lambda);
        if (fields.isEmpty() || fields.get().isEmpty()) {
            return base + " Let it use locals and static methods only, and it captures no 'this'.";
        }
        List<String> names = fields.get();
        if (names.contains(next.isEmpty() ? next : next.substring(1))) {
            return base + " It uses the field " + next.substring(1)
                    + " itself: a copy of what it needs of that would do.";
        }
        String copies = String.join(
                " ",
                names.stream()
                        .map(name -> "var " + name + " = this." + name + ";")
                        .toList());
        boolean one = names.size() == 1;
        return base + " It uses 'this' only for field" + (one ? " " : "s ") + String.join(", ", names) + "; capture "
                + (one ? "a local" : "locals") + " instead: write \"" + copies + "\" before it.";
    }

    private static String capturedName(Class<?> lambda, String label) {
        int from = label.indexOf('[');
        int to = label.indexOf(']');
        if (from >= 0 && to > from) {
            try {
                int position = Integer.parseInt(label.substring(from + 1, to));
                return LambdaSource.capturedNames(lambda).get(position);
            } catch (NumberFormatException | IndexOutOfBoundsException e) {
                return label;
            }
        }
        return "something";
    }
}
