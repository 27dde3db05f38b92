package io.processexecutor.internal.sharing;

import io.processexecutor.serialization.shared.SharedSource;
import java.io.IOException;
import java.io.OutputStream;

/** Where an executor puts what it shares with its tasks. Safe for use by many threads. */
public interface SharedStorage {

    /** Writes what is to be stored. */
    interface Content {

        /**
         * Writes it.
         *
         * @param sink where to
         * @throws IOException if that takes no more
         */
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

    /**
     * Tells whoever received it that no task uses it any more.
     *
     * @param id its number
     */
    void drop(long id);
}
