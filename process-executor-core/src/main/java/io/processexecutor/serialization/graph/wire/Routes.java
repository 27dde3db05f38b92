package io.processexecutor.serialization.graph.wire;

import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** Chooses the way of each class; asked once per class and engine. */
public interface Routes {

    /**
     * Chooses.
     *
     * @param type any class
     * @param others the routes of other classes, such as the enum that a constant with a body belongs to
     * @return the way of its objects; for one that cannot travel, a route that refuses when it is written
     */
    Route choose(Class<?> type, Function<Class<?>, Route> others);

    /**
     * The class that every engine knows under a number.
     *
     * @param number the number
     * @return the class, whose route has that number; null if there is none
     */
    @Nullable
    Class<?> numbered(int number);
}
