package io.processexecutor.serialization;

import io.processexecutor.serialization.access.DeepAccess;

/** Says how far this JVM lets the serializers go. */
final class Diagnosis {

    private static final String SWITCH = DeepAccess.DEEP_REFLECTION_PROPERTY;

    private Diagnosis() {}

    static String text() {
        boolean deep = DeepAccess.available();
        return String.join(
                System.lineSeparator(),
                "Serializers on Java " + System.getProperty("java.vm.version") + " ("
                        + System.getProperty("java.vendor") + ")",
                "  way into classes: " + DeepAccess.diagnose(),
                "  deep reflection: " + (DeepAccess.allowed() ? on(deep) : off()),
                "  lambdas: " + (deep ? "all travel, Serializable or not" : lambdasWithoutAccess()),
                "  refused: what lives in one JVM only (threads, sockets, open streams, class loaders, executors,"
                        + " application contexts), and lambdas written in hidden classes"
                        + (deep ? "" : refusedWithoutAccess()));
    }

    private static String on(boolean works) {
        return (works ? "on; -D" : "on, but this JVM gives no way in (see above); -D") + SWITCH + "=false turns it off";
    }

    private static String off() {
        return "off; start this JVM without -D" + SWITCH + "=false to turn it on";
    }

    private static String lambdasWithoutAccess() {
        return "those that are Serializable (ProcessTask, ProcessAction, a cast to (Runnable & Serializable)), and those"
                + " written in classes that are open to this library";
    }

    private static String refusedWithoutAccess() {
        return "; and without a way in: lambdas of the JDK (Comparator.comparing) that are not Serializable, method"
                + " handles, cycles through records, lambdas and immutable collections, and objects that are not"
                + " Serializable in packages that are closed to this library";
    }
}
