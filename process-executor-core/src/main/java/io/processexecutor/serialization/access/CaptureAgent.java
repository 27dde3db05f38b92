package io.processexecutor.serialization.access;

import java.lang.instrument.Instrumentation;
import org.jspecify.annotations.Nullable;

/**
 * Takes what the JVM gives an agent. The JVM loads it by name through the system class loader, so it depends on nothing
 * but the JDK, and {@link ClassCapture} may read another copy of it than its own.
 */
final class CaptureAgent {

    static volatile @Nullable Instrumentation instrumentation;

    private CaptureAgent() {}

    /**
     * Called by the JVM.
     *
     * @param arguments none
     * @param given what an agent may do
     */
    public static void agentmain(@Nullable String arguments, Instrumentation given) {
        instrumentation = given;
    }
}
