package io.processexecutor.serialization;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.processexecutor.Closures;
import io.processexecutor.SerializationOptions;
import io.processexecutor.TaskSerializationException;
import io.processexecutor.TaskSerializer;
import io.processexecutor.internal.files.FileInput;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.Externalizable;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.ObjectInput;
import java.io.ObjectInputStream;
import java.io.ObjectOutput;
import java.io.ObjectOutputStream;
import java.io.OutputStream;
import java.io.Serializable;
import java.lang.reflect.Array;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.assertj.core.api.ThrowingConsumer;
import org.jspecify.annotations.NullUnmarked;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.ValueSource;

/** Arrays whose content does not go through the engine's buffer arrive as any others do. */
@NullUnmarked
@ParameterizedClass
@ValueSource(strings = {"java", "kryo", "closure"})
class LargeArrayTests {

    private static final int LARGE = 64 * 1024;

    @Parameter
    String name;

    @TempDir
    Path directory;

    static class Holder implements Serializable {
        Object one;
        Object other;

        Holder(Object one, Object other) {
            this.one = one;
            this.other = other;
        }
    }

    static class Node implements Serializable {
        Node next;
        byte[] data;
    }

    /** Writes one buffer again and again, as a copying loop does. */
    static class Copier implements Externalizable {
        transient List<byte[]> parts = new ArrayList<>();

        public Copier() {}

        @Override
        public void writeExternal(ObjectOutput out) throws IOException {
            byte[] buffer = new byte[LARGE];
            for (byte i = 1; i <= 3; i++) {
                Arrays.fill(buffer, i);
                ((ObjectOutputStream) out).writeUnshared(buffer);
            }
            Arrays.fill(buffer, (byte) 99);
        }

        @Override
        public void readExternal(ObjectInput in) throws IOException, ClassNotFoundException {
            for (int i = 0; i < 3; i++) {
                parts.add((byte[]) ((ObjectInputStream) in).readUnshared());
            }
        }
    }

    /** Overwrites an array that stands before it in the graph. */
    static class Wiper implements Serializable {
        final byte[] victim;

        Wiper(byte[] victim) {
            this.victim = victim;
        }

        private void writeObject(ObjectOutputStream out) throws IOException {
            Arrays.fill(victim, (byte) 0);
            out.defaultWriteObject();
        }
    }

    /** Looks at its array while it is read. */
    static class Looker implements Serializable {
        final byte[] data;
        transient int seen;

        Looker(byte[] data) {
            this.data = data;
        }

        private void readObject(ObjectInputStream in) throws IOException, ClassNotFoundException {
            in.defaultReadObject();
            seen = data[data.length - 1];
        }
    }

    @Test
    void arraysOfAllTypesArriveAsTheyWere() {
        Random random = new Random(7);
        for (Class<?> component : List.of(
                byte.class, boolean.class, short.class, char.class, int.class, float.class, long.class, double.class)) {
            for (int length : new int[] {LARGE / 8 - 1, LARGE / 8, LARGE - 1, LARGE, LARGE + 1, 3 * LARGE + 17}) {
                Object array = Array.newInstance(component, length);
                for (int i = 0; i < length; i++) {
                    set(array, i, random);
                }
                assertThat(copies(array))
                        .allSatisfy(copy -> assertThat(Arrays.deepEquals(new Object[] {array}, new Object[] {copy}))
                                .as("%s[%s]", component, length)
                                .isTrue());
            }
        }
    }

    private static void set(Object array, int index, Random random) {
        if (array instanceof boolean[] booleans) {
            booleans[index] = random.nextBoolean();
        } else if (array instanceof char[] chars) {
            chars[index] = (char) random.nextInt();
        } else if (array instanceof float[] floats) {
            // A NaN with a message of its own, too.
            floats[index] = Float.intBitsToFloat(index == 1 ? 0x7fc00001 : random.nextInt());
        } else if (array instanceof double[] doubles) {
            doubles[index] = random.nextGaussian();
        } else if (array instanceof byte[] bytes) {
            bytes[index] = (byte) random.nextInt();
        } else if (array instanceof short[] shorts) {
            shorts[index] = (short) random.nextInt();
        } else if (array instanceof int[] ints) {
            ints[index] = random.nextInt();
        } else {
            ((long[]) array)[index] = random.nextLong();
        }
    }

    @Test
    void oneArrayInTwoPlacesStaysOne() {
        byte[] array = bytes();
        for (Object copy : copies(new Holder(array, List.of(array)))) {
            Holder holder = (Holder) copy;
            assertThat((byte[]) holder.one).isEqualTo(array);
            assertThat(((List<?>) holder.other).get(0)).isSameAs(holder.one);
        }
    }

