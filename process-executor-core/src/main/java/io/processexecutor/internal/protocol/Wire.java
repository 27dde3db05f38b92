package io.processexecutor.internal.protocol;

import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.StreamCorruptedException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** How texts and stack frames are written; {@code writeUTF} would stop at 64 KB. */
final class Wire {

    private Wire() {}

    static void writeString(DataOutputStream out, @Nullable String text) throws IOException {
        if (text == null) {
            out.writeInt(-1);
            return;
        }
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        out.writeInt(bytes.length);
        out.write(bytes);
    }

    static @Nullable String readString(DataInputStream in) throws IOException {
        int length = in.readInt();
        if (length == -1) {
            return null;
        }
        if (length < 0 || length > in.available()) {
            throw new StreamCorruptedException("a text of " + length + " bytes in a frame with " + in.available());
        }
        return new String(in.readNBytes(length), StandardCharsets.UTF_8);
    }

    static String readRequired(DataInputStream in) throws IOException {
        String text = readString(in);
        if (text == null) {
            throw new StreamCorruptedException("a text is missing");
        }
        return text;
    }

    static void writeBytes(DataOutputStream out, ByteBuffer bytes) throws IOException {
        out.writeInt(bytes.remaining());
        out.write(bytes.array(), bytes.arrayOffset() + bytes.position(), bytes.remaining());
    }

    static ByteBuffer readBytes(DataInputStream in) throws IOException {
        int length = in.readInt();
        if (length < 0 || length > in.available()) {
            throw new StreamCorruptedException(length + " bytes in a frame with " + in.available());
        }
        return ByteBuffer.wrap(in.readNBytes(length));
    }

    static void writeStrings(DataOutputStream out, List<String> texts) throws IOException {
        out.writeInt(texts.size());
        for (String each : texts) {
            writeString(out, each);
        }
    }

    static List<String> readStrings(DataInputStream in) throws IOException {
        List<String> texts = new ArrayList<>();
        for (int left = in.readInt(); left > 0; left--) {
            texts.add(readRequired(in));
        }
        return List.copyOf(texts);
    }

    static void writeFrames(DataOutputStream out, List<StackTraceElement> frames) throws IOException {
        out.writeInt(frames.size());
        for (StackTraceElement frame : frames) {
            writeString(out, frame.getClassLoaderName());
            writeString(out, frame.getModuleName());
            writeString(out, frame.getModuleVersion());
            writeString(out, frame.getClassName());
            writeString(out, frame.getMethodName());
            writeString(out, frame.getFileName());
            out.writeInt(frame.getLineNumber());
        }
    }

    static List<StackTraceElement> readFrames(DataInputStream in) throws IOException {
        List<StackTraceElement> frames = new ArrayList<>();
        for (int left = in.readInt(); left > 0; left--) {
            frames.add(new StackTraceElement(
                    readString(in),
                    readString(in),
                    readString(in),
                    readRequired(in),
                    readRequired(in),
                    readString(in),
                    in.readInt()));
        }
        return List.copyOf(frames);
    }
}
