package io.processexecutor.serialization.lambda;

import io.processexecutor.serialization.classfile.HandleReference;
import io.processexecutor.serialization.classfile.MemberReference;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;

/** The binary form of a {@link LambdaSite}. Leaves out what most sites have in common. */
final class LambdaSiteCodec {

    private static final int SERIALIZABLE = 1;
    private static final int OWNER_IS_HOST = 2;
    private static final int OWNER_IS_INTERFACE = 4;
    private static final int INSTANTIATED_AS_ERASED = 8;
    private static final int EXTRAS = 16;
    private static final int KNOWN_FLAGS = 31;

    private LambdaSiteCodec() {}

    static byte[] encode(LambdaSite site) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream(256);
        try (DataOutputStream out = new DataOutputStream(bytes)) {
            LambdaSite.Type type = site.type();
            MemberReference member = site.implementation().member();
            int flags = flags(site);
            out.writeByte(flags);
            out.writeUTF(site.host().name());
            out.writeLong(site.host().version());
            out.writeUTF(type.methodName());
            out.writeUTF(type.methodType());
            out.writeUTF(type.factoryType());
            out.writeByte(site.implementation().kind());
            if ((flags & OWNER_IS_HOST) == 0) {
                out.writeUTF(member.owner());
            }
            out.writeUTF(member.name());
            out.writeUTF(member.descriptor());
            if ((flags & INSTANTIATED_AS_ERASED) == 0) {
                out.writeUTF(site.instantiatedType());
            }
            if ((flags & EXTRAS) != 0) {
                writeAll(out, type.markers());
                writeAll(out, type.bridges());
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return bytes.toByteArray();
    }

    private static int flags(LambdaSite site) {
        LambdaSite.Type type = site.type();
        MemberReference member = site.implementation().member();
        return (type.serializable() ? SERIALIZABLE : 0)
                | (member.owner().equals(site.host().name()) ? OWNER_IS_HOST : 0)
                | (member.ofInterface() ? OWNER_IS_INTERFACE : 0)
                | (site.instantiatedType().equals(type.methodType()) ? INSTANTIATED_AS_ERASED : 0)
                | (type.markers().isEmpty() && type.bridges().isEmpty() ? 0 : EXTRAS);
    }

    static LambdaSite decode(byte[] encoded) {
        try (DataInputStream in = new DataInputStream(new ByteArrayInputStream(encoded))) {
            int flags = in.readUnsignedByte();
            if (flags > KNOWN_FLAGS) {
                throw new IllegalArgumentException("Not a lambda site: flags " + flags);
            }
            LambdaSite.Host host = new LambdaSite.Host(in.readUTF(), in.readLong());
            String methodName = in.readUTF();
            String methodType = in.readUTF();
            String factoryType = in.readUTF();
            int kind = in.readUnsignedByte();
            String owner = (flags & OWNER_IS_HOST) != 0 ? host.name() : in.readUTF();
            MemberReference member =
                    new MemberReference(owner, in.readUTF(), in.readUTF(), (flags & OWNER_IS_INTERFACE) != 0);
            String instantiated = (flags & INSTANTIATED_AS_ERASED) != 0 ? methodType : in.readUTF();
            boolean extras = (flags & EXTRAS) != 0;
            List<String> markers = extras ? readAll(in) : List.of();
            List<String> bridges = extras ? readAll(in) : List.of();
            if (in.available() > 0) {
                throw new IllegalArgumentException("Not a lambda site: " + in.available() + " bytes too many");
            }
            LambdaSite.Type type = new LambdaSite.Type(
                    methodName, methodType, factoryType, (flags & SERIALIZABLE) != 0, markers, bridges);
            return new LambdaSite(host, type, new HandleReference(kind, member), instantiated);
        } catch (IOException e) {
            throw new IllegalArgumentException("Not a lambda site: " + e, e);
        }
    }

    private static void writeAll(DataOutputStream out, List<String> texts) throws IOException {
        out.writeByte(texts.size());
        for (String text : texts) {
            out.writeUTF(text);
        }
    }

    private static List<String> readAll(DataInputStream in) throws IOException {
        List<String> texts = new ArrayList<>();
        for (int left = in.readUnsignedByte(); left > 0; left--) {
            texts.add(in.readUTF());
        }
        return List.copyOf(texts);
    }
}
