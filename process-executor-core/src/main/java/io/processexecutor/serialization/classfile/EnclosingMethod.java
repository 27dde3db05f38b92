package io.processexecutor.serialization.classfile;

import java.io.ByteArrayOutputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.lang.invoke.MethodType;
import java.lang.reflect.Constructor;
import java.lang.reflect.Method;
import org.jspecify.annotations.Nullable;

/** Puts back what the JVM leaves out when it writes a class file anew: where a local class was written. */
final class EnclosingMethod {

    private static final int UTF8 = 1;
    private static final int CLASS = 7;
    private static final int NAME_AND_TYPE = 12;

    private EnclosingMethod() {}

    /** Returns the bytes as they are for a class that is not local. */
    static byte[] restored(Class<?> type, byte[] bytes) {
        Class<?> outer;
        Method method;
        Constructor<?> constructor;
        try {
            outer = type.getEnclosingClass();
            if (outer == null || type.getDeclaringClass() != null) {
                return bytes;
            }
            method = type.getEnclosingMethod();
            constructor = type.getEnclosingConstructor();
        } catch (LinkageError e) {
            // Its outer class is gone: then the code of this one cannot ask for it either.
            return bytes;
        }
        if (method != null) {
            MethodType itsType = MethodType.methodType(method.getReturnType(), method.getParameterTypes());
            return appended(bytes, outer, method.getName(), itsType);
        }
        return constructor == null
                ? appended(bytes, outer, null, null)
                : appended(bytes, outer, "<init>", MethodType.methodType(void.class, constructor.getParameterTypes()));
    }

    private static byte[] appended(
            byte[] bytes, Class<?> outer, @Nullable String method, @Nullable MethodType methodType) {
        ClassBytes file = new ClassBytes(bytes);
        int end = new Constants(file, 8).end();
        int attributes = ClassFile.parse(bytes).attributesAt();
        int next = file.unsigned2(8);
        ByteArrayOutputStream changed = new ByteArrayOutputStream(bytes.length + 128);
        try (DataOutputStream out = new DataOutputStream(changed)) {
            boolean named = method != null && methodType != null;
            out.write(bytes, 0, 8);
            out.writeShort(next + (named ? 6 : 3));
            out.write(bytes, 10, end - 10);
            writeUtf8(out, "EnclosingMethod");
            writeUtf8(out, outer.getName().replace('.', '/'));
            out.writeByte(CLASS);
            out.writeShort(next + 1);
            if (method != null && methodType != null) {
                writeUtf8(out, method);
                writeUtf8(out, methodType.toMethodDescriptorString());
                out.writeByte(NAME_AND_TYPE);
                out.writeShort(next + 3);
                out.writeShort(next + 4);
            }
            out.write(bytes, end, attributes - end);
            out.writeShort(file.unsigned2(attributes) + 1);
            out.write(bytes, attributes + 2, bytes.length - attributes - 2);
            out.writeShort(next);
            out.writeInt(4);
            out.writeShort(next + 2);
            out.writeShort(named ? next + 5 : 0);
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
        return changed.toByteArray();
    }

    private static void writeUtf8(DataOutputStream out, String text) throws IOException {
        out.writeByte(UTF8);
        out.writeUTF(text);
    }
}