    @Test
    void manyLargeArraysArriveInTheirPlaces() {
        List<byte[]> arrays = new ArrayList<>();
        for (int i = 0; i < 40; i++) {
            byte[] array = new byte[i % 3 == 0 ? LARGE + i : 10 + i];
            Arrays.fill(array, (byte) i);
            arrays.add(array);
        }
        for (Object copy : copies(arrays)) {
            assertThat(Arrays.deepEquals(((List<?>) copy).toArray(), arrays.toArray()))
                    .isTrue();
        }
    }

    @Test
    void aHookThatUsesItsBufferAgainIsSentWhatItWrote() {
        for (Object copy : copies(new Holder(bytes(), new Copier()))) {
            assertThat(((Copier) ((Holder) copy).other).parts).satisfiesExactly(isFullOf(1), isFullOf(2), isFullOf(3));
        }
    }

    private static ThrowingConsumer<byte[]> isFullOf(int value) {
        byte[] expected = new byte[LARGE];
        Arrays.fill(expected, (byte) value);
        return part -> assertThat(part).isEqualTo(expected);
    }

    @Test
    void whatAHookOverwritesAfterItWasWrittenHasTravelled() {
        byte[] array = bytes();
        byte[] before = array.clone();
        byte[] encoded = serializer().toBytes(new Holder(array, new Wiper(array)));
        Holder copy = (Holder) serializer().fromBytes(encoded);
        assertThat(array).containsOnly(0);
        assertThat((byte[]) copy.one).isEqualTo(before);
    }

    @Test
    void aHookSeesTheContent() {
        byte[] array = bytes();
        array[array.length - 1] = 42;
        for (Object copy : copies(new Looker(array))) {
            assertThat(((Looker) copy).seen).isEqualTo(42);
        }
    }

    @Test
    void inAGraphThatIsDoneAgainItTravelsOnce() {
        Node first = chain();
        first.data = bytes();
        Node copy = (Node) serializer().fromBytes(serializer().toBytes(first));
        assertThat(copy.data).isEqualTo(first.data);
        ByteArrayOutputStream sink = new ByteArrayOutputStream();
        serializer().encode(first, sink);
        assertThat(sink.size()).isLessThan(2 * LARGE);
    }

    @Test
    void aGraphThatIsDoneAgainAfterItsHooksRanArrives() {
        Node first = chain();
        byte[] array = bytes();
        for (Object copy : copies(new Holder(List.of(new Looker(array), array), first))) {
            List<?> list = (List<?>) ((Holder) copy).one;
            assertThat(((Looker) list.get(0)).data).isEqualTo(array);
            assertThat(list.get(1)).isSameAs(((Looker) list.get(0)).data);
        }
    }

    @Test
    void whatIsMarkedForTheClosureSerializerArrives() {
        byte[] array = bytes();
        byte[] own = new byte[2 * LARGE];
        Arrays.fill(own, (byte) 5);
        Holder marked = Closures.wrap(new Holder(array, "marked"));
        for (Object copy : copies(new ArrayList<>(List.of(marked, own, marked)))) {
            List<?> list = (List<?>) copy;
            assertThat((byte[]) ((Holder) list.get(0)).one).isEqualTo(array);
            assertThat((byte[]) list.get(1)).isEqualTo(own);
            assertThat(list.get(2)).isSameAs(list.get(0));
        }
    }

    @Test
    void aLargeByteBufferArrives() {
        if (name.equals("java")) {
            return;
        }
        ByteBuffer buffer = ByteBuffer.wrap(bytes()).position(100).limit(LARGE);
        for (Object copy : copies(buffer)) {
            assertThat((ByteBuffer) copy).isEqualTo(buffer);
            assertThat(((ByteBuffer) copy).position()).isEqualTo(100);
        }
    }

    @Test
    void theLimitsHoldForThem() {
        byte[] array = new byte[2 * LARGE];
        byte[] encoded = serializer().toBytes(List.of(array, array.clone()));
        TaskSerializer shorter = limited(SerializationOptions.defaults().maxArrayLength(2 * LARGE - 1));
        TaskSerializer smaller = limited(SerializationOptions.defaults().maxBytes(3 * LARGE));
        TaskSerializer enough = limited(SerializationOptions.defaults().maxBytes(5 * LARGE));
        for (TaskSerializer each : List.of(shorter, smaller)) {
            assertThatExceptionOfType(TaskSerializationException.class)
                    .isThrownBy(() -> each.toBytes(List.of(array, array.clone())))
                    .withMessageContaining("limit");
            assertThatExceptionOfType(TaskSerializationException.class)
                    .isThrownBy(() -> each.fromBytes(encoded))
                    .withMessageContaining("limit");
            assertThatExceptionOfType(TaskSerializationException.class)
                    .isThrownBy(() -> each.decode(new ByteArrayInputStream(encoded)))
                    .withMessageContaining("limit");
        }
        assertThat((List<?>) enough.fromBytes(enough.toBytes(List.of(array, array.clone()))))
                .hasSize(2);
    }

