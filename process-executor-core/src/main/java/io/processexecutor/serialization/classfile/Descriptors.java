package io.processexecutor.serialization.classfile;

import java.util.ArrayList;
import java.util.List;

/** Takes method descriptors apart without loading the classes they name. */
public final class Descriptors {

    private Descriptors() {}

    /**
     * The parameters of a method.
     *
     * @param method a method descriptor
     * @return their descriptors in order
     */
    public static List<String> parameters(String method) {
        List<String> parameters = new ArrayList<>();
        int at = 1;
        while (method.charAt(at) != ')') {
            int end = end(method, at);
            parameters.add(method.substring(at, end));
            at = end;
        }
        return parameters;
    }

    /**
     * The part of a method descriptor that says what goes in.
     *
     * @param method a method descriptor
     * @return all but what is returned
     */
    public static String parameterPart(String method) {
        return method.substring(0, method.lastIndexOf(')') + 1);
    }

    /**
     * What a method returns.
     *
     * @param method a method descriptor
     * @return the descriptor
     */
    public static String returned(String method) {
        return method.substring(method.lastIndexOf(')') + 1);
    }

    /**
     * The class that a method returns.
     *
     * @param method a method descriptor
     * @return the internal name; what {@link #returned} says if it is not a class
     */
    public static String returnedClass(String method) {
        String returned = returned(method);
        return returned.startsWith("L") ? returned.substring(1, returned.length() - 1) : returned;
    }

    /**
     * How a value of a type is held.
     *
     * @param type a descriptor
     * @return {@code L} for every reference, arrays included, else the letter of the primitive type
     */
    public static char kind(String type) {
        char first = type.charAt(0);
        return first == '[' ? 'L' : first;
    }

    private static int end(String method, int start) {
        int at = start;
        while (method.charAt(at) == '[') {
            at++;
        }
        return method.charAt(at) == 'L' ? method.indexOf(';', at) + 1 : at + 1;
    }
}
