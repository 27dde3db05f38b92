package io.processexecutor.serialization.graph.wire;

import java.lang.invoke.MethodHandle;
import org.jspecify.annotations.Nullable;

/** The way of one class through one engine: its serializer, how it is named in the bytes, and what it is to the graph. */
public final class Route {

    /** What the objects of a class are to the graph. */
    public enum Kind {
        /**
         * Without identity and without children: boxes, dates. To remember each would make maps of boxes take half as
         * long again, for the sake of a difference that their own documentation says not to rely on.
         */
        VALUE,
        /** With identity, without children: strings, primitive arrays, enums. */
        LEAF,
        /** With identity and children. */
        NODE
    }

    static final int NAMED = -1;

    private final Class<?> type;
    private final int id;
    private final GraphSerializer<Object> serializer;
    private final Kind kind;
    private final Route wire;
    private final @Nullable MethodHandle writeReplace;
    private final int layout;

    // The place of the name in the graph under way; valid only while the mark is that graph's.
    int nameId;
    int nameMark;
    /** Forgotten after the graph, so that the loader of its class can be unloaded. */
    boolean passing;
    /** Whether objects travel as they are; not while someone may have something else to send for them. */
    boolean plain;
    /** Who is asked for something else; null until the first object is written. */
    int @Nullable [] offered;
    /** Named by its name alone. */
    boolean atHome;

    private Route(
            Class<?> type,
            int id,
            GraphSerializer<?> serializer,
            Kind kind,
            @Nullable Route wire,
            @Nullable MethodHandle writeReplace,
            int layout) {
        this.type = type;
        this.id = id;
        this.serializer = untyped(serializer);
        this.kind = kind;
        this.wire = wire == null ? this : wire;
        this.writeReplace = writeReplace;
        this.layout = layout;
        this.plain = writeReplace == null;
    }

    /**
     * A class that is written under its own name.
     *
     * @param type the class
     * @param kind what its objects are
     * @param serializer writes and reads them
     * @param layout a hash of what the serializer takes the class to look like; both ends must agree on it
     * @return the route
     */
    public static Route named(Class<?> type, Kind kind, GraphSerializer<?> serializer, int layout) {
        return new Route(type, NAMED, serializer, kind, null, null, layout);
    }

    /**
     * A class that every engine knows under the same number.
     *
     * @param id the number
     * @param type the class, or one that stands for a family
     * @param kind what its objects are
     * @param serializer writes and reads them
     * @return the route
     */
    public static Route numbered(int id, Class<?> type, Kind kind, GraphSerializer<?> serializer) {
        return new Route(type, id, serializer, kind, null, null, 0);
    }

    /**
     * A class whose objects are read back by the route of another.
     *
     * @param type the class
     * @param serializer writes them
     * @return the route
     */
    public Route standInFor(Class<?> type, GraphSerializer<?> serializer) {
        return new Route(type, NAMED, serializer, kind, this, null, 0);
    }

    /**
     * The same, for objects that name a replacement of themselves.
     *
     * @param replace a handle {@code (Object) -> Object}
     * @return the route
     */
    public Route replacedBy(MethodHandle replace) {
        return new Route(type, id, serializer, kind, wire == this ? null : wire, replace, layout);
    }

    /**
     * What writes and reads the objects.
     *
     * @return the serializer
     */
    public GraphSerializer<Object> serializer() {
        return serializer;
    }

    /**
     * What the objects are to the graph.
     *
     * @return the kind
     */
    public Kind kind() {
        return kind;
    }

    /**
     * The class.
     *
     * @return the class
     */
    public Class<?> typeOf() {
        return type;
    }

    /**
     * Whether the class alone says how its objects are read, so that a field of this final class needs no name.
     *
     * @return false if an object may come out as another
     */
    public boolean exact() {
        return wire == this && writeReplace == null;
    }

    /** The number under which every engine knows the class, or {@link #NAMED}. */
    int id() {
        return id;
    }

    int layout() {
        return layout;
    }

    Route wire() {
        return wire;
    }

    @Nullable
    MethodHandle writeReplace() {
        return writeReplace;
    }

    @SuppressWarnings("unchecked")
    private static GraphSerializer<Object> untyped(GraphSerializer<?> serializer) {
        return (GraphSerializer<Object>) serializer;
    }
}