    @Test
    void bytesThatEndTooEarlyAreRefusedWhereverTheyEnd() {
        byte[] encoded = serializer().toBytes(new Holder(bytes(), bytes()));
        for (int length : new int[] {0, 1, 2, 5, 6, 7, 100, LARGE, LARGE + 20, 2 * LARGE, encoded.length - 1}) {
            byte[] cut = Arrays.copyOf(encoded, length);
            assertThatExceptionOfType(TaskSerializationException.class)
                    .as("after %s", length)
                    .isThrownBy(() -> serializer().fromBytes(cut));
            assertThatExceptionOfType(TaskSerializationException.class)
                    .as("after %s", length)
                    .isThrownBy(() -> serializer().decode(new Trickle(cut)));
        }
    }

    @Test
    void noMemoryIsTakenOnTheWordOfALength() {
        if (name.equals("java")) {
            return;
        }
        byte[] encoded = serializer().toBytes(new long[LARGE]);
        for (int claimed : new int[] {Integer.MAX_VALUE, Integer.MAX_VALUE - 8, -1, Integer.MIN_VALUE, LARGE + 1000}) {
            ByteBuffer.wrap(encoded).putInt(2, claimed);
            assertThatExceptionOfType(TaskSerializationException.class)
                    .isThrownBy(() -> serializer().fromBytes(encoded))
                    .withMessageContaining("array");
            assertThatExceptionOfType(TaskSerializationException.class)
                    .isThrownBy(() -> serializer().decode(new Trickle(encoded)));
        }
        for (byte type = 8; type > 0; type += 40) {
            encoded[1] = type;
            assertThatExceptionOfType(TaskSerializationException.class)
                    .isThrownBy(() -> serializer().fromBytes(encoded));
        }
    }

    @Test
    void aSinkThatFailsIsNamedAsTheReason() {
        OutputStream full = new OutputStream() {
            @Override
            public void write(int value) throws IOException {
                throw new IOException("no room");
            }
        };
        for (Object each : List.of(bytes(), new Holder(bytes(), new Copier()))) {
            assertThatExceptionOfType(TaskSerializationException.class)
                    .isThrownBy(() -> serializer().encode(each, full))
                    .withMessageContaining("no room");
        }
        byte[] array = bytes();
        assertThat(serializer().fromBytes(serializer().toBytes(array)))
                .as("afterwards")
                .isEqualTo(array);
    }

    /** Too deep for the first attempt, but not for the platform's stream, which knows no second. */
    private Node chain() {
        Node first = null;
        for (int i = 0; i < (name.equals("java") ? 100 : 3000); i++) {
            Node node = new Node();
            node.next = first;
            first = node;
        }
        return first;
    }

    private static byte[] bytes() {
        byte[] bytes = new byte[LARGE + 1000];
        new Random(3).nextBytes(bytes);
        return bytes;
    }

    private TaskSerializer serializer() {
        return limited(SerializationOptions.defaults());
    }

    private TaskSerializer limited(SerializationOptions options) {
        return ExecutorSerializers.of(options).named(name);
    }

    /** By all the ways there are. */
    private List<Object> copies(Object value) {
        try {
            ByteArrayOutputStream sink = new ByteArrayOutputStream();
            serializer().encode(value, sink);
            Path file = Files.write(directory.resolve("encoded"), sink.toByteArray());
            List<Object> copies = new ArrayList<>();
            copies.add(serializer().fromBytes(serializer().toBytes(value)));
            copies.add(serializer().fromBytes(sink.toByteArray()));
            copies.add(serializer().decode(new ByteArrayInputStream(sink.toByteArray())));
            copies.add(serializer().decode(new Trickle(sink.toByteArray())));
            try (FileInput source = new FileInput(file, sink.size())) {
                copies.add(serializer().decode(source));
                assertThat(source.left()).isZero();
            }
            return copies;
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    /** Does not say how much is to come, and gives a little at a time. */
    private static final class Trickle extends FilterInputStream {

        Trickle(byte[] bytes) {
            super(new ByteArrayInputStream(bytes));
        }

        @Override
        public int read(byte[] bytes, int offset, int length) throws IOException {
            return super.read(bytes, offset, Math.min(length, 1000));
        }

        @Override
        public int available() {
            return 0;
        }
    }
}
