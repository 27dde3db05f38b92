package io.processexecutor.serialization;

import java.io.IOException;
import java.io.ObjectInputStream;
import java.io.ObjectOutputStream;
import java.io.Serial;
import java.io.Serializable;
import java.io.StreamCorruptedException;

/**
 * Carries through the platform's protocol what the closure serializer wrote: a marked object, or what a replacer sends for
 * one. By hand, since an array would be held to the limits for those of the application.
 */
final class ClosureBytes implements Serializable {

    /** In place of a replacer's place: this is the object itself. */
    static final int NOT_REPLACED = -1;

    @Serial
    private static final long serialVersionUID = 2L;

    final int replacer;
    transient byte[] bytes;

    ClosureBytes(int replacer, byte[] bytes) {
        this.replacer = replacer;
        this.bytes = bytes;
    }

    @Serial
    private void writeObject(ObjectOutputStream out) throws IOException {
        out.defaultWriteObject();
        out.writeInt(bytes.length);
        out.write(bytes);
    }

    @Serial
    private void readObject(ObjectInputStream in) throws IOException, ClassNotFoundException {
        in.defaultReadObject();
        int length = in.readInt();
        bytes = in.readNBytes(Math.max(0, length));
        if (bytes.length != length) {
            throw new StreamCorruptedException("only " + bytes.length + " of " + length + " bytes are there");
        }
    }
}
