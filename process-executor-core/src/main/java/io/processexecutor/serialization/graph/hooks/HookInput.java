package io.processexecutor.serialization.graph.hooks;

import com.esotericsoftware.kryo.io.Input;
import io.processexecutor.serialization.access.SerializationHooks;
import io.processexecutor.serialization.explain.Refusal;
import io.processexecutor.serialization.graph.failure.MalformedGraph;
import io.processexecutor.serialization.graph.field.ClassFields;
import io.processexecutor.serialization.graph.field.FieldSlot;
import io.processexecutor.serialization.graph.wire.GraphInput;
import io.processexecutor.serialization.graph.wire.GraphKryo;
import io.processexecutor.serialization.policy.StreamFilter;
import java.io.DataInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InvalidObjectException;
import java.io.NotActiveException;
import java.io.ObjectInputStream;
import java.io.ObjectInputValidation;
import java.io.OptionalDataException;
import java.io.UncheckedIOException;
import java.util.HashMap;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * The stream that {@code readObject} and {@code readExternal} see: the {@link Items} that {@link HookOutput} wrote. All hooks
 * of a graph see the same one.
 */
final class HookInput extends ObjectInputStream {

    private static final int NOT_PEEKED = -1;

    private final GraphKryo kryo;
    private final OuterHooks outer = new OuterHooks();
    private @Nullable DataInputStream data;
    private @Nullable GraphInput input;
    private @Nullable Object object;
    private @Nullable ClassLevel level;
    private int tag = NOT_PEEKED;
    private int blockBytes;

    HookInput(GraphKryo kryo) throws IOException {
        this.kryo = kryo;
        // Collections of the JDK ask it before they reserve room for as many elements as the bytes claim.
        StreamFilter.on(this, kryo.policy().limits(), () -> source().left());
    }

    static HookInput of(GraphKryo kryo) {
        return kryo.session().kept(HookInput.class, () -> create(kryo));
    }

    private static HookInput create(GraphKryo kryo) {
        try {
            return new HookInput(kryo);
        } catch (IOException e) {
            // The constructor only declares it.
            throw new UncheckedIOException(e);
        }
    }

    /** A hook begins, perhaps inside another one; the level is null for an externalizable object. */
    void enter(Input source, Object read, @Nullable ClassLevel of) {
        outer.push(object, level, null);
        input = (GraphInput) source;
        object = read;
        level = of;
        tag = NOT_PEEKED;
        blockBytes = 0;
    }

    /** The hook has ended well; what it read was the last item that the outer one had begun. */
    void leave() {
        outer.pop();
        level = (ClassLevel) outer.pop();
        object = outer.pop();
        tag = NOT_PEEKED;
        blockBytes = 0;
        if (object == null) {
            input = null;
        }
    }

    /** Skips what the hook left unread: objects in it may be referred to later. */
    void readEnd() {
        while (true) {
            skipBlock();
            int next = peek();
            if (next == Items.END) {
                break;
            }
            tag = NOT_PEEKED;
            if (next == Items.OBJECT) {
                kryo.read(source());
            } else {
                values(next);
            }
        }
    }

    private GraphInput source() {
        if (input == null) {
            throw new IllegalStateException("The stream was used after the hook had returned");
        }
        return input;
    }

    private int peek() {
        if (tag == NOT_PEEKED) {
            tag = source().readByte();
            if (tag < Items.END || tag > Items.NAMED_FIELDS) {
                throw new MalformedGraph("item " + tag + " in what a hook wrote");
            }
        }
        return tag;
    }

    /** Whether primitive data is next; skips serializable fields that nobody asked for, as the JDK does. */
    private boolean inBlock() {
        while (blockBytes == 0) {
            int next = peek();
            if (next == Items.SHORT_BLOCK) {
                blockBytes = source().readByteUnsigned();
            } else if (next == Items.LONG_BLOCK) {
                blockBytes = source().readCount(1);
            } else if (next == Items.FIELDS || next == Items.NAMED_FIELDS) {
                tag = NOT_PEEKED;
                values(next);
                continue;
            } else {
                return false;
            }
            tag = NOT_PEEKED;
        }
        return true;
    }

    private void skipBlock() {
        while (blockBytes > 0 || peek() == Items.SHORT_BLOCK || peek() == Items.LONG_BLOCK) {
            if (inBlock()) {
                source().skip(blockBytes);
                blockBytes = 0;
            }
        }
    }

    @Override
    protected @Nullable Object readObjectOverride() throws IOException {
        if (inBlock()) {
            OptionalDataException data = SerializationHooks.newOptionalDataExceptionForSerialization(false);
            data.length = blockBytes;
            throw data;
        }
        if (peek() == Items.END) {
            throw SerializationHooks.newOptionalDataExceptionForSerialization(true);
        }
        tag = NOT_PEEKED;
        try {
            Object read = kryo.read(source());
            kryo.showWhatWasRead();
            giveAway(read, level == null ? Objects.requireNonNull(object).getClass() : level.type());
            return read;
        } catch (RuntimeException | Error e) {
            kryo.session().spoil(e);
            throw e;
        }
    }

    /** The JDK's own classes are known to copy nothing of what they read by hand. */
    void giveAway(@Nullable Object read, Class<?> taker) {
        Refusal lacking = kryo.lacksEntries(read, taker);
        if (lacking != null && !ClassFields.ofPlatform(taker)) {
            kryo.session().spoil(lacking);
            throw lacking;
        }
    }

