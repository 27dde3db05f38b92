package io.processexecutor.serialization.classfile;

import java.io.ByteArrayInputStream;
import java.io.DataInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/**
 * The constants of one class file, read when asked for. An index that does not fit the file fails with an
 * {@link IllegalArgumentException}. Not thread-safe.
 */
public final class Constants {

    /** The tag of a call site. */
    public static final int INVOKE_DYNAMIC = 18;

    static final int UTF8 = 1;
    private static final int INTEGER = 3;
    private static final int LONG = 5;
    private static final int DOUBLE = 6;
    static final int CLASS = 7;
    private static final int FIELD = 9;
    private static final int METHOD = 10;
    private static final int INTERFACE_METHOD = 11;
    private static final int NAME_AND_TYPE = 12;
    private static final int METHOD_HANDLE = 15;
    private static final int METHOD_TYPE = 16;
    private static final int DYNAMIC = 17;

    private final ClassBytes bytes;
    private final int[] offsets;
    private final @Nullable String[] texts;
    private final int end;

    Constants(ClassBytes bytes, int start) {
        this.bytes = bytes;
        int count = bytes.unsigned2(start);
        this.offsets = new int[count];
        this.texts = new @Nullable String[count];
        int at = start + 2;
        for (int i = 1; i < count; i++) {
            offsets[i] = at;
            int tag = bytes.unsigned1(at);
            at += 1 + size(tag, at);
            if (tag == LONG || tag == DOUBLE) {
                i++;
            }
        }
        this.end = at;
    }

    private int size(int tag, int at) {
        return switch (tag) {
            case UTF8 -> 2 + bytes.unsigned2(at + 1);
            case LONG, DOUBLE -> 8;
            case INTEGER, 4, FIELD, METHOD, INTERFACE_METHOD, NAME_AND_TYPE, DYNAMIC, INVOKE_DYNAMIC -> 4;
            case METHOD_HANDLE -> 3;
            case CLASS, 8, METHOD_TYPE, 19, 20 -> 2;
            default -> throw new IllegalArgumentException("Unknown constant " + tag);
        };
    }

    int end() {
        return end;
    }

    /**
     * How many indexes there are.
     *
     * @return one more than the highest index
     */
    public int count() {
        return offsets.length;
    }

    /**
     * What kind of constant an index has.
     *
     * @param index the index
     * @return the tag of the class file format; 0 for an index that has no constant
     */
    public int tag(int index) {
        boolean used = index > 0 && index < offsets.length && offsets[index] != 0;
        return used ? bytes.unsigned1(offsets[index]) : 0;
    }

    /**
     * A text.
     *
     * @param index of a Utf8 constant
     * @return the text
     */
    public String text(int index) {
        int at = expect(index, UTF8);
        String text = texts[index];
        if (text == null) {
            text = decode(at, bytes.unsigned2(at));
            texts[index] = text;
        }
        return text;
    }

    private String decode(int at, int length) {
        for (int i = at + 2; i < at + 2 + length; i++) {
            if (bytes.unsigned1(i) >= 0x80) {
                try {
                    return new DataInputStream(new ByteArrayInputStream(bytes.array(), at, length + 2)).readUTF();
                } catch (IOException e) {
                    throw new IllegalArgumentException("Not a text: " + e, e);
                }
            }
        }
        return new String(bytes.array(), at + 2, length, StandardCharsets.ISO_8859_1);
    }

    /**
     * An int.
     *
     * @param index of an Integer constant
     * @return its value
     */
    public int integer(int index) {
        return bytes.signed4(expect(index, INTEGER));
    }

    /**
     * A class.
     *
     * @param index of a Class constant
     * @return the internal name, or the descriptor of an array class
     */
    public String className(int index) {
        return text(bytes.unsigned2(expect(index, CLASS)));
    }

    /**
     * A method type.
     *
     * @param index of a MethodType constant
     * @return the descriptor
     */
    public String methodType(int index) {
        return text(bytes.unsigned2(expect(index, METHOD_TYPE)));
    }

    /**
     * A field or a method.
     *
     * @param index of a Fieldref, Methodref or InterfaceMethodref constant
     * @return the reference
     */
    public MemberReference member(int index) {
        int tag = tag(index);
        if (tag < FIELD || tag > INTERFACE_METHOD) {
            throw unexpected(index, "a member");
        }
        int at = offsets[index] + 1;
        int nameAndType = expect(bytes.unsigned2(at + 2), NAME_AND_TYPE);
        return new MemberReference(
                className(bytes.unsigned2(at)),
                text(bytes.unsigned2(nameAndType)),
                text(bytes.unsigned2(nameAndType + 2)),
                tag == INTERFACE_METHOD);
    }

    /**
     * A method handle.
     *
     * @param index of a MethodHandle constant
     * @return the handle
     */
    public HandleReference handle(int index) {
        int at = expect(index, METHOD_HANDLE);
        return new HandleReference(bytes.unsigned1(at), member(bytes.unsigned2(at + 1)));
    }

    /**
     * A call site.
     *
     * @param index of an InvokeDynamic constant
     * @return the index of its bootstrap, its name and its type
     */
    public CallSiteConstant callSite(int index) {
        int at = expect(index, INVOKE_DYNAMIC);
        int nameAndType = expect(bytes.unsigned2(at + 2), NAME_AND_TYPE);
        return new CallSiteConstant(
                bytes.unsigned2(at), text(bytes.unsigned2(nameAndType)), text(bytes.unsigned2(nameAndType + 2)));
    }

    /**
     * A call site as the constants name it.
     *
     * @param bootstrap the index of its bootstrap
     * @param name the name it asks for
     * @param descriptor its type
     */
    public record CallSiteConstant(int bootstrap, String name, String descriptor) {}

    private int expect(int index, int tag) {
        if (tag(index) != tag) {
            throw unexpected(index, "tag " + tag);
        }
        return offsets[index] + 1;
    }

    private static IllegalArgumentException unexpected(int index, String expected) {
        return new IllegalArgumentException("Constant " + index + " is not " + expected);
    }
}
