package io.processexecutor.serialization.graph.jdk;

import io.processexecutor.serialization.graph.wire.Route.Kind;
import java.util.logging.Logger;
import org.jspecify.annotations.Nullable;

/** Loggers of {@code java.logging}, by their name. Loaded only where that module is. */
final class LoggerRoute {

    private LoggerRoute() {}

    static void giveTo(JdkRoutes.Numbering numbers) {
        numbers.add(
                Logger.class,
                Kind.NODE,
                new PartsSerializer<Logger>(
                        logger -> new @Nullable Object[] {logger.getName()}, parts -> logger((String) parts[0])));
    }

    private static Logger logger(@Nullable String name) {
        return name == null ? Logger.getAnonymousLogger() : Logger.getLogger(name);
    }
}
