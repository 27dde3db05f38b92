package io.processexecutor.serialization.graph.jdk;

import io.processexecutor.serialization.graph.wire.GraphSerializer;
import java.util.logging.Logger;
import org.jspecify.annotations.Nullable;

/** Loggers of {@code java.logging}, by their name. Loaded only where that module is. */
final class LoggerRoute {

    static final Class<?> TYPE = Logger.class;

    private LoggerRoute() {}

    static GraphSerializer<?> serializer() {
        return new PartsSerializer<Logger>(
                logger -> new @Nullable Object[] {logger.getName()}, parts -> logger((String) parts[0]));
    }

    private static Logger logger(@Nullable String name) {
        return name == null ? Logger.getAnonymousLogger() : Logger.getLogger(name);
    }
}
