package io.processexecutor.serialization.policy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.processexecutor.Closures;
import io.processexecutor.SerializationOptions;
import io.processexecutor.TaskSerializationException;
import io.processexecutor.TaskSerializationException.Phase;
import io.processexecutor.TaskSerializer;
import io.processexecutor.serialization.ExecutorSerializers;
import io.processexecutor.serialization.TaskSerializers;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.Serializable;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedList;
import java.util.List;
import java.util.Objects;
import java.util.PriorityQueue;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.function.Supplier;
import java.util.function.UnaryOperator;
import java.util.stream.IntStream;
import org.jspecify.annotations.NullUnmarked;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.ValueSource;

/** How much travels. */
@NullUnmarked
@ParameterizedClass
@ValueSource(strings = {"java", "kryo", "closure"})
class LimitTests {

    static class Node implements Serializable {
        Node next;

        static Node chain(int length) {
            Node first = new Node();
            for (int i = 1; i < length; i++) {
                Node before = new Node();
                before.next = first;
                first = before;
            }
            return first;
        }
    }

    static class Holder implements Serializable {
        Object held;
    }

    private final String mode;

    LimitTests(String mode) {
        this.mode = mode;
    }

    private TaskSerializer limited(UnaryOperator<SerializationOptions> change) {
        return ExecutorSerializers.of(change.apply(SerializationOptions.defaults()))
                .configured(TaskSerializers.named(mode));
    }

    private static void refused(Supplier<Object> work, Phase phase, String... words) {
        assertThatExceptionOfType(TaskSerializationException.class)
                .isThrownBy(work::get)
                .satisfies(e -> {
                    assertThat(e.phase()).isEqualTo(phase);
                    assertThat(e.getMessage()).contains(words);
                });
    }

    private static void passes(TaskSerializer serializer, Object value) {
        assertThat(Objects.requireNonNull(serializer.fromBytes(serializer.toBytes(value))))
                .hasSameClassAs(value);
    }

    @Test
    void aGraphMayBeAsDeepAsTheLimitAndNoDeeper() {
        TaskSerializer serializer = limited(options -> options.maxDepth(50));
        passes(serializer, Node.chain(50));
        String[] words = {"more than 50 objects hold one another", "the limit is 50", "serialization.max-depth"};
        refused(() -> serializer.toBytes(Node.chain(51)), Phase.ENCODE_TASK, words);
        refused(() -> serializer.toBytes(Node.chain(51)), Phase.ENCODE_TASK, "task.next.next");
        byte[] deep = TaskSerializers.named(mode).toBytes(Node.chain(51));
        refused(() -> serializer.fromBytes(deep), Phase.DECODE_TASK, words);
    }

    @Test
    void aGraphDeeperThanAnyStackIsATypedFailureOrTravels() {
        if (mode.equals("java")) {
            refused(
                    () -> TaskSerializers.java().toBytes(Node.chain(200_000)),
                    Phase.ENCODE_TASK,
                    "the stack of this thread",
                    "kryo");
            return;
        }
        TaskSerializer serializer = limited(options -> options.maxDepth(5_000));
        passes(serializer, Node.chain(5_000));
        refused(() -> serializer.toBytes(Node.chain(5_001)), Phase.ENCODE_TASK, "more than 5000 objects");
        byte[] deep = TaskSerializers.named(mode).toBytes(Node.chain(5_001));
        refused(() -> serializer.fromBytes(deep), Phase.DECODE_TASK, "more than 5000 objects");
    }

    @Test
    void aGraphMayTakeAsManyBytesAsTheLimit() {
        byte[] value = new byte[5_000];
        int exact = TaskSerializers.named(mode).toBytes(value).length;
        passes(limited(options -> options.maxBytes(exact)), value);
        TaskSerializer tight = limited(options -> options.maxBytes(exact - 1));
        String[] words = {" bytes, and the limit is " + (exact - 1), "serialization.max-size"};
        refused(() -> tight.toBytes(value), Phase.ENCODE_TASK, words);
        refused(() -> encoded(tight, value), Phase.ENCODE_TASK, words);
        byte[] bytes = TaskSerializers.named(mode).toBytes(value);
        TaskSerializer tiny = limited(options -> options.maxBytes(120));
        refused(() -> tiny.fromBytes(bytes), Phase.DECODE_TASK, "the limit is 120", "serialization.max-size");
        refused(
                () -> tiny.decode(new ByteArrayInputStream(bytes)),
                Phase.DECODE_TASK,
                "the limit is 120",
                "serialization.max-size");
        passes(tiny, 1);
        refused(
                () -> tiny.toBytes(
                        IntStream.range(0, 1000).boxed().map(String::valueOf).toList()),
                Phase.ENCODE_TASK,
                "the limit is 120");
    }

