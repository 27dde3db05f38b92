package io.processexecutor.pool;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.processexecutor.ProcessExecutor;
import io.processexecutor.ProcessTask;
import io.processexecutor.SharedBuffer;
import io.processexecutor.TaskSerializationException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.ReadOnlyBufferException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.NullUnmarked;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Bytes that all workers look at in one place. Real workers only. */
@NullUnmarked
@Timeout(180)
class SharedBufferTest extends OneWorkerEach {

    private static final Duration BOUND = Duration.ofSeconds(40);

    @BeforeAll
    static void build() {
        build(List.of());
    }

    /** What the test before closed goes a moment later. */
    @BeforeEach
    void noneIsLeft() {
        SharedFilesOnDisk.awaitNone();
    }

    static <T> T get(CompletableFuture<T> future) throws Exception {
        return future.get(60, TimeUnit.SECONDS);
    }

    static long sum(ByteBuffer bytes) {
        long sum = 0;
        while (bytes.hasRemaining()) {
            sum += bytes.get();
        }
        return sum;
    }

    @ParameterizedTest
    @MethodSource("serializers")
    void aTaskFindsTheBytesAsTheyWere(String serializer) throws Exception {
        ProcessExecutor executor = executor(serializer);
        for (ByteBuffer source : List.of(ByteBuffer.allocate(20), ByteBuffer.allocateDirect(20))) {
            source.order(ByteOrder.LITTLE_ENDIAN).putInt(4, 1234).position(4).limit(16);
            try (SharedBuffer shared = executor.share(source)) {
                source.putInt(4, 5);
                assertThat(source.position()).isEqualTo(4);
                ProcessTask<Integer> first = () -> {
                    ByteBuffer bytes = shared.buffer();
                    if (bytes.remaining() != 12 || !bytes.isReadOnly() || !bytes.isDirect()) {
                        throw new IllegalStateException(bytes.toString());
                    }
                    return bytes.getInt();
                };
                assertThat(get(executor.submit(first))).isEqualTo(1234);
                assertThat(get(executor.submit(first)))
                        .as("each has a position of its own")
                        .isEqualTo(1234);
                assertThat(shared.buffer().getInt()).isEqualTo(1234);
                assertThat(shared.buffer().getInt()).isEqualTo(1234);
                assertThatExceptionOfType(ReadOnlyBufferException.class)
                        .isThrownBy(() -> shared.buffer().put((byte) 1));
            }
        }
        SharedFilesOnDisk.awaitNone();
    }

    @Test
    void itTakesNoHeapAndAllWorkersSeeOneCopy() throws Exception {
        ByteBuffer large = ByteBuffer.allocateDirect(100 << 20);
        for (int i = 0; i < large.capacity(); i += 4096) {
            large.put(i, (byte) 1);
        }
        try (ProcessExecutor executor = ProcessPoolExecutor.builder()
                        .workers(2)
                        .minWorkers(2)
                        .maxHeapBytes(32 << 20)
                        .build();
                SharedBuffer shared = executor.share(large)) {
            List<CompletableFuture<Long>> sums = List.of(
                    executor.submit(() -> sum(shared.buffer())),
                    executor.submit(() -> sum(shared.buffer())),
                    executor.submit(() -> sum(shared.buffer())));
            for (CompletableFuture<Long> each : sums) {
                assertThat(get(each)).isEqualTo((100 << 20) / 4096);
            }
            assertThat(SharedFilesOnDisk.all()).hasSize(1);
        }
    }

    @Test
    @EnabledOnOs(OS.LINUX)
    void whereItWasMadeItIsMappedForWhoLooksAtItOnly() throws Exception {
        SharedBuffer left;
        try (ProcessExecutor executor = ProcessPoolExecutor.builder().workers(1).build();
                SharedBuffer shared = executor.share(ByteBuffer.allocate(20))) {
            String file = SharedFilesOnDisk.all().get(0).toString();
            assertThat(Files.readString(Path.of("/proc/self/maps"))).doesNotContain(file);
            assertThat(shared.buffer().capacity()).isEqualTo(20);
            assertThat(Files.readString(Path.of("/proc/self/maps"))).contains(file);
            left = executor.share(ByteBuffer.allocate(20));
        }
        assertThatIllegalStateException()
                .as("its executor ended")
                .isThrownBy(left::buffer)
                .withMessageContaining("is closed");
        left.close();
    }

    @ParameterizedTest
    @MethodSource("serializers")
    void anEmptyOneIsOneToo(String serializer) throws Exception {
        ProcessExecutor executor = executor(serializer);
        try (SharedBuffer shared = executor.share(ByteBuffer.allocate(0))) {
            assertThat(get(executor.submit(() -> shared.buffer().remaining()))).isZero();
            assertThat(shared.buffer().remaining()).isZero();
        }
    }

    @ParameterizedTest
    @MethodSource("serializers")
    void closedItTravelsNoMoreAndWhatWasSubmittedBeforeFindsIt(String serializer) throws Exception {
        ProcessExecutor executor = executor(serializer);
        SharedBuffer shared = executor.share(ByteBuffer.wrap(new byte[] {1, 2, 3}));
        ByteBuffer view = shared.buffer();
        CompletableFuture<Long> before = executor.submit(() -> sum(shared.buffer()));
        shared.close();
        assertThat(get(before)).isEqualTo(6);
        assertThatExceptionOfType(TaskSerializationException.class)
                .isThrownBy(() -> executor.submit(() -> sum(shared.buffer())))
                .withMessageContainingAll("task.captured[0]: Shared buffer", "(3 bytes) is closed");
        assertThatThrownBy(shared::buffer)
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("is closed");
        SharedFilesOnDisk.awaitNone();
        assertThat(sum(view)).isEqualTo(6);
    }

    @Test
    @EnabledOnOs(OS.LINUX)
    void whenItIsReleasedAWorkerKeepsNoMemoryOfIt() throws Exception {
        ProcessExecutor executor = executor("kryo");
        String name;
        try (SharedBuffer shared = executor.share(ByteBuffer.allocate(1 << 20))) {
            name = SharedFilesOnDisk.all().get(0).getFileName().toString();
            String file = name;
            assertThat(get(executor.submit(() -> sum(shared.buffer())))).isZero();
            assertThat(get(executor.submit(() -> isMapped(file)))).isTrue();
        }
        String file = name;
        await().atMost(BOUND)
                .until(() -> get(executor.submit(() -> {
                    System.gc();
                    return !isMapped(file);
                })));
        await().atMost(BOUND).until(() -> {
            System.gc();
            return !isMapped(file);
        });
    }

    private static boolean isMapped(String file) throws Exception {
        return Files.readString(Path.of("/proc/self/maps")).contains("/" + file);
    }

    @Test
    void anInterruptIsNoneOfItsBusiness() throws Exception {
        ProcessExecutor executor = executor("kryo");
        Thread.currentThread().interrupt();
        try (SharedBuffer shared = executor.share(ByteBuffer.wrap(new byte[] {1, 2}))) {
            assertThat(Thread.interrupted()).isTrue();
            assertThat(get(executor.submit(() -> sum(shared.buffer())))).isEqualTo(3);
        }
    }
}
