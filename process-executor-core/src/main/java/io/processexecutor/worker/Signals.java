package io.processexecutor.worker;

import java.lang.invoke.LambdaMetafactory;
import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.MethodType;

/**
 * What signals do to a worker. A Ctrl-C at the terminal reaches all processes of the application, but is meant for the
 * parent, which may want to let tasks finish: the workers end with it.
 */
final class Signals {

    private static final int SIGHUP = 1;
    private static final int SIGTERM = 15;

    private Signals() {}

    /** Where the platform has no such thing as {@code sun.misc.Signal}, signals do what they do to any JVM. */
    static void handle() {
        // Not SIG_IGN, which what the tasks start would inherit.
        handle("INT", () -> {});
        handle("HUP", () -> WorkerEnd.exit(128 + SIGHUP));
        handle("TERM", () -> WorkerEnd.exit(128 + SIGTERM));
    }

    /**
     * The compiler warns of {@code sun.misc} and cannot be told not to. A handler is made as the lambda would be that may
     * not be written here: a proxy takes the tenth part of the time in which a worker starts.
     */
    private static void handle(String name, Runnable action) {
        try {
            Class<?> signalType = Class.forName("sun.misc.Signal");
            Class<?> handlerType = Class.forName("sun.misc.SignalHandler");
            MethodHandles.Lookup lookup = MethodHandles.lookup();
            MethodType onSignal = MethodType.methodType(void.class, signalType);
            MethodHandle run = lookup.findStatic(
                    Signals.class, "run", MethodType.methodType(void.class, Runnable.class, Object.class));
            Object handler = LambdaMetafactory.metafactory(
                            lookup,
                            "handle",
                            MethodType.methodType(handlerType, Runnable.class),
                            onSignal,
                            run,
                            onSignal)
                    .getTarget()
                    .invoke(action);
            Object signal = signalType.getConstructor(String.class).newInstance(name);
            Object unused =
                    signalType.getMethod("handle", signalType, handlerType).invoke(null, signal, handler);
        } catch (Error e) {
            throw e;
        } catch (Throwable e) {
            // The signal is the operating system's or was taken by an option such as -Xrs.
        }
    }

    /** What {@code signal -> action.run()} would be compiled to. */
    static void run(Runnable action, Object signal) {
        action.run();
    }
}
