package io.processexecutor.serialization.shared;

import java.io.InputStream;
import org.jspecify.annotations.Nullable;

/** Decodes a value that was shared. */
@FunctionalInterface
public interface SharedDecoder {

    /**
     * Decodes.
     *
     * @param serializer the name on the wire of what encoded it
     * @param source its bytes
     * @return the value
     */
    @Nullable
    Object decode(String serializer, InputStream source);
}
