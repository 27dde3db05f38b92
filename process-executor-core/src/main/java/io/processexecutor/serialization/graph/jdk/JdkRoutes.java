package io.processexecutor.serialization.graph.jdk;

import com.esotericsoftware.kryo.Serializer;
import io.processexecutor.serialization.graph.wire.Route.Kind;

/** Which classes of the JDK have a serializer of this room. */
public final class JdkRoutes {

    /** Gives a class its serializer and the next number. */
    @FunctionalInterface
    public interface Numbering {

        /**
         * Gives.
         *
         * @param type exactly this class
         * @param kind what its objects are
         * @param serializer writes and reads them
         */
        void add(Class<?> type, Kind kind, Serializer<?> serializer);
    }

    private JdkRoutes() {}

    /**
     * Numbers all classes that are known by themselves.
     *
     * @param numbers takes them
     */
    public static void giveTo(Numbering numbers) {
        numbers.add(Class.class, Kind.LEAF, new ClassSerializer());
    }
}
