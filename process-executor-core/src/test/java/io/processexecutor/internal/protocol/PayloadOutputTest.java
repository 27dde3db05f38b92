package io.processexecutor.internal.protocol;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIOException;

import io.processexecutor.TaskSerializationException.Phase;
import io.processexecutor.internal.files.SharedFiles;
import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.RandomAccessFile;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Random;
import java.util.UUID;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;

@EnabledOnOs(OS.LINUX)
class PayloadOutputTest {

    private static final int LARGE = 4 * 1024 * 1024;

    private final SharedFiles shared;
    private final PayloadFiles parent;
    private final PayloadFiles worker;
    private final Random random = new Random(5);

    PayloadOutputTest() throws IOException {
        shared = SharedFiles.forPool(UUID.randomUUID().toString());
        parent = PayloadFiles.ofParent(() -> shared);
        worker = PayloadFiles.ofWorker(7, SharedFiles.in(shared.directory()));
    }

    @AfterEach
    void close() {
        shared.close();
    }

    @Test
    void whatIsSmallStaysInMemory() throws Exception {
        byte[] bytes = bytes(LARGE);
        Payload payload = written(parent, bytes);
        assertThat(payload.file()).isNull();
        assertThat(payload.size()).isEqualTo(LARGE);
        assertThat(read(payload)).isEqualTo(bytes);
        assertThat(files()).isEmpty();
    }

    @Test
    void whatIsLargeIsInAFileThatTheOtherReadsAndTheParentDeletes() throws Exception {
        byte[] bytes = bytes(LARGE + 1);
        Payload payload = written(parent, bytes);
        assertThat(payload.bytes().hasRemaining()).isFalse();
        assertThat(payload.size()).isEqualTo(bytes.length);
        assertThat(files()).containsExactly(payload.file());
        assertThat(read(payload)).isEqualTo(bytes);
        parent.delete(payload);
        assertThat(files()).isEmpty();
    }

    @Test
    void piecesOfAllSizesComeInTheirOrder() throws Exception {
        for (int round = 0; round < 8; round++) {
            ByteArrayOutputStream all = new ByteArrayOutputStream();
            PayloadOutput output = new PayloadOutput(Phase.ENCODE_TASK, round % 2 == 0 ? parent : PayloadFiles.NONE);
            while (all.size() < 2 * LARGE) {
                byte[] piece = bytes(1 << random.nextInt(round < 4 ? 19 : 21));
                if (piece.length < 16) {
                    for (byte each : piece) {
                        output.write(each);
                    }
                } else {
                    output.write(piece, 1, piece.length - 1);
                    output.write(piece[0]);
                    all.write(piece, 1, piece.length - 1);
                    all.write(piece[0]);
                    continue;
                }
                all.writeBytes(piece);
            }
            assertThat(output.size()).isEqualTo(all.size());
            Payload payload = output.payload();
            assertThat(payload.file() == null).isEqualTo(round % 2 != 0);
            assertThat(read(payload)).isEqualTo(all.toByteArray());
        }
    }

    @Test
    void withoutARoomForFilesItStaysInMemory() throws Exception {
        shared.close();
        byte[] bytes = bytes(3 * LARGE);
        Payload payload = written(parent, bytes);
        assertThat(payload.file()).isNull();
        assertThat(read(payload)).isEqualTo(bytes);
    }

    @Test
    void aTaskThatWaitsTakesNotAByteMoreThanItHasAndALargeArrayLittleMore() {
        for (int size : new int[] {1, 464, 600, 8_000, 13_000, 30_000, 100_000, 810_000, LARGE}) {
            PayloadOutput atOnce = new PayloadOutput(Phase.ENCODE_TASK, parent);
            atOnce.write(bytes(size), 0, size);
            assertThat(atOnce.payload().asArray()).hasSize(size);
            PayloadOutput inPieces = new PayloadOutput(Phase.ENCODE_TASK, parent);
            inPieces.write(bytes(6), 0, 6);
            inPieces.write(bytes(size), 0, size - 1);
            inPieces.write(size);
            assertThat(inPieces.payload().size()).isEqualTo(6L + size);
            if (size < 64 * 1024) {
                assertThat(inPieces.payload().asArray()).hasSize(6 + size);
            } else if (size < LARGE) {
                assertThat(inPieces.payload().bytes().array()).hasSizeLessThan(6 + size + 4096);
            }
        }
    }

