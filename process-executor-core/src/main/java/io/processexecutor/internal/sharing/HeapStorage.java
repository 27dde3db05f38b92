package io.processexecutor.internal.sharing;

import io.processexecutor.internal.protocol.PayloadOutput;
import io.processexecutor.serialization.ExecutorSerializers;
import io.processexecutor.serialization.shared.KnownHandles;
import io.processexecutor.serialization.shared.SharedSource;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;

/**
 * In the heap, for an executor whose tasks run in this process.
 *
 * @param serializers decode it for the tasks
 */
public record HeapStorage(ExecutorSerializers serializers) implements SharedStorage {

    @Override
    public SharedSource store(long id, Content content) throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        content.writeTo(bytes);
        SharedSource source = new Bytes(ByteBuffer.wrap(bytes.toByteArray()));
        KnownHandles.expect(id, source, serializers);
        return source;
    }

    @Override
    public void drop(long id) {
        KnownHandles.drop(id);
    }

    private record Bytes(ByteBuffer bytes) implements SharedSource {

        @Override
        public String location() {
            return "";
        }

        @Override
        public long size() {
            return bytes.remaining();
        }

        @Override
        public InputStream open() {
            return PayloadOutput.open(bytes);
        }

        @Override
        public ByteBuffer map() {
            return bytes.asReadOnlyBuffer();
        }

        /** They go with the last who knows them. */
        @Override
        public void delete() {}
    }
}
