package io.processexecutor.serialization;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.processexecutor.TaskSerializationException;
import io.processexecutor.TaskSerializer;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.Externalizable;
import java.io.IOException;
import java.io.ObjectInput;
import java.io.ObjectInputStream;
import java.io.ObjectOutput;
import java.io.ObjectOutputStream;
import java.io.Serial;
import java.io.Serializable;
import java.math.BigDecimal;
import java.time.DayOfWeek;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.ConcurrentModificationException;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.jspecify.annotations.NullUnmarked;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** What every serializer does alike. */
@NullUnmarked
class SerializerBehaviourTests {

    static Stream<TaskSerializer> serializers() {
        return Stream.of(TaskSerializers.java(), TaskSerializers.kryo(), TaskSerializers.closure());
    }

    static class Order implements Serializable {
        String id = "o-1";
        long cents = 1999;
        double weight = 1.5;
        boolean paid = true;
        char grade = 'A';
        DayOfWeek day = DayOfWeek.FRIDAY;
        transient String cache = "dropped";
        final List<Line> lines = new ArrayList<>();
        Map<String, BigDecimal> totals = new LinkedHashMap<>();
        int[] codes = {1, 2, 3};
        Order self = this;
    }

    static class Line implements Serializable {
        final Order parent;
        final String sku;

        Line(Order parent, String sku) {
            this.parent = parent;
            this.sku = sku;
        }
    }

    record Point(int x, int y) implements Serializable {
        Point {
            if (x < 0) {
                throw new IllegalArgumentException("x");
            }
        }
    }

    static final class Single implements Serializable {
        static final Single INSTANCE = new Single();

        @Serial
        private Object readResolve() {
            return INSTANCE;
        }
    }

    static final class Replaced implements Serializable {
        final int value;

        Replaced(int value) {
            this.value = value;
        }

        @Serial
        private Object writeReplace() {
            return new Form(value);
        }

        record Form(int value) implements Serializable {
            @Serial
            private Object readResolve() {
                return new Replaced(value);
            }
        }
    }

    static class Skipping implements Serializable {
        transient List<Object> read = List.of();

        @Serial
        private void writeObject(ObjectOutputStream out) throws IOException {
            out.writeInt(1);
            out.write(new byte[1000]);
            out.writeInt(2);
            out.writeInt(3);
            out.writeObject("object");
            out.writeInt(4);
        }

        @Serial
        private void readObject(ObjectInputStream in) throws IOException, ClassNotFoundException {
            read = new ArrayList<>();
            read.add(in.skip(4));
            in.skipNBytes(900);
            read.add(new DataInputStream(in).skipBytes(100));
            read.add(in.readInt());
            read.add(in.skip(0));
            read.add(in.skip(Long.MIN_VALUE));
            read.add(in.readInt());
            read.add(in.skip(Long.MAX_VALUE));
            read.add(in.readObject());
            read.add(in.skip(Long.MAX_VALUE));
            read.add(in.read());
        }
    }

    public static class SkippingExternally implements Externalizable {
        int read;

        public SkippingExternally() {}

        @Override
        public void writeExternal(ObjectOutput out) throws IOException {
            out.writeInt(1);
            out.writeInt(2);
        }

        @Override
        public void readExternal(ObjectInput in) throws IOException {
            long skipped = in.skip(4);
            read = in.readInt() * (int) skipped;
        }
    }

    static class PutsSome implements Serializable {
        int number = 1;
        boolean flag = true;
        String text = "text";
        double put = 2.5;
        transient List<Object> read = List.of();

        @Serial
        private void writeObject(ObjectOutputStream out) throws IOException {
            out.putFields().put("put", put);
            out.writeFields();
        }

        @Serial
        private void readObject(ObjectInputStream in) throws IOException, ClassNotFoundException {
            ObjectInputStream.GetField fields = in.readFields();
            read = Arrays.asList(
                    fields.get("number", 7),
                    fields.get("flag", true),
                    fields.get("text", "default"),
                    fields.get("put", 0.0),
                    fields.defaulted("number"),
                    fields.defaulted("text"));
        }
    }

    static class PutsNothing implements Serializable {
        int number = 1;
        String text = "text";

        @Serial
        private void writeObject(ObjectOutputStream out) throws IOException {
            ObjectOutputStream.PutField ignored = out.putFields();
            out.writeFields();
        }

        @Serial
        private void readObject(ObjectInputStream in) throws IOException, ClassNotFoundException {
            in.defaultReadObject();
        }
    }

    static class ChangesItsHolder implements Serializable {
        transient List<Object> holder;

        @Serial
        private void writeObject(ObjectOutputStream out) throws IOException {
            holder.remove(holder.size() - 1);
            holder.add("another");
        }
    }

    @SuppressWarnings("unchecked")
    static <T> T copy(TaskSerializer serializer, T value) {
        return (T) serializer.fromBytes(serializer.toBytes(value));
    }