    @Test
    void whatIsWrittenAtOnceIsCopiedOnce() {
        var thread = (com.sun.management.ThreadMXBean) ManagementFactory.getThreadMXBean();
        // What the first one takes for classes is not counted.
        written(parent, bytes(1));
        for (int size : new int[] {100, 464, 600, 8_000, 100_000, 810_000}) {
            byte[] bytes = bytes(size);
            long before = thread.getCurrentThreadAllocatedBytes();
            PayloadOutput output = new PayloadOutput(Phase.ENCODE_TASK, parent);
            output.write(bytes, 0, size);
            Payload payload = output.payload();
            long allocated = thread.getCurrentThreadAllocatedBytes() - before;
            assertThat(payload.size()).isEqualTo(size);
            assertThat(allocated).as("for %d bytes", size).isLessThan(size + 400);
        }
    }

    @Test
    void theRestOfAGraphDoesNotCopyALargeArrayOnceMore() {
        var thread = (com.sun.management.ThreadMXBean) ManagementFactory.getThreadMXBean();
        byte[] large = bytes(1 << 20);
        byte[] small = bytes(6);
        for (Phase phase : List.of(Phase.ENCODE_TASK, Phase.ENCODE_RESULT)) {
            long before = thread.getCurrentThreadAllocatedBytes();
            PayloadOutput output = new PayloadOutput(phase, parent);
            output.write(small, 0, small.length);
            output.write(large, 0, large.length);
            output.write(large, 0, 400);
            Payload payload = output.payload();
            long allocated = thread.getCurrentThreadAllocatedBytes() - before;
            assertThat(payload.size()).isEqualTo(large.length + 406L);
            assertThat(allocated).isLessThan(large.length + 100_000);
        }
    }

    @Test
    void nothingIsLeftOfWhatFailedNorComesLater() throws Exception {
        PayloadOutput output = new PayloadOutput(Phase.ENCODE_TASK, parent);
        output.write(bytes(2 * LARGE));
        assertThat(files()).hasSize(1);
        output.discard();
        output.write(bytes(2 * LARGE));
        assertThat(files()).isEmpty();
    }

    @Test
    void anInterruptHarmsNeitherWritingNorReading() throws Exception {
        byte[] bytes = bytes(2 * LARGE);
        Thread.currentThread().interrupt();
        try {
            Payload payload = written(parent, bytes);
            assertThat(payload.file()).isNotNull();
            assertThat(read(payload)).isEqualTo(bytes);
        } finally {
            assertThat(Thread.interrupted()).isTrue();
        }
    }

    @Test
    void aReplyThatWasTakenSurvivesItsWorkerAndOneThatWasNotDoesNot() throws Exception {
        byte[] bytes = bytes(2 * LARGE);
        Message.Done done = new Message.Done(1, new Message.Timings(0, 0, 0), written(worker, bytes));
        Payload lost = written(worker, bytes);
        Message.Done taken = (Message.Done) parent.take(done);
        PayloadFiles.clearAfter(7, shared);
        assertThat(read(taken.result())).isEqualTo(bytes);
        assertThatIOException().isThrownBy(() -> read(lost));
        parent.delete(taken.result());
        assertThat(files()).isEmpty();
    }

    @Test
    void aFileThatIsNotWhatItIsSaidToBeIsRefused() throws Exception {
        Payload payload = written(worker, bytes(2 * LARGE));
        assertThatIOException()
                .isThrownBy(() -> parent.open(Payload.inFile(payload.file(), LARGE)))
                .withMessageContaining("in place of " + LARGE);
        assertThatIOException().isThrownBy(() -> parent.open(Payload.inFile("../lock", 0)));
        try (InputStream source = parent.open(payload);
                RandomAccessFile file =
                        new RandomAccessFile(shared.find(payload.file()).toFile(), "rw")) {
            assertThat(source.readNBytes(LARGE)).hasSize(LARGE);
            file.setLength(LARGE + 10);
            assertThatIOException()
                    .isThrownBy(source::readAllBytes)
                    .isInstanceOf(EOFException.class)
                    .withMessageContaining("cut short");
        }
    }

    private byte[] bytes(int length) {
        byte[] bytes = new byte[length];
        random.nextBytes(bytes);
        return bytes;
    }

    private static Payload written(PayloadFiles to, byte[] bytes) {
        PayloadOutput output = new PayloadOutput(Phase.ENCODE_RESULT, to);
        output.write(bytes, 0, bytes.length);
        return output.payload();
    }

    private byte[] read(Payload payload) throws IOException {
        try (InputStream source = parent.open(payload)) {
            return source.readAllBytes();
        }
    }

    private List<String> files() throws IOException {
        try (Stream<Path> all = Files.list(shared.directory())) {
            return all.map(each -> each.getFileName().toString())
                    .filter(each -> !each.equals("lock") && !each.equals("owner"))
                    .toList();
        }
    }
}
