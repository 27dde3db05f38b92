package io.processexecutor.pool;

import io.processexecutor.serialization.TaskSerializers;
import io.processexecutor.serialization.access.DeepAccess;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slf4j.event.Level;

/**
 * Hands on to the workers whether the serializers of this JVM may use its internals: both ends of an executor must agree.
 */
final class DeepReflection {

    private static final Logger log = LoggerFactory.getLogger(DeepReflection.class);

    private static final String PROPERTY = DeepAccess.DEEP_REFLECTION_PROPERTY;
    private static final String OPTION = "-D" + PROPERTY + "=";

    private DeepReflection() {}

    /** The argument that makes workers do as this JVM does. */
    static String asHere(List<String> jvmArgs) {
        String wanted = OPTION + DeepAccess.allowed();
        for (String argument : jvmArgs) {
            if (argument.startsWith(OPTION) && !argument.equals(wanted)) {
                throw new IllegalArgumentException("jvmArgs must not switch the workers alone, was " + argument
                        + ": set " + PROPERTY + " for this JVM, which hands it on");
            }
        }
        return wanted;
    }

    /** Once for each executor: loud only if there is something to know. */
    static void report(String executor) {
        warnIfOtherwise(executor, System.getProperty(PROPERTY), DeepAccess.allowed());
        log.atLevel(DeepAccess.available() ? Level.DEBUG : Level.INFO)
                .addArgument(executor)
                .addArgument(TaskSerializers::diagnose)
                .log("{} - {}");
    }

    private static void warnIfOtherwise(String executor, @Nullable String property, boolean allowed) {
        if (property != null && !property.equalsIgnoreCase(Boolean.toString(allowed))) {
            log.warn(
                    "{} - {} is \"{}\", and {} is in force: it is true or false, and read once, when serializers are first"
                            + " used. Set it on the command line.",
                    executor,
                    PROPERTY,
                    property,
                    allowed);
        }
    }
}