    @ParameterizedTest
    @MethodSource("serializers")
    void aGraphOfBeansKeepsItsValuesItsSharingAndItsCycles(TaskSerializer serializer) {
        Order order = new Order();
        order.lines.add(new Line(order, "a"));
        order.lines.add(new Line(order, "b"));
        order.totals.put("net", new BigDecimal("10.00"));
        Order copy = copy(serializer, order);
        assertThat(copy).isNotSameAs(order);
        assertThat(copy.self).isSameAs(copy);
        assertThat(copy.cache).isNull();
        assertThat(copy.day).isSameAs(DayOfWeek.FRIDAY);
        assertThat(copy.lines)
                .hasSize(2)
                .allSatisfy(line -> assertThat(line.parent).isSameAs(copy));
        assertThat(copy.totals).containsExactly(Map.entry("net", new BigDecimal("10.00")));
        assertThat(copy.codes).containsExactly(1, 2, 3);
        assertThat(List.of(copy.id, copy.cents, copy.weight, copy.paid, copy.grade))
                .containsExactly("o-1", 1999L, 1.5, true, 'A');
    }

    @ParameterizedTest
    @MethodSource("serializers")
    void valuesOfTheJdkComeBackEqual(TaskSerializer serializer) {
        List<Object> values = Arrays.asList(
                1,
                2L,
                3.0,
                4f,
                (short) 5,
                (byte) 6,
                'c',
                true,
                "text",
                null,
                new UUID(1, 2),
                List.of(1, 2),
                List.of(),
                List.of(1, 2, 3),
                Set.of(1, 2, 3),
                Map.of("a", 1),
                Map.of("a", 1, "b", 2),
                new TreeMap<>(Map.of("k", "v")),
                TimeUnit.DAYS,
                Stream.iterate(1, i -> i + 1).limit(5000).toList(),
                new HashMap<>(Map.of(1, 2)),
                Arrays.asList(1, "b"),
                new Point(1, 2),
                String.class,
                int.class,
                int[].class);
        assertThat(copy(serializer, new ArrayList<>(values))).isEqualTo(values);
        assertThat(serializer.fromBytes(serializer.toBytes(null))).isNull();
    }

    @ParameterizedTest
    @MethodSource("serializers")
    void hooksAreCalled(TaskSerializer serializer) {
        assertThat(copy(serializer, Single.INSTANCE)).isSameAs(Single.INSTANCE);
        assertThat(copy(serializer, new Replaced(7)).value).isEqualTo(7);
        List<Replaced> twice = copy(serializer, new ArrayList<>(java.util.Collections.nCopies(2, new Replaced(7))));
        assertThat(twice.get(0)).isSameAs(twice.get(1));
    }

    @ParameterizedTest
    @MethodSource("serializers")
    void aHookReadsOnAfterWhatItSkips(TaskSerializer serializer) {
        assertThat(copy(serializer, new Skipping()).read).containsExactly(4L, 100, 2, 0L, 0L, 3, 0L, "object", 4L, -1);
        assertThat(copy(serializer, new SkippingExternally()).read).isEqualTo(8);
    }

    @ParameterizedTest
    @MethodSource("serializers")
    void fieldsThatAHookDoesNotPutArriveAsZeroAndAreNotDefaulted(TaskSerializer serializer) {
        assertThat(copy(serializer, new PutsSome()).read).containsExactly(0, false, null, 2.5, false, false);
        PutsNothing copy = copy(serializer, new PutsNothing());
        assertThat(copy.number).isZero();
        assertThat(copy.text).isNull();
    }

    @ParameterizedTest
    @MethodSource("serializers")
    void aListThatIsChangedWhileItIsWrittenIsReported(TaskSerializer serializer) {
        ChangesItsHolder item = new ChangesItsHolder();
        List<Object> list = new ArrayList<>(List.of("first", item, "last"));
        item.holder = list;
        assertThatExceptionOfType(TaskSerializationException.class)
                .isThrownBy(() -> serializer.toBytes(list))
                .withCauseInstanceOf(ConcurrentModificationException.class);
    }

    @ParameterizedTest
    @MethodSource("serializers")
    void anExceptionArrivesWithItsCauseAndWhatItSuppressed(TaskSerializer serializer) {
        IllegalStateException failure = new IllegalStateException("outer", new IOException("inner"));
        failure.addSuppressed(new RuntimeException("aside"));
        IllegalStateException copy = copy(serializer, failure);
        assertThat(copy)
                .hasMessage("outer")
                .cause()
                .isInstanceOf(IOException.class)
                .hasMessage("inner");
        assertThat(copy.getSuppressed()).singleElement().matches(each -> "aside".equals(each.getMessage()));
        assertThat(copy.getStackTrace()).isEqualTo(failure.getStackTrace());
    }

    @ParameterizedTest
    @MethodSource("serializers")
    void damagedBytesAreReported(TaskSerializer serializer) {
        byte[] bytes = serializer.toBytes(new Order());
        for (int length : new int[] {0, 1, 3, bytes.length / 2, bytes.length - 1}) {
            assertThatExceptionOfType(TaskSerializationException.class)
                    .isThrownBy(() -> serializer.fromBytes(Arrays.copyOf(bytes, length)))
                    .satisfies(failure ->
                            assertThat(failure.phase()).isEqualTo(TaskSerializationException.Phase.DECODE_TASK));
        }
    }

    @ParameterizedTest
    @MethodSource("serializers")
    void aStreamHoldsSeveralValuesOneAfterTheOther(TaskSerializer serializer) {
        ByteArrayOutputStream sink = new ByteArrayOutputStream();
        serializer.encode("first", sink);
        serializer.encode(List.of(2), sink);
        ByteArrayInputStream source = new ByteArrayInputStream(sink.toByteArray());
        assertThat(Objects.requireNonNull(serializer.decode(source))).isEqualTo("first");
        assertThat(serializer.decode(source)).isEqualTo(List.of(2));
        assertThat(source.available()).isZero();
    }
}
