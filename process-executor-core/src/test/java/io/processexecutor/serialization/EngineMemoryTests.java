package io.processexecutor.serialization;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.processexecutor.SerializationOptions;
import io.processexecutor.TaskSerializationException;
import io.processexecutor.TaskSerializer;
import java.io.OutputStream;
import java.io.Serializable;
import java.lang.management.ManagementFactory;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;
import org.jspecify.annotations.NullUnmarked;
import org.junit.jupiter.api.Test;

/** What encoding and decoding allocate, and what an engine holds on to between two graphs. */
@NullUnmarked
class EngineMemoryTests {

    private static final int MB = 1 << 20;

    private static int depth = 123_456;

    /** By engines of its own, which have had nothing to do yet. */
    private final TaskSerializer serializer = ExecutorSerializers.of(
                    SerializationOptions.defaults().maxDepth(++depth))
            .named("kryo");

    static class Chained {
        Chained next;
    }

    record Number(int value) implements Serializable {

        private Object writeReplace() {
            return new Sent(value);
        }
    }

    record Sent(int value) implements Serializable {

        private Object readResolve() {
            return new Number(value);
        }
    }

    @Test
    void aLargeTextLeavesNothingBehindInTheEngineThatReadIt() {
        for (String character : List.of("x", "\u00e4", "\u4e2d")) {
            assertThat(keptAfter(() -> character.repeat(16 * MB), 0))
                    .as(character)
                    .isLessThan(4 * MB);
            assertThat(keptAfter(() -> new StringBuilder(character.repeat(16 * MB)), 0))
                    .as("builder of " + character)
                    .isLessThan(4 * MB);
        }
    }

    @Test
    void aLargeTextIsReadIntoNoMoreRoomThanItTakesItself() {
        byte[] bytes = serializer.toBytes("x".repeat(16 * MB));
        long before = allocated();
        Object text = serializer.fromBytes(bytes);
        assertThat(allocated() - before).isLessThan(17 * MB);
        assertThat(text).isEqualTo("x".repeat(16 * MB));
    }

    @Test
    void textOfAllLengthsAndCharactersArrivesAsItWas() {
        List<Object> all = new ArrayList<>();
        for (int length : new int[] {0, 1, 2, 31, 32, 33, 34, 63, 64, 8191, 8192, 8193, 16_384, 50_000}) {
            for (String special :
                    List.of("", "\u0000", "\u0080", "\u00e4", "\u07ff", "\u0800", "\ud83d\ude00", "\ud83d")) {
                all.add("x".repeat(length) + special);
                all.add(special + "x".repeat(length));
                all.add("x".repeat(length / 2) + special + "x".repeat(length / 2));
                all.add(special.repeat(length));
            }
        }
        assertThat(serializer.fromBytes(serializer.toBytes(all))).isEqualTo(all);
        for (Object each : all) {
            assertThat(serializer.fromBytes(serializer.toBytes(each))).isEqualTo(each);
            StringBuilder built = new StringBuilder((String) each);
            assertThat(serializer.fromBytes(serializer.toBytes(built))).hasToString((String) each);
        }
    }

    @Test
    void aTextWithABrokenCharacterIsRefused() {
        for (int length : new int[] {100, 10_000}) {
            byte[] bytes = serializer.toBytes("\u00e4".repeat(length));
            byte[] broken = bytes.clone();
            broken[broken.length - 2] = (byte) 0xB0;
            assertThatExceptionOfType(TaskSerializationException.class)
                    .isThrownBy(() -> serializer.fromBytes(broken))
                    .withMessageContaining("no character begins with byte 176");
            byte[] cutShort = bytes.clone();
            cutShort[cutShort.length - 2] = (byte) 0xE0;
            assertThatExceptionOfType(TaskSerializationException.class)
                    .isThrownBy(() -> serializer.fromBytes(cutShort))
                    .withMessageContaining("the bytes end too early");
        }
    }

    @Test
    void aGraphThatIsTooLargeToKeepItsBufferDoesNotGrowItFromNothingEachTime() {
        int size = 20 * MB;
        String text = "x".repeat(size);
        encode(text);
        assertThat(allocatedBy(text)).isLessThan(2L * size);
        byte[][] arrays = new byte[size / 10_000][10_000];
        encode(arrays);
        assertThat(allocatedBy(arrays)).isLessThan(2L * size);
    }

    @Test
    void aSmallerGraphTakesNoneOfTheRoomThatALargerOneNeeded() {
        byte[][] arrays = new byte[64 * MB / 10_000][10_000];
        encode(arrays);
        byte[][] smaller = new byte[3 * MB / 10_000][10_000];
        assertThat(allocatedBy(smaller)).isLessThan(16 * MB);
        encode("x");
        assertThat(allocatedBy("x")).isLessThan(10_000);
    }

    @Test
    void whatALargeGraphNeededIsGivenBackAfterManySmallOnes() {
        assertThat(keptAfter(EngineMemoryTests::texts, 2_000)).isLessThan(MB);
        assertThat(keptAfter(EngineMemoryTests::chain, 2_000)).isLessThan(MB);
        assertThat(keptAfter(EngineMemoryTests::replaced, 2_000)).isLessThan(MB);
        assertThat(keptAfter(() -> new byte[1_000][10_000], 2_000)).isLessThan(MB);
    }

    private static Object texts() {
        List<String> texts = new ArrayList<>();
        for (int i = 0; i < 100_000; i++) {
            texts.add("text " + i);
        }
        return texts;
    }

    private static Object chain() {
        Chained head = null;
        for (int i = 0; i < 100_000; i++) {
            Chained each = new Chained();
            each.next = head;
            head = each;
        }
        return head;
    }

    private static Object replaced() {
        List<Number> numbers = new ArrayList<>();
        for (int i = 0; i < 100_000; i++) {
            numbers.add(new Number(i));
        }
        return numbers;
    }

    /** How much more of the heap is alive than before a graph was encoded and decoded, and small ones after it. */
    private long keptAfter(Supplier<Object> graph, int smallOnes) {
        for (int i = 0; i < 10; i++) {
            serializer.fromBytes(serializer.toBytes(new ArrayList<>(List.of("small", i, new Number(i)))));
        }
        long before = live();
        serializer.fromBytes(serializer.toBytes(graph.get()));
        for (int i = 0; i < smallOnes; i++) {
            serializer.fromBytes(serializer.toBytes("small"));
        }
        return live() - before;
    }

    private static long live() {
        long least = Long.MAX_VALUE;
        for (int i = 0; i < 4; i++) {
            System.gc();
            least = Math.min(
                    least,
                    ManagementFactory.getMemoryMXBean().getHeapMemoryUsage().getUsed());
        }
        return least;
    }

    private long allocatedBy(Object value) {
        long before = allocated();
        encode(value);
        return allocated() - before;
    }

    private void encode(Object value) {
        serializer.encode(value, OutputStream.nullOutputStream());
    }

    private static long allocated() {
        return ((com.sun.management.ThreadMXBean) ManagementFactory.getThreadMXBean()).getCurrentThreadAllocatedBytes();
    }
}
