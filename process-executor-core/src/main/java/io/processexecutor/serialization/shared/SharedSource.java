package io.processexecutor.serialization.shared;

import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;

/** Where the bytes of something shared are. */
public interface SharedSource {

    /**
     * Where another process finds them.
     *
     * @return the path of a file; empty if no other process does
     */
    String location();

    /**
     * How many there are.
     *
     * @return the number of bytes
     * @throws IOException if they are not there any more
     */
    long size() throws IOException;

    /**
     * Reads them.
     *
     * @return a stream to be closed; buffered
     * @throws IOException if they are not there any more
     */
    InputStream open() throws IOException;

    /**
     * Shows them without a copy.
     *
     * @return a read-only buffer of all of them
     * @throws IOException if they are not there any more, or the system does not show them
     */
    ByteBuffer map() throws IOException;

    /** Removes them; whoever has them open keeps them. */
    void delete();
}
