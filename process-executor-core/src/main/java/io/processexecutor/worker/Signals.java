package io.processexecutor.worker;

import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandleProxies;
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

    private static void handle(String name, Runnable action) {
        try {
            MethodHandles.Lookup lookup = MethodHandles.publicLookup();
            Class<?> signalType = Class.forName("sun.misc.Signal");
            Class<?> handlerType = Class.forName("sun.misc.SignalHandler");
            MethodHandle run = MethodHandles.lookup()
                    .findVirtual(Runnable.class, "run", MethodType.methodType(void.class))
                    .bindTo(action);
            Object handler = MethodHandleProxies.asInterfaceInstance(
                    handlerType, MethodHandles.dropArguments(run, 0, signalType));
            Object signal = lookup.findConstructor(signalType, MethodType.methodType(void.class, String.class))
                    .invoke(name);
            Object unused = lookup.findStatic(
                            signalType, "handle", MethodType.methodType(handlerType, signalType, handlerType))
                    .invoke(signal, handler);
        } catch (Error e) {
            throw e;
        } catch (Throwable e) {
            // The signal is the operating system's or was taken by an option such as -Xrs.
        }
    }
}
