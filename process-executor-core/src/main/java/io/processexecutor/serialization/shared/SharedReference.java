package io.processexecutor.serialization.shared;

import java.io.Serial;
import java.io.Serializable;

/** What stands in an encoded graph for something shared, in whatever format: every serializer asks it what it stands for. */
public final class SharedReference implements Serializable {

    @Serial
    private static final long serialVersionUID = 1L;

    private final long id;
    private final boolean homeward;
    private final String name;
    private final String location;
    private final String serializer;
    private final boolean littleEndian;

    private SharedReference(
            long id, boolean homeward, String name, String location, String serializer, boolean littleEndian) {
        this.id = id;
        this.homeward = homeward;
        this.name = name;
        this.location = location;
        this.serializer = serializer;
        this.littleEndian = littleEndian;
    }

    /**
     * Stands for a value.
     *
     * @param id its number, which no other has in the process where it was made
     * @param name how messages call it
     * @param source its bytes
     * @param serializer the name on the wire of what encoded it
     * @return the reference, for tasks
     */
    public static SharedReference toValue(long id, String name, SharedSource source, String serializer) {
        return new SharedReference(id, false, name, source.location(), serializer, false);
    }

    /**
     * Stands for bytes.
     *
     * @param id as for a value
     * @param name how messages call it
     * @param source the bytes
     * @param littleEndian the order in which they are to be shown
     * @return the reference, for tasks
     */
    public static SharedReference toBuffer(long id, String name, SharedSource source, boolean littleEndian) {
        return new SharedReference(id, false, name, source.location(), "", littleEndian);
    }

    /** The same on its way back to where it was made, which needs no more than the number. */
    SharedReference home() {
        return new SharedReference(id, true, name, "", serializer, littleEndian);
    }

    long id() {
        return id;
    }

    boolean isHomeward() {
        return homeward;
    }

    String location() {
        return location;
    }

    boolean isToBuffer() {
        return serializer.isEmpty();
    }

    String serializer() {
        return serializer;
    }

    boolean isLittleEndian() {
        return littleEndian;
    }

    @Serial
    private Object readResolve() {
        return KnownHandles.find(this);
    }

    @Override
    public String toString() {
        return name;
    }
}
