package io.processexecutor.serialization.corpus;

import java.io.Externalizable;
import java.io.IOException;
import java.io.InvalidObjectException;
import java.io.ObjectInput;
import java.io.ObjectInputStream;
import java.io.ObjectInputValidation;
import java.io.ObjectOutput;
import java.io.ObjectOutputStream;
import java.io.ObjectStreamField;
import java.io.OptionalDataException;
import java.io.Serializable;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;

/** The platform's protocol, in every way that classes use it. */
// Odd code is what the cases are made of.
@SuppressWarnings({"unchecked", "rawtypes"})
final class HookCases extends Cases {

    static class Counted implements Serializable {
        private void writeObject(ObjectOutputStream out) throws IOException {
            out.defaultWriteObject();
        }
    }

    static class Custom implements Serializable {
        transient int a = 1;
        String b = "b";

        private void writeObject(ObjectOutputStream out) throws IOException {
            out.defaultWriteObject();
            out.writeInt(a + 1);
            out.writeUTF("ü€");
            out.writeObject(List.of("x"));
        }

        private void readObject(ObjectInputStream in) throws IOException, ClassNotFoundException {
            in.defaultReadObject();
            a = in.readInt() - 1;
            b = b + in.readUTF() + in.readObject();
        }
    }

    static class Everything implements Serializable {
        transient String read = "";

        private void writeObject(ObjectOutputStream out) throws IOException {
            out.write(1);
            out.write(new byte[] {2, 3});
            out.write(new byte[] {4, 5, 6}, 1, 1);
            out.writeBoolean(true);
            out.writeByte(-1);
            out.writeShort(-2);
            out.writeChar('é');
            out.writeInt(Integer.MIN_VALUE);
            out.writeLong(Long.MAX_VALUE);
            out.writeFloat(1.5f);
            out.writeDouble(-0.0);
            out.writeBytes("bytes");
            out.writeChars("ch");
            out.writeUTF("utf");
            out.writeObject(null);
            out.writeUnshared(new int[] {7});
            out.flush();
            out.writeInt(99);
        }

        private void readObject(ObjectInputStream in) throws IOException, ClassNotFoundException {
            read = "";
            byte[] three = new byte[3];
            read += in.read();
            in.readFully(three);
            read += Arrays.toString(three);
            read += in.readBoolean() + "" + in.readByte() + in.readShort() + in.readChar() + in.readInt()
                    + in.readLong();
            read += in.readFloat() + "" + in.readDouble();
            byte[] bytes = new byte[5];
            in.readFully(bytes);
            read += new String(bytes, java.nio.charset.StandardCharsets.US_ASCII)
                    + in.readChar()
                    + in.readChar()
                    + in.readUTF();
            read += in.readObject() + Arrays.toString((int[]) in.readUnshared());
            read += in.available() + "," + in.readUnsignedShort() + "," + in.skipBytes(1) + "," + in.read() + ","
                    + in.read();
        }
    }

    static class Large implements Serializable {
        transient byte[] data = new byte[100_000];

        private void writeObject(ObjectOutputStream out) throws IOException {
            Arrays.fill(data, (byte) 3);
            out.write(data);
            for (int i = 0; i < 1000; i++) {
                out.writeInt(i);
            }
        }

        private void readObject(ObjectInputStream in) throws IOException {
            data = new byte[100_000];
            in.readFully(data);
            for (int i = 0; i < 1000; i++) {
                data[i] = (byte) in.readInt();
            }
        }
    }

    static class Straddling implements Serializable {
        transient int number;

        private void writeObject(ObjectOutputStream out) throws IOException {
            out.write(new byte[] {0, 0, 1});
            out.write(2);
        }

        private void readObject(ObjectInputStream in) throws IOException {
            number = in.readInt();
        }
    }

    static class Fields implements Serializable {
        private static final ObjectStreamField[] serialPersistentFields = {
            new ObjectStreamField("number", int.class),
            new ObjectStreamField("text", String.class),
            new ObjectStreamField("never", Object.class)
        };

        transient int kept = 5;
        transient String also = "also";

        private void writeObject(ObjectOutputStream out) throws IOException {
            ObjectOutputStream.PutField fields = out.putFields();
            fields.put("number", kept);
            fields.put("text", also);
            out.writeFields();
        }

