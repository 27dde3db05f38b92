package io.processexecutor.serialization.lambda;

import org.jspecify.annotations.Nullable;

/** Tells lambda classes from others and finds the class that wrote them. */
public final class Lambdas {

    private static final String MARK = "$$Lambda";

    private Lambdas() {}

    /**
     * Whether a class is that of a lambda or a method reference. Cheap; a proxy or any other hidden class is none.
     *
     * @param type a class
     * @return true if instances of it may be given to {@link LambdaReader}
     */
    public static boolean isLambda(Class<?> type) {
        return type.isHidden() && type.getName().contains(MARK);
    }

    /**
     * The name of the class that wrote a lambda. It says nothing of whether that class can be read.
     *
     * @param lambdaClass the class of a lambda
     * @return the binary name
     */
    public static String hostName(Class<?> lambdaClass) {
        String name = lambdaClass.getName();
        int end = name.lastIndexOf(MARK);
        if (end < 0) {
            throw new IllegalArgumentException(name + " is not the class of a lambda");
        }
        return name.substring(0, end);
    }

    /**
     * The class that wrote a lambda. It is the one named before the mark, not the nest host of the lambda.
     *
     * @param lambdaClass the class of a lambda
     * @return the class
     * @throws UnreadableLambdaException if it is hidden
     */
    public static Class<?> host(Class<?> lambdaClass) {
        String name = hostName(lambdaClass);
        Class<?> nest = lambdaClass.getNestHost();
        try {
            Class<?> host = Class.forName(name, false, lambdaClass.getClassLoader());
            if (host.getNestHost() == nest && host.getClassLoader() == lambdaClass.getClassLoader()) {
                return host;
            }
        } catch (ClassNotFoundException | LinkageError e) {
            throw hiddenHost(lambdaClass, nest, e);
        }
        throw hiddenHost(lambdaClass, nest, null);
    }

    private static UnreadableLambdaException hiddenHost(
            Class<?> lambdaClass, Class<?> nest, @Nullable Throwable cause) {
        String why = nest.isHidden()
                ? nest.getName() + " is a hidden class and has no class file; write the lambda in an ordinary class"
                : "its class loader does not find the class that wrote it";
        return new UnreadableLambdaException(
                lambdaClass.getName(), "Cannot read the lambda " + lambdaClass.getName() + ": " + why + ".", cause);
    }
}