    @Override
    public @Nullable Object readUnshared() throws IOException {
        return readObjectOverride();
    }

    @Override
    public void defaultReadObject() throws IOException {
        ClassLevel current = active();
        Object target = Objects.requireNonNull(object);
        int next = blockBytes > 0 ? Items.SHORT_BLOCK : peek();
        try {
            if (next == Items.FIELDS) {
                tag = NOT_PEEKED;
                current.readFields(kryo, source(), target);
            } else if (next == Items.NAMED_FIELDS) {
                tag = NOT_PEEKED;
                Map<String, @Nullable Object> values = values(next);
                for (FieldSlot slot : current.slots()) {
                    slot.put(target, values.get(slot.name()));
                }
            } else if (current.slots().length > 0) {
                throw new InvalidObjectException(
                        "the fields of " + current.type().getName() + " were not written where they are read");
            }
            kryo.showWhatWasRead();
        } catch (RuntimeException | Error e) {
            kryo.session().spoil(e);
            throw e;
        }
    }

    @Override
    public GetField readFields() throws IOException {
        ClassLevel current = active();
        int next = blockBytes > 0 ? Items.SHORT_BLOCK : peek();
        if (next != Items.FIELDS && next != Items.NAMED_FIELDS) {
            return new GetFields(current.description(), Map.of(), this);
        }
        tag = NOT_PEEKED;
        return new GetFields(current.description(), values(next), this);
    }

    private Map<String, @Nullable Object> values(int item) {
        Map<String, @Nullable Object> values = new HashMap<>();
        GraphInput source = source();
        try {
            if (item == Items.NAMED_FIELDS) {
                for (int i = source.readCount(2); i > 0; i--) {
                    String name = source.readString();
                    values.put(name, kryo.read(source));
                }
            } else if (level != null) {
                for (FieldSlot slot : level.slots()) {
                    values.put(slot.name(), slot.readValue(kryo, source));
                }
            }
            kryo.showWhatWasRead();
        } catch (RuntimeException | Error e) {
            kryo.session().spoil(e);
            throw e;
        }
        return values;
    }

    private ClassLevel active() throws NotActiveException {
        if (level == null) {
            throw new NotActiveException("not in call to readObject");
        }
        return level;
    }

    @Override
    public void registerValidation(@Nullable ObjectInputValidation callback, int priority)
            throws InvalidObjectException {
        if (callback == null) {
            throw new InvalidObjectException("null callback");
        }
        kryo.session().validateLater(callback, priority);
    }

    // --- Primitive data ---

    /** For what is rarely read: it has buffers of its own, and a deep graph has many streams. */
    private DataInputStream data() {
        if (data == null) {
            data = new DataInputStream(this);
        }
        return data;
    }

    private Input block(int bytes) throws IOException {
        if (!inBlock()) {
            throw new EOFException();
        }
        blockBytes -= bytes;
        return source();
    }

    private boolean whole(int bytes) {
        return inBlock() && blockBytes >= bytes;
    }

    @Override
    public int read() {
        if (!inBlock()) {
            return -1;
        }
        blockBytes--;
        return source().readByteUnsigned();
    }

    @Override
    public int read(byte[] bytes, int offset, int length) {
        Objects.checkFromIndexSize(offset, length, bytes.length);
        if (length == 0) {
            return 0;
        }
        if (!inBlock()) {
            return -1;
        }
        int count = Math.min(length, blockBytes);
        source().readBytes(bytes, offset, count);
        blockBytes -= count;
        return count;
    }

    @Override
    public int available() {
        return inBlock() ? blockBytes : 0;
    }

    @Override
    public long skip(long bytes) {
        long skipped = 0;
        while (skipped < bytes && inBlock()) {
            int count = (int) Math.min(bytes - skipped, blockBytes);
            source().skip(count);
            blockBytes -= count;
            skipped += count;
        }
        return skipped;
    }

    @Override
    public int skipBytes(int bytes) {
        return (int) skip(bytes);
    }

    @Override
    public boolean readBoolean() throws IOException {
        return readByte() != 0;
    }

    @Override
    public byte readByte() throws IOException {
        return block(1).readByte();
    }

    @Override
    public int readUnsignedByte() throws IOException {
        return readByte() & 0xFF;
    }

    @Override
    public short readShort() throws IOException {
        int high = readUnsignedByte();
        return (short) (high << 8 | readUnsignedByte());
    }

    @Override
    public int readUnsignedShort() throws IOException {
        return readShort() & 0xFFFF;
    }

    @Override
    public char readChar() throws IOException {
        return (char) readShort();
    }

    @Override
    public int readInt() throws IOException {
        return whole(4) ? Integer.reverseBytes(block(4).readInt()) : data().readInt();
    }

    @Override
    public long readLong() throws IOException {
        return whole(8) ? Long.reverseBytes(block(8).readLong()) : data().readLong();
    }

    @Override
    public float readFloat() throws IOException {
        return Float.intBitsToFloat(readInt());
    }

    @Override
    public double readDouble() throws IOException {
        return Double.longBitsToDouble(readLong());
    }

    @Override
    public void readFully(byte[] bytes) throws IOException {
        data().readFully(bytes);
    }

    @Override
    public void readFully(byte[] bytes, int offset, int length) throws IOException {
        data().readFully(bytes, offset, length);
    }

    @Override
    public String readUTF() throws IOException {
        return data().readUTF();
    }

    @Override
    @Deprecated
    public String readLine() throws IOException {
        return data().readLine();
    }

    @Override
    public void close() {}
}