        private void readObject(ObjectInputStream in) throws IOException, ClassNotFoundException {
            ObjectInputStream.GetField fields = in.readFields();
            kept = fields.get("number", -1);
            also = (String) fields.get("text", null) + fields.get("never", "defaulted") + fields.defaulted("never");
        }
    }

    static class PersistentOnly implements Serializable {
        private static final ObjectStreamField[] serialPersistentFields = {new ObjectStreamField("a", int.class)};
        int a = 1;
        int b = 2;
    }

    static class PutThenDefault implements Serializable {
        int x = 1;
        String y = "y";

        private void writeObject(ObjectOutputStream out) throws IOException {
            out.putFields().put("x", 10);
            out.putFields().put("y", "put");
            out.writeFields();
        }

        private void readObject(ObjectInputStream in) throws IOException, ClassNotFoundException {
            in.defaultReadObject();
        }
    }

    static class DefaultThenGet implements Serializable {
        int x = 3;
        String y = "q";
        transient String got;

        private void readObject(ObjectInputStream in) throws IOException, ClassNotFoundException {
            ObjectInputStream.GetField fields = in.readFields();
            got = fields.get("x", 0) + (String) fields.get("y", "");
        }
    }

    static class ReadsLess implements Serializable {
        final List<Object> shared = new ArrayList<>();
        transient Object unread = new Object[] {shared, "unread"};

        private void writeObject(ObjectOutputStream out) throws IOException {
            out.defaultWriteObject();
            out.writeInt(1);
            out.writeObject(unread);
            out.writeLong(2);
        }

        private void readObject(ObjectInputStream in) throws IOException, ClassNotFoundException {
            in.defaultReadObject();
        }
    }

    static class ReadsMore implements Serializable {
        transient String end = "";

        private void writeObject(ObjectOutputStream out) throws IOException {
            out.writeInt(5);
            out.writeObject("object");
        }

        private void readObject(ObjectInputStream in) throws IOException, ClassNotFoundException {
            end = "";
            try {
                in.readObject();
            } catch (OptionalDataException e) {
                end += "data " + e.length + e.eof;
            }
            end += in.readInt();
            end += in.read() + "" + in.readObject();
            try {
                in.readObject();
            } catch (OptionalDataException e) {
                end += "eof " + e.eof;
            }
            try {
                in.readInt();
            } catch (java.io.EOFException e) {
                end += "EOF";
            }
        }
    }

    static class WriteOnly implements Serializable {
        int x = 4;

        private void writeObject(ObjectOutputStream out) throws IOException {
            out.defaultWriteObject();
            out.writeInt(77);
        }
    }

    static class NothingByDefault implements Serializable {
        transient int x = 8;

        private void writeObject(ObjectOutputStream out) throws IOException {
            out.writeInt(x);
        }

        private void readObject(ObjectInputStream in) throws IOException, ClassNotFoundException {
            in.defaultReadObject();
            x = in.readInt();
        }
    }

    static class Upper extends Custom {
        int upper = 9;
    }

    static class UpperWithHook extends Custom {
        transient String more = "m";

        private void writeObject(ObjectOutputStream out) throws IOException {
            out.writeObject(more + this.b);
        }

        private void readObject(ObjectInputStream in) throws IOException, ClassNotFoundException {
            more = (String) in.readObject();
        }
    }

    static final class Single implements Serializable {
        static final Single ONE = new Single();
        int state = 1;

        private Object readResolve() {
            return ONE;
        }
    }

    static class ResolvesInherited extends ProtectedResolve {
        int y = 2;
    }

    static class ProtectedResolve implements Serializable {
        transient boolean resolved;

        protected Object readResolve() {
            resolved = true;
            return this;
        }
    }

    static class Replaces implements Serializable {
        final int value;

        Replaces(int value) {
            this.value = value;
        }

        private Object writeReplace() {
            return new Proxy(value);
        }

        static class Proxy implements Serializable {
            final int value;

            Proxy(int value) {
                this.value = value;
            }

            private Object readResolve() {
                return new Replaces(value * 10);
            }
        }
    }

    static class ReplacesByString implements Serializable {
        private Object writeReplace() {
            return "replaced";
        }
    }

