package io.processexecutor.serialization.graph.hooks;

import com.esotericsoftware.kryo.io.Output;
import io.processexecutor.serialization.graph.wire.GraphKryo;
import io.processexecutor.serialization.graph.wire.GraphOutput;
import java.io.ByteArrayOutputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.NotActiveException;
import java.io.ObjectOutputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * The stream that {@code writeObject} and {@code writeExternal} see; everything lands in the graph as {@link Items}. All
 * hooks of a graph see the same one, as in the JDK: a hook that writes an object may run another, and goes on after it.
 */
final class HookOutput extends ObjectOutputStream {

    private static final int NO_BLOCK = -1;

    private final GraphKryo kryo;
    private final OuterHooks outer = new OuterHooks();
    private @Nullable GraphOutput output;
    private @Nullable Object object;
    private @Nullable ClassLevel level;
    private @Nullable PutFields putFields;
    private int blockStart = NO_BLOCK;

    HookOutput(GraphKryo kryo) throws IOException {
        this.kryo = kryo;
    }

    static HookOutput of(GraphKryo kryo) {
        return kryo.session().kept(HookOutput.class, () -> create(kryo));
    }

    private static HookOutput create(GraphKryo kryo) {
        try {
            return new HookOutput(kryo);
        } catch (IOException e) {
            // The constructor only declares it.
            throw new UncheckedIOException(e);
        }
    }

    /** A hook begins, perhaps inside another one; the level is null for an externalizable object. */
    void enter(Output sink, Object written, @Nullable ClassLevel of) {
        outer.push(object, level, putFields);
        output = (GraphOutput) sink;
        object = written;
        level = of;
        putFields = null;
        blockStart = NO_BLOCK;
    }

    void writeEnd() {
        closeBlock();
        sink().writeByte(Items.END);
    }

    /** The hook has ended well; else the graph is lost, and nobody asks where the outer one was. */
    void leave() {
        putFields = (PutFields) outer.pop();
        level = (ClassLevel) outer.pop();
        object = outer.pop();
        blockStart = NO_BLOCK;
        if (object == null) {
            output = null;
        }
    }

    private GraphOutput sink() {
        if (output == null) {
            throw new IllegalStateException("The stream was used after the hook had returned");
        }
        return output;
    }

    @Override
    protected void writeObjectOverride(@Nullable Object value) {
        closeBlock();
        GraphOutput sink = sink();
        sink.writeByte(Items.OBJECT);
        try {
            kryo.write(sink, value);
        } catch (RuntimeException | Error e) {
            // The hook may catch it and go on; the bytes are cut short all the same.
            kryo.session().spoil(e);
            throw e;
        }
    }

    @Override
    public void writeUnshared(@Nullable Object value) {
        closeBlock();
        GraphOutput sink = sink();
        sink.writeByte(Items.OBJECT);
        try {
            kryo.writeUnshared(sink, value);
        } catch (RuntimeException | Error e) {
            kryo.session().spoil(e);
            throw e;
        }
    }

    @Override
    public void defaultWriteObject() throws IOException {
        ClassLevel current = active();
        closeBlock();
        GraphOutput sink = sink();
        sink.writeByte(Items.FIELDS);
        try {
            current.writeFields(kryo, sink, Objects.requireNonNull(object));
        } catch (RuntimeException | Error e) {
            kryo.session().spoil(e);
            throw e;
        }
    }

    @Override
    public PutField putFields() throws IOException {
        if (putFields == null) {
            putFields = new PutFields(active().description());
        }
        return putFields;
    }

    @Override
    public void writeFields() throws IOException {
        if (putFields == null) {
            throw new NotActiveException("no current PutField object");
        }
        closeBlock();
        GraphOutput sink = sink();
        sink.writeByte(Items.NAMED_FIELDS);
        try {
            putFields.write(kryo, sink);
        } catch (RuntimeException | Error e) {
            kryo.session().spoil(e);
            throw e;
        }
    }

    private ClassLevel active() throws NotActiveException {
        if (level == null) {
            throw new NotActiveException("not in call to writeObject");
        }
        return level;
    }

    // --- Primitive data ---

    private GraphOutput block(int bytes) {
        GraphOutput sink = sink();
        if (blockStart != NO_BLOCK && sink.position() - blockStart + bytes > Items.LONGEST_SHORT_BLOCK) {
            closeBlock();
        }
        if (blockStart == NO_BLOCK) {
            sink.writeByte(Items.SHORT_BLOCK);
            sink.writeByte(0);
            blockStart = sink.position();
        }
        return sink;
    }

    private void closeBlock() {
        if (blockStart != NO_BLOCK) {
            GraphOutput sink = sink();
            sink.getBuffer()[blockStart - 1] = (byte) (sink.position() - blockStart);
            blockStart = NO_BLOCK;
        }
    }

    @Override
    public void write(int value) {
        block(1).writeByte(value);
    }

    @Override
    public void write(byte[] bytes) {
        write(bytes, 0, bytes.length);
    }

    @Override
    public void write(byte[] bytes, int offset, int length) {
        Objects.checkFromIndexSize(offset, length, bytes.length);
        if (length <= Items.LONGEST_SHORT_BLOCK) {
            block(length).writeBytes(bytes, offset, length);
            return;
        }
        closeBlock();
        GraphOutput sink = sink();
        sink.writeByte(Items.LONG_BLOCK);
        sink.writeVarInt(length, true);
        sink.writeBytes(bytes, offset, length);
    }

    @Override
    public void writeBoolean(boolean value) {
        block(1).writeBoolean(value);
    }

    @Override
    public void writeByte(int value) {
        block(1).writeByte(value);
    }

    @Override
    public void writeShort(int value) {
        GraphOutput sink = block(2);
        sink.writeByte(value >>> 8);
        sink.writeByte(value);
    }

    @Override
    public void writeChar(int value) {
        writeShort(value);
    }

    @Override
    public void writeInt(int value) {
        block(4).writeInt(Integer.reverseBytes(value));
    }

    @Override
    public void writeLong(long value) {
        block(8).writeLong(Long.reverseBytes(value));
    }

    @Override
    public void writeFloat(float value) {
        writeInt(Float.floatToIntBits(value));
    }

    @Override
    public void writeDouble(double value) {
        writeLong(Double.doubleToLongBits(value));
    }

    @Override
    public void writeBytes(String text) {
        write(text.getBytes(StandardCharsets.ISO_8859_1));
    }

    @Override
    public void writeChars(String text) {
        for (int i = 0; i < text.length(); i++) {
            writeChar(text.charAt(i));
        }
    }

    @Override
    public void writeUTF(String text) throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream(text.length() + 2);
        new DataOutputStream(bytes).writeUTF(text);
        write(bytes.toByteArray());
    }

    // --- What has no meaning inside a graph ---

    @Override
    public void flush() {}

    @Override
    protected void drain() {}

    @Override
    public void close() {}

    @Override
    public void useProtocolVersion(int version) {}

    @Override
    public void reset() throws IOException {
        throw new IOException("stream active");
    }
}
