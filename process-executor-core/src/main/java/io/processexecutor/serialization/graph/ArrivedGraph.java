package io.processexecutor.serialization.graph;

import io.processexecutor.internal.files.FileInput;
import io.processexecutor.serialization.graph.failure.MalformedGraph;
import io.processexecutor.serialization.graph.wire.ArrayContent;
import io.processexecutor.serialization.graph.wire.LargeArrays;
import io.processexecutor.serialization.policy.Limits;
import java.io.ByteArrayInputStream;
import java.io.DataInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.List;

/**
 * A graph that was taken from a stream and is still to be decoded.
 *
 * @param arrays its large arrays, complete
 * @param bytes contains all else
 * @param from where that begins
 * @param to where it ends
 */
@SuppressWarnings("ArrayRecordComponent") // Nobody compares them.
public record ArrivedGraph(List<Object> arrays, byte[] bytes, int from, int to) {

    private static final long UNKNOWN = -1;

    /** What precedes the graph, as far as it was read. */
    private static final class Head {

        private final InputStream source;
        private final DataInputStream data;
        private final Limits limits;
        private List<Object> arrays = List.of();
        private long bytes;
        private int length;

        Head(InputStream source, Limits limits) throws IOException {
            this.source = source;
            this.data = new DataInputStream(source);
            this.limits = limits;
            byte mark;
            while ((mark = data.readByte()) == LargeArrays.ARRAY || mark == LargeArrays.ANEW) {
                if (mark == LargeArrays.ANEW) {
                    arrays = List.of();
                    bytes = 0;
                } else {
                    takeArray();
                }
            }
            length = data.readInt();
            if (mark != Engine.FORMAT || length < 0) {
                throw new MalformedGraph("these are not bytes of this serializer");
            }
            limits.checkBytes(bytes + length + Engine.HEADER_BYTES);
        }

        private void takeArray() throws IOException {
            Class<?> component = ArrayContent.component(data.readByte());
            int elements = data.readInt();
            if (elements < 0) {
                throw new MalformedGraph("an array of " + elements + " elements");
            }
            limits.checkLength(elements);
            long size = (long) elements * ArrayContent.bytesEach(component);
            bytes += size;
            limits.checkBytes(bytes);
            long left = left(source);
            if (left != UNKNOWN && size > left) {
                throw new MalformedGraph("an array of " + size + " bytes where " + left + " are left");
            }
            if (arrays.isEmpty()) {
                arrays = new ArrayList<>();
            }
            arrays.add(
                    left == UNKNOWN
                            ? ArrayContent.readUnmeasured(source, component, elements)
                            : ArrayContent.read(source, component, elements));
        }
    }

    /** Takes exactly the bytes of one graph from a stream, and nothing of what follows. */
    static ArrivedGraph take(InputStream source, Limits limits) throws IOException {
        Head head = new Head(source, limits);
        byte[] bytes = source.readNBytes(head.length);
        checkLeft(bytes.length, head.length);
        return new ArrivedGraph(head.arrays, bytes, 0, bytes.length);
    }

    /** Finds the graph at the beginning of an array. */
    static ArrivedGraph in(byte[] bytes, Limits limits) throws IOException {
        ByteArrayInputStream source = new ByteArrayInputStream(bytes);
        Head head = new Head(source, limits);
        checkLeft(source.available(), head.length);
        int from = bytes.length - source.available();
        return new ArrivedGraph(head.arrays, bytes, from, from + head.length);
    }

    private static void checkLeft(int there, int length) {
        if (there < length) {
            throw new MalformedGraph("only " + there + " of " + length + " bytes are there");
        }
    }

    /** How much a stream still has, if it is one whose word can be taken for it: others may hold back what is to come. */
    private static long left(InputStream source) throws IOException {
        if (source instanceof FileInput file) {
            return file.left();
        }
        return source.getClass() == ByteArrayInputStream.class ? source.available() : UNKNOWN;
    }
}
