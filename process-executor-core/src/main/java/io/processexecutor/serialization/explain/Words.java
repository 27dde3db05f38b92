package io.processexecutor.serialization.explain;

import io.processexecutor.serialization.lambda.LambdaSource;
import io.processexecutor.serialization.lambda.Lambdas;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** How objects, lambdas and failures are called in a message. Asks none of them. */
final class Words {

    // What stands for lambdas of every class while one is read.
    private static final String ANY_LAMBDA = "io.processexecutor.serialization.graph.plain.LambdaWire";

    private static final int MOST_IN_CHAIN = 12;
    private static final int AT_EACH_END = 5;

    private Words() {}

    /** A class by its name; a lambda by where it was written. */
    static String nameOf(Class<?> type) {
        if (type.getName().equals(ANY_LAMBDA)) {
            return "a lambda";
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
        String name = failure.getClass().getName();
        boolean own = failure.getClass().getClassLoader() == null;
        String message = own ? failure.getMessage() : null;
        return message == null ? name : name + ": " + message;
    }

    /** What to do about the innermost lambda on the way, if there is one: it is the place the programmer can change. */
    static Optional<String> aboutCapture(GraphPath path) {
        List<GraphPath.Step> steps = path.steps();
        for (int i = steps.size() - 2; i >= 0; i--) {
            Class<?> type = steps.get(i).object().getClass();
            if (Lambdas.isLambda(type)) {
                return Optional.of(aboutCapture(type, steps.get(i + 1).label()));
            }
        }
        return Optional.empty();
    }

    private static String aboutCapture(Class<?> lambda, String label) {
        String where = LambdaSource.whereWritten(lambda).orElse(lambda.getName());
        String captured = capturedName(lambda, label);
        String base = "It is reached through " + (captured.equals("this") ? "'this'" : captured)
                + ", which the lambda at " + where + " captured.";
        if (!captured.equals("this")) {
            return base;
        }
        Optional<List<String>> fields = LambdaSource.fieldsUsedOfThis(lambda);
        if (fields.isEmpty() || fields.get().isEmpty()) {
            return base;
        }
        List<String> names = fields.get();
        String copies = String.join(
                " ",
                names.stream()
                        .map(name -> "var " + name + " = this." + name + ";")
                        .toList());
        return base + " It uses 'this' only for field" + (names.size() == 1 ? " " : "s ") + String.join(", ", names)
                + ": write \"" + copies + "\" before it and use the local" + (names.size() == 1 ? "" : "s")
                + " instead.";
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
