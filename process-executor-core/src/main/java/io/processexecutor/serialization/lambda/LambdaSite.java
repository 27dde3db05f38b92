package io.processexecutor.serialization.lambda;

import io.processexecutor.serialization.classfile.Descriptors;
import io.processexecutor.serialization.classfile.HandleReference;
import io.processexecutor.serialization.classfile.MemberReference;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.zip.CRC32;
import org.jspecify.annotations.Nullable;

/**
 * Everything it takes to link a lambda again: which class wrote it, what it is to its callers and what it calls. Holds
 * names only, no class and nothing captured. Immutable and thread-safe.
 */
public final class LambdaSite {

    private final Host host;
    private final Type type;
    private final HandleReference implementation;
    private final String instantiatedType;
    private final int hash;
    private volatile byte @Nullable [] encoded;

    LambdaSite(Host host, Type type, HandleReference implementation, String instantiatedType) {
        this.host = host;
        this.type = type;
        this.implementation = implementation;
        this.instantiatedType = instantiatedType;
        this.hash = hash();
    }

    /**
     * The class that wrote a lambda, in the version that was read.
     *
     * @param name the internal name
     * @param version the check sum and length of its class file
     */
    public record Host(String name, long version) {

        static Host of(String name, byte[] classFile) {
            CRC32 sum = new CRC32();
            sum.update(classFile);
            return new Host(name, sum.getValue() << 32 | classFile.length);
        }

        /**
         * The name as a class loader wants it.
         *
         * @return the binary name
         */
        public String className() {
            return name.replace('/', '.');
        }
    }

    /**
     * What a lambda is to those who make and call it.
     *
     * @param methodName the method of the functional interface
     * @param methodType its erased type
     * @param factoryType what is captured, and the functional interface
     * @param serializable whether the call site asked for a serializable one
     * @param markers the internal names of further interfaces
     * @param bridges further types of the method
     */
    public record Type(
            String methodName,
            String methodType,
            String factoryType,
            boolean serializable,
            List<String> markers,
            List<String> bridges) {

        /**
         * The functional interface.
         *
         * @return its internal name
         */
        public String interfaceName() {
            return Descriptors.returnedClass(factoryType);
        }
    }

    /**
     * The class that wrote the lambda.
     *
     * @return the host
     */
    public Host host() {
        return host;
    }

    /**
     * What the lambda is to its callers.
     *
     * @return the type
     */
    public Type type() {
        return type;
    }

    /**
     * What the lambda calls.
     *
     * @return the implementation
     */
    public HandleReference implementation() {
        return implementation;
    }

    /**
     * The type of the method with the type arguments of this site filled in.
     *
     * @return a method descriptor
     */
    public String instantiatedType() {
        return instantiatedType;
    }

    /**
     * The classes that a lambda of this site is made of: the one that wrote it, those it is an instance of, the one whose
     * method it calls, and those of what it captured as they are declared.
     *
     * @return their binary names; those of arrays as {@link Class#getName()} has them
     */
    public List<String> classNames() {
        List<String> names = new ArrayList<>();
        names.add(host.className());
        names.add(binary(type.interfaceName()));
        type.markers().forEach(marker -> names.add(binary(marker)));
        names.add(binary(implementation.member().owner()));
        for (String captured : Descriptors.parameters(type.factoryType())) {
            if (captured.startsWith("[")) {
                names.add(binary(captured));
            } else if (captured.startsWith("L")) {
                names.add(binary(captured.substring(1, captured.length() - 1)));
            }
        }
        return names;
    }

    private static String binary(String internalName) {
        return internalName.replace('/', '.');
    }

    /**
     * What is captured.
     *
     * @return one letter for each value in order: {@code L} for a reference, else the descriptor of the primitive type
     */
    public String captureKinds() {
        StringBuilder kinds = new StringBuilder();
        for (String captured : Descriptors.parameters(type.factoryType())) {
            kinds.append(Descriptors.kind(captured));
        }
        return kinds.toString();
    }

    /**
     * The method that holds the body, if the lambda was written as one.
     *
     * @return its name; empty for a reference to a method of another class
     */
    Optional<String> bodyIn(String className) {
        return implementation.member().owner().equals(className)
                ? Optional.of(implementation.member().name())
                : Optional.empty();
    }

    /**
     * The binary form, for {@link #decode}.
     *
     * @return the bytes, the same array at every call; not to be changed
     */
    public byte[] encoded() {
        byte[] known = encoded;
        if (known == null) {
            known = Codec.encode(this);
            encoded = known;
        }
        return known;
    }

    /**
     * Reads the binary form.
     *
     * @param encoded the bytes of {@link #encoded}
     * @return the site; an {@link IllegalArgumentException} if the bytes are none
     */
    public static LambdaSite decode(byte[] encoded) {
        return Codec.decode(encoded);
    }

    @Override
    public boolean equals(@Nullable Object other) {
        if (other == this) {
            return true;
        }
        return other instanceof LambdaSite that && hash == that.hash && Arrays.equals(encoded(), that.encoded());
    }

    // Not by the records' own methods: linking those costs a cold JVM more than all the rest of reading a lambda.
    private int hash() {
        int of = host.name().hashCode();
        of = 31 * of + type.factoryType().hashCode();
        of = 31 * of + implementation.member().name().hashCode();
        of = 31 * of + implementation.member().descriptor().hashCode();
        return 31 * of + instantiatedType.hashCode();
    }

    @Override
    public int hashCode() {
        return hash;
    }

    @Override
    public String toString() {
        return type.interfaceName().replace('/', '.') + " calling " + implementation.member() + ", written in "
                + host.className();
    }

    /** Leaves out what most sites have in common. */
    private static final class Codec {

        private static final int SERIALIZABLE = 1;
        private static final int OWNER_IS_HOST = 2;
        private static final int OWNER_IS_INTERFACE = 4;
        private static final int INSTANTIATED_AS_ERASED = 8;
        private static final int EXTRAS = 16;
        private static final int KNOWN_FLAGS = 31;

        private Codec() {}

        static byte[] encode(LambdaSite site) {
            ByteArrayOutputStream bytes = new ByteArrayOutputStream(256);
            try (DataOutputStream out = new DataOutputStream(bytes)) {
                Type type = site.type();
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
            Type type = site.type();
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
                Host host = new Host(in.readUTF(), in.readLong());
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
                Type type =
                        new Type(methodName, methodType, factoryType, (flags & SERIALIZABLE) != 0, markers, bridges);
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
}
