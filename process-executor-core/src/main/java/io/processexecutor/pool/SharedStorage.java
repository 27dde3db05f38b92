package io.processexecutor.pool;

import io.processexecutor.serialization.shared.SharedSource;
import java.io.IOException;
import java.io.OutputStream;

/** Where an executor puts what it shares with its tasks. Safe for use by many threads. */
interface SharedStorage {

    /** Writes what is to be stored. */
    interface Content {

        void writeTo(OutputStream sink) throws IOException;
    }

    /**
     * Stores something.
     *
     * @param id its number
     * @param content writes it; what it throws is thrown, and nothing is left
     * @return where it is
     * @throws IOException if there is no room
     */
    SharedSource store(long id, Content content) throws IOException;

    /** Tells whoever received it that no task uses it any more. */
    void drop(long id);
}