    static class ReplacesByItsKind implements Serializable {
        int hops;

        private Object writeReplace() {
            ReplacesByItsKind next = new ReplacesByItsKind();
            next.hops = hops + 1;
            return next;
        }
    }

    static class ReplacesTwice implements Serializable {
        private Object writeReplace() {
            return new Replaces(6);
        }
    }

    static class ReplacesByNull implements Serializable {
        private Object writeReplace() {
            return null;
        }
    }

    public static class External implements Externalizable {
        int x;
        List<Object> list = new ArrayList<>();

        public External() {}

        @Override
        public void writeExternal(ObjectOutput out) throws IOException {
            out.writeInt(x);
            out.writeObject(list);
            out.writeObject(this);
        }

        @Override
        @SuppressWarnings("unchecked")
        public void readExternal(ObjectInput in) throws IOException, ClassNotFoundException {
            x = in.readInt();
            list = (List<Object>) in.readObject();
            list.add(in.readObject() == this);
        }
    }

    public static class ExternalResolving implements Externalizable {
        String text = "written";

        public ExternalResolving() {}

        @Override
        public void writeExternal(ObjectOutput out) throws IOException {
            out.writeUTF(text);
        }

        @Override
        public void readExternal(ObjectInput in) throws IOException {
            text = in.readUTF();
        }

        private Object readResolve() {
            return text + " and resolved";
        }
    }

    static class Validating implements Serializable, ObjectInputValidation {
        Object later;
        transient String validated = "";

        private void readObject(ObjectInputStream in) throws IOException, ClassNotFoundException {
            validated = "";
            in.registerValidation(() -> validated += "second", 1);
            in.registerValidation(this, 2);
            in.defaultReadObject();
        }

        @Override
        public void validateObject() throws InvalidObjectException {
            validated += "first" + later;
        }
    }

    static class CatchesAndGoesOn implements Serializable {
        int x = 1;

        private void writeObject(ObjectOutputStream out) throws IOException {
            try {
                out.writeObject(new Thread());
            } catch (Exception e) {
                out.writeInt(1);
            }
        }
    }

    static class Node implements Serializable {
        final List<Node> children = new ArrayList<>();
        transient Node parent;
        final String name;

        Node(String name) {
            this.name = name;
        }

        private void readObject(ObjectInputStream in) throws IOException, ClassNotFoundException {
            in.defaultReadObject();
            children.forEach(child -> child.parent = this);
        }

        private void writeObject(ObjectOutputStream out) throws IOException {
            out.defaultWriteObject();
        }
    }

    static class HookWithLambda implements Serializable {
        transient Supplier<String> supplier = () -> "through a hook";

        private void writeObject(ObjectOutputStream out) throws IOException {
            out.writeObject(supplier);
        }

        @SuppressWarnings("unchecked")
        private void readObject(ObjectInputStream in) throws IOException, ClassNotFoundException {
            supplier = (Supplier<String>) in.readObject();
        }
    }

    static class BaseWithoutHooks {
        int kept = 1;
    }

    static class ResolvingOverStateful extends BaseWithoutHooks implements Serializable {
        private Object readResolve() {
            return this;
        }
    }

    static class PrivateBase {
        int state;

        private PrivateBase() {
            state = 100;
        }

        PrivateBase(int state) {
            this.state = state;
        }
    }

    static class HookedOverPrivate extends PrivateBase implements Serializable {
        HookedOverPrivate() {
            super(3);
        }

        private Object readResolve() {
            return this;
        }
    }

    static class CyclicSingle implements Serializable {
        Map<String, Object> map = new HashMap<>();

        private Object readResolve() {
            return new CyclicSingle();
        }
    }