    @Test
    void noLimitIsTooSmallToBeTold() {
        List<Integer> value = List.of(1, 2);
        int exact = TaskSerializers.named(mode).toBytes(value).length;
        for (int i = 1; i < exact; i++) {
            int limit = i;
            TaskSerializer tight = limited(options -> options.maxBytes(limit));
            refused(() -> tight.toBytes(value), Phase.ENCODE_TASK, "the limit is " + limit + ": raise");
        }
    }

    private static byte[] encoded(TaskSerializer serializer, Object value) {
        ByteArrayOutputStream sink = new ByteArrayOutputStream();
        serializer.encode(value, sink);
        return sink.toByteArray();
    }

    @Test
    void everyArrayStringAndCollectionMayBeAsLongAsTheLimit() {
        TaskSerializer serializer = limited(options -> options.maxArrayLength(100));
        for (int length : new int[] {100, 101}) {
            List<Integer> numbers = IntStream.range(0, length).boxed().toList();
            List<Object> all = new ArrayList<>(List.of(
                    new int[length],
                    new byte[length],
                    new Object[length],
                    new String[length],
                    "x".repeat(length),
                    "\u20ac".repeat(length),
                    new ArrayList<>(numbers),
                    new ArrayList<>(Collections.nCopies(length, "a")),
                    new LinkedList<>(numbers),
                    new ArrayDeque<>(numbers),
                    new HashSet<>(numbers),
                    new TreeSet<>(numbers),
                    new PriorityQueue<>(numbers),
                    new ConcurrentLinkedQueue<>(numbers)));
            HashMap<Integer, Integer> map = new HashMap<>();
            numbers.forEach(each -> map.put(each, each));
            if (!mode.equals("java")) {
                // There it is an array with room for more, or a stand-in that is only looked at where it is decoded.
                all.add(List.copyOf(numbers));
                all.add(new StringBuilder("x".repeat(length)));
            }
            all.addAll(List.of(map, new TreeMap<>(map), new ConcurrentHashMap<>(map)));
            for (Object each : all) {
                Holder holder = new Holder();
                holder.held = each;
                if (length == 100) {
                    passes(serializer, holder);
                } else {
                    refused(
                            () -> serializer.toBytes(holder),
                            Phase.ENCODE_TASK,
                            "task.held",
                            "its length is 101, and the limit is 100",
                            "serialization.max-array-length");
                    byte[] bytes = TaskSerializers.named(mode).toBytes(holder);
                    refused(() -> serializer.fromBytes(bytes), Phase.DECODE_TASK, "the limit is 100");
                }
            }
        }
    }

    @Test
    void namesOfClassesAndFieldsAreNoData() {
        TaskSerializer serializer = limited(options -> options.maxArrayLength(2));
        passes(serializer, new Holder());
        passes(serializer, new ArrayList<>(List.of(new Holder(), Holder.class)));
        passes(serializer, Closures.wrap(new Holder()));
    }

    @Test
    void aClaimedLengthReservesNothingThatTheBytesDoNotHold() {
        List<Object> values = new ArrayList<>(List.of(
                new byte[40],
                new long[40],
                new Object[40],
                new String[40],
                "\u20ac".repeat(40),
                new java.math.BigInteger("1".repeat(40)),
                new java.math.BigDecimal("1".repeat(40)),
                new ArrayList<>(Collections.nCopies(40, "a")),
                new ArrayDeque<>(Collections.nCopies(40, 1)),
                new PriorityQueue<>(Collections.nCopies(40, 1)),
                new java.util.Vector<>(Collections.nCopies(40, 1)),
                new java.util.Hashtable<>(java.util.Map.of("a", 1)),
                new java.util.IdentityHashMap<>(java.util.Map.of("a", 1)),
                new HashMap<>(java.util.Map.of("a", 1)),
                new java.util.LinkedHashMap<>(java.util.Map.of("a", 1)),
                new ConcurrentHashMap<>(java.util.Map.of("a", 1)),
                new HashSet<>(List.of(1)),
                new java.util.concurrent.CopyOnWriteArrayList<>(List.of(1)),
                List.of(1, 2, 3),
                new java.util.BitSet(500)));
        TaskSerializer serializer = TaskSerializers.named(mode);
        for (Object value : values) {
            byte[] bytes = serializer.toBytes(value);
            for (int at = 0; at < bytes.length; at++) {
                for (int width : new int[] {4, 5}) {
                    if (at + width <= bytes.length) {
                        claim(serializer, bytes, at, width);
                    }
                }
                claimInstead(serializer, bytes, at);
            }
        }
    }

