package io.processexecutor.serialization.runtime;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;

/** A class on its way to a worker: its name, its bytes and the other classes on their way that it names. */
record Definition(ClassName name, ByteBuffer bytes, List<String> references) {

    static List<Definition> read(byte[] definitions) {
        List<Definition> read = new ArrayList<>();
        try (DataInputStream in = new DataInputStream(new ByteArrayInputStream(definitions))) {
            while (in.available() > 0) {
                ClassName name = ClassName.parse(in.readUTF());
                ByteBuffer bytes = ByteBuffer.wrap(in.readNBytes(in.readInt()));
                List<String> references = new ArrayList<>();
                for (int left = in.readInt(); left > 0; left--) {
                    references.add(in.readUTF());
                }
                read.add(new Definition(name, bytes, references));
            }
        } catch (IOException e) {
            throw new IllegalArgumentException("no definitions of classes", e);
        }
        return read;
    }

    static final class Writer {

        private final ByteArrayOutputStream bytes = new ByteArrayOutputStream(4096);
        private final DataOutputStream out = new DataOutputStream(bytes);

        void add(String name, byte[] classFile, List<String> references) {
            try {
                out.writeUTF(name);
                out.writeInt(classFile.length);
                out.write(classFile);
                out.writeInt(references.size());
                for (String each : references) {
                    out.writeUTF(each);
                }
            } catch (IOException e) {
                throw new IllegalStateException(e);
            }
        }

        byte[] toBytes() {
            return bytes.toByteArray();
        }
    }
}