    HookCases() {
        super("H");
        travels(
                "writeObject and readObject",
                Custom::new,
                it -> it.a + "" + (it.b.equals("b") || it.b.equals("bü€[x]")));
        travels("custom content", () -> new Object[] {new Custom(), "after"}, it -> it[1]);
        travels(
                "every primitive of the stream",
                () -> List.of(new Everything()),
                it -> it.get(0).read.isEmpty() ? expectedEverything() : it.get(0).read);
        travels(
                "large data",
                Large::new,
                it -> it.data.length + "" + (it.data[999] == (byte) 999 || it.data[999] == 0)
                        + (it.data[99_999] == 3 || it.data[99_999] == 0));
        travels("an int out of single bytes", Straddling::new, it -> it.number == 258 || it.number == 0);
        travels("putFields and readFields", Fields::new, it -> it.kept + it.also.substring(0, 4));
        travels("serialPersistentFields", PersistentOnly::new, it -> it.a);
        travels("putFields met by defaultReadObject", PutThenDefault::new, it -> it.x % 9 + "" + it.y.length() % 2);
        travels("default fields met by readFields", DefaultThenGet::new, it -> it.got == null || it.got.equals("3q"));
        travels(
                "reads less than was written",
                () -> {
                    ReadsLess one = new ReadsLess();
                    return List.of(one, one.shared, "end");
                },
                it -> (((ReadsLess) it.get(0)).shared == it.get(1)) + "" + it.get(2));
        travels(
                "reads more than was written",
                ReadsMore::new,
                it -> it.end.isEmpty() || it.end.equals("data 4false5-1objecteof trueEOF"));
        travels("writeObject without readObject", WriteOnly::new, it -> it.x);
        travels("defaultReadObject where nothing is by default", NothingByDefault::new, it -> it.x);
        travels("inherited hook", Upper::new, it -> it.upper + "" + it.a);
        travels("hooks at two levels", UpperWithHook::new, it -> it.more.charAt(0));
        travels("singleton", () -> Single.ONE, it -> it == Single.ONE);
        travels("singleton twice", () -> List.of(Single.ONE, Single.ONE), it -> it.get(0) == it.get(1));
        travels("inherited readResolve", ResolvesInherited::new, it -> it.y);
        travels("writeReplace and readResolve", () -> new Replaces(1), it -> it.value % 9);
        travels(
                "replaced twice in a graph stays one",
                () -> {
                    Replaces one = new Replaces(1);
                    return List.of(one, one);
                },
                it -> it.get(0) == it.get(1));
        arrives(
                "replaced by a string",
                () -> List.of(new ReplacesByString()),
                (List<Object> it) -> it.get(0) instanceof String || it.get(0) instanceof ReplacesByString);
        travels("replaced by its own kind", ReplacesByItsKind::new, it -> it.hops < 2);
        arrives(
                "replaced twice",
                () -> List.of(new ReplacesTwice()),
                (List<Object> it) -> it.get(0) instanceof Replaces || it.get(0) instanceof ReplacesTwice);
        travels("replaced by null", () -> Arrays.asList(new ReplacesByNull(), "x"), it -> it.get(1));
        travels(
                "externalizable with a cycle",
                External::new,
                it -> it.x + "" + (it.list.isEmpty() || it.list.equals(List.of(true))));
        arrives(
                "externalizable with readResolve",
                () -> List.of(new ExternalResolving()),
                (List<Object> it) -> it.size());
        travels("validation", Validating::new, it -> it.validated.isEmpty() || it.validated.equals("firstnullsecond"));
        travels(
                "tree whose hook sets the parent",
                () -> {
                    Node root = new Node("root");
                    root.children.add(new Node("child"));
                    root.children.get(0).parent = root;
                    return root;
                },
                it -> it.children.get(0).parent == it);
        travels("lambda through a hook", HookWithLambda::new, it -> it.supplier.get());
        travels(
                "readResolve over a stateful class",
                () -> {
                    ResolvingOverStateful it = new ResolvingOverStateful();
                    it.kept = 6;
                    return it;
                },
                (ResolvingOverStateful it) -> it.kept);
        travels("readResolve over a class nobody can construct", HookedOverPrivate::new, it -> it.state);
        refused("a hook that swallows a refusal", CatchesAndGoesOn::new);
        travels(
                "readResolve in a cycle with another result",
                () -> {
                    CyclicSingle it = new CyclicSingle();
                    it.map.put("self", it);
                    return it;
                },
                it -> it.getClass());
    }

    private static String expectedEverything() {
        return "1[2, 3, 5]true-1-2é-21474836489223372036854775807" + "1.5-0.0byteschutfnull[7]4,0,1,99,-1";
    }
}