    @Test
    void aListOfCopiesOfOneElementMayBeAsLongAsTheLimit() {
        TaskSerializer unlimited = TaskSerializers.named(mode);
        TaskSerializer serializer = limited(options -> options.maxArrayLength(5_000));
        for (int length : new int[] {0, 1, 1_100, 5_000, 5_001, 50_000_000}) {
            Holder holder = new Holder();
            holder.held = Collections.nCopies(length, "x");
            byte[] bytes = unlimited.toBytes(holder);
            List<?> arrived = (List<?>) ((Holder) unlimited.fromBytes(bytes)).held;
            assertThat(arrived).hasSameClassAs(holder.held).hasSize(length);
            if (length <= 5_000) {
                passes(serializer, holder);
            } else {
                refused(() -> serializer.fromBytes(bytes), Phase.DECODE_TASK, "the limit is 5000");
            }
        }
    }

    @Test
    void collectionsOfThePlatformTravelWhateverRoomTheyAskFor() {
        for (int length : new int[] {3, 100_000}) {
            List<Integer> numbers = IntStream.range(0, length).boxed().toList();
            HashMap<Integer, Integer> map = new HashMap<>(16, 0.25f);
            numbers.forEach(each -> map.put(each, null));
            HashSet<Integer> set = new HashSet<>(16, 0.25f);
            set.addAll(numbers);
            java.util.Hashtable<Integer, Integer> table = new java.util.Hashtable<>(2 * length, 0.5f);
            numbers.forEach(each -> table.put(each, 1));
            java.util.Vector<Integer> vector = new java.util.Vector<>(8 * length);
            vector.addAll(numbers);
            java.util.BitSet bits = new java.util.BitSet();
            bits.set(64 * length);
            ArrayList<Integer> roomy = new ArrayList<>(50 * length);
            roomy.add(1);
            for (Object each : List.of(
                    map,
                    set,
                    table,
                    vector,
                    bits,
                    roomy,
                    new Own(map),
                    new java.util.IdentityHashMap<>(map),
                    new java.util.LinkedHashMap<>(map),
                    new java.util.LinkedHashSet<>(set),
                    new ConcurrentHashMap<>(table),
                    new java.util.concurrent.CopyOnWriteArrayList<>(Collections.nCopies(length, 1)),
                    new ArrayDeque<>(Collections.nCopies(length, 1)),
                    new PriorityQueue<>(Collections.nCopies(length, 1)),
                    new java.util.concurrent.PriorityBlockingQueue<>(numbers))) {
                passes(TaskSerializers.named(mode), each);
            }
        }
    }

    static class Own extends HashMap<Object, Object> {
        Own(HashMap<?, ?> of) {
            super(16, 0.25f);
            putAll(of);
        }
    }

    /** A huge number in place of any few bytes, as both formats write them: what comes of it must not be an error. */
    private static void claim(TaskSerializer serializer, byte[] bytes, int at, int width) {
        byte[] forged = bytes.clone();
        for (int i = 0; i < width; i++) {
            forged[at + i] = (byte) (width == 4 ? (i == 0 ? 0x7f : 0xff) : (i == 4 ? 0x07 : 0xff));
        }
        if (width == 4) {
            forged[at + 3] = (byte) 0xf0;
        }
        decode(serializer, forged);
    }

    /** A huge number in place of a small one, all else as it was. */
    private static void claimInstead(TaskSerializer serializer, byte[] bytes, int at) {
        ByteArrayOutputStream forged = new ByteArrayOutputStream();
        forged.write(bytes, 0, at);
        forged.writeBytes(new byte[] {-1, -1, -1, -1, 7});
        forged.write(bytes, at + 1, bytes.length - at - 1);
        decode(serializer, forged.toByteArray());
    }

    private static void decode(TaskSerializer serializer, byte[] forged) {
        try {
            Object ignored = serializer.fromBytes(forged);
        } catch (TaskSerializationException e) {
            assertThat(e.phase()).isEqualTo(Phase.DECODE_TASK);
        }
    }
}
