package io.processexecutor.internal.protocol;

import static java.util.concurrent.TimeUnit.MILLISECONDS;
import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIOException;
import static org.awaitility.Awaitility.await;

import io.processexecutor.internal.protocol.Message.Cancel;
import io.processexecutor.internal.protocol.Message.Done;
import io.processexecutor.internal.protocol.Message.Timings;
import java.io.EOFException;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.net.SocketTimeoutException;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Real sockets, real threads. */
@Timeout(180)
class ConnectionTest {

    private static final Duration BOUND = Duration.ofSeconds(30);
    private static final Timings NO_TIME = new Timings(0, 0, 0);

    private final ExecutorService threads = Executors.newCachedThreadPool();
    private SocketPair sockets;
    private Connection here;
    private Connection there;

    @BeforeEach
    void connect() throws IOException {
        sockets = SocketPair.open();
        here = new Connection(sockets.one());
        there = new Connection(sockets.other());
    }

    @AfterEach
    void disconnect() throws IOException {
        here.close();
        there.close();
        threads.shutdownNow();
    }

    @Test
    void largeFramesBothWaysAtOnceDoNotBlockEachOther() throws Exception {
        byte[] large = new byte[32 << 20];
        large[large.length - 1] = 1;
        Message message = new Done(1, NO_TIME, Payload.of(ByteBuffer.wrap(large)));
        List<Future<Message>> received = List.of(threads.submit(here::receive), threads.submit(there::receive));
        List<Future<Object>> sent =
                List.of(threads.submit(sending(here, message)), threads.submit(sending(there, message)));
        for (Future<?> each : sent) {
            each.get(30, SECONDS);
        }
        for (Future<Message> each : received) {
            assertThat(each.get(30, SECONDS)).isEqualTo(message);
        }
    }

    @Test
    void offeringToAPeerThatDoesNotReadNeverBlocks() throws Exception {
        Message message = new Done(1, NO_TIME, Payload.of(ByteBuffer.allocate(1 << 20)));
        assertThat(here.offer(message)).isFalse();
        for (int i = 0; i < 20; i++) {
            assertThat(here.offer(message)).as("left to who drains already").isTrue();
        }
        Future<Object> drained = threads.submit(() -> {
            here.drain();
            return null;
        });
        for (int i = 0; i < 21; i++) {
            assertThat(there.receive()).isEqualTo(message);
        }
        drained.get(30, SECONDS);
    }

    @Test
    void sendingToAPeerThatDoesNotReadEndsWhenItIsTime() {
        Message message = new Done(1, NO_TIME, Payload.of(ByteBuffer.allocate(8 << 20)));
        assertThatExceptionOfType(SocketTimeoutException.class)
                .isThrownBy(() -> here.sendWithin(message, MILLISECONDS.toNanos(200)))
                .withMessage("it did not take in time what it was sent");
    }

    @Test
    void sendingToAPeerThatReadsInTimeSendsAll() throws Exception {
        Message message = new Done(1, NO_TIME, Payload.of(ByteBuffer.allocate(8 << 20)));
        Future<Message> received = threads.submit(there::receive);
        here.sendWithin(message, SECONDS.toNanos(30));
        assertThat(received.get(30, SECONDS)).isEqualTo(message);
    }

    @Test
    void aMessageThatCouldNotBeReceivedAtOnceIsReceivedLater() throws Exception {
        Message message = new Done(1, NO_TIME, Payload.of(ByteBuffer.allocate(1000)));
        ByteBuffer head = MessageCodec.head(message);
        // All but the payload.
        sockets.other().write(head);
        assertThatExceptionOfType(SocketTimeoutException.class)
                .isThrownBy(() -> here.receiveWithin(MILLISECONDS.toNanos(50)));
        sockets.other().write(MessageCodec.payload(message));
        there.offer(new Cancel(2));
        assertThat(here.receiveWithin(SECONDS.toNanos(30))).isEqualTo(message);
        assertThat(here.receiveWithin(SECONDS.toNanos(30))).isEqualTo(new Cancel(2));
    }

    @Test
    void framesOfManyThreadsNeverMix() throws Exception {
        int senders = 16;
        int each = 200;
        List<Future<Object>> sent = new ArrayList<>();
        for (int sender = 0; sender < senders; sender++) {
            byte id = (byte) sender;
            sent.add(threads.submit(() -> {
                for (int i = 0; i < each; i++) {
                    byte[] bytes = new byte[i * 97];
                    Arrays.fill(bytes, id);
                    here.send(new Done((long) id << 32 | i, NO_TIME, Payload.of(ByteBuffer.wrap(bytes))));
                }
                return null;
            }));
        }
        int[] next = new int[senders];
        for (int i = 0; i < senders * each; i++) {
            Done done = (Done) there.receive();
            int sender = (int) (done.taskId() >> 32);
            assertThat((int) done.taskId()).as("order of sender %s", sender).isEqualTo(next[sender]);
            byte[] expected = new byte[next[sender]++ * 97];
            Arrays.fill(expected, (byte) sender);
            assertThat(done.result().bytes()).isEqualTo(ByteBuffer.wrap(expected));
        }
        for (Future<Object> each1 : sent) {
            each1.get(30, SECONDS);
        }
    }

    @Test
    void anInterruptedSenderDoesNotCloseTheChannel() throws Exception {
        Message large = new Done(1, NO_TIME, Payload.of(ByteBuffer.allocate(8 << 20)));
        CountDownLatch sending = new CountDownLatch(1);
        Thread[] sender = new Thread[1];
        Future<Object> sent = threads.submit(() -> {
            sender[0] = Thread.currentThread();
            sending.countDown();
            here.send(large);
            return null;
        });
        sending.await();
        for (int i = 0; i < 50; i++) {
            sender[0].interrupt();
            Thread.onSpinWait();
        }
        assertThat(there.receive()).isEqualTo(large);
        sent.get(30, SECONDS);
        here.send(new Cancel(2));
        assertThat(there.receive()).isEqualTo(new Cancel(2));
    }

    @Test
    void anInterruptedReceiverGoesOnReceiving() throws Exception {
        Thread[] receiver = new Thread[1];
        Future<Message> received = threads.submit(() -> {
            receiver[0] = Thread.currentThread();
            Thread.currentThread().interrupt();
            return there.receive();
        });
        await().atMost(BOUND).until(() -> receiver[0] != null && isWaiting(receiver[0]));
        receiver[0].interrupt();
        here.send(new Cancel(3));
        assertThat(received.get(30, SECONDS)).isEqualTo(new Cancel(3));
    }

    @Test
    void thePeersEndBetweenFramesIsTheEndOfTheStream() throws Exception {
        here.send(new Cancel(1));
        here.close();
        assertThat(there.receive()).isEqualTo(new Cancel(1));
        assertThatExceptionOfType(EOFException.class).isThrownBy(there::receive);
    }

    @Test
    void thePeersEndInMidFrameIsTheEndOfTheStreamToo() throws Exception {
        byte[] frame = Messages.frame(new Done(1, NO_TIME, Payload.of(ByteBuffer.allocate(100))));
        for (int length : new int[] {1, 12, 13, 14, frame.length - 1}) {
            try (SocketPair pair = SocketPair.open();
                    Connection receiver = new Connection(pair.other())) {
                pair.one().write(ByteBuffer.wrap(frame, 0, length));
                pair.one().close();
                assertThatExceptionOfType(EOFException.class).isThrownBy(receiver::receive);
            }
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 8, -1, Integer.MIN_VALUE, Integer.MAX_VALUE})
    void aLengthThatCannotBeIsRefused(int length) throws Exception {
        sendRaw(header(length));
        assertThatIOException().isThrownBy(there::receive).withMessageContaining("a frame of " + length + " bytes");
    }

    @Test
    void aLengthThatIsNotFollowedByAsMuchTakesNoMemory() throws Exception {
        var thread = (com.sun.management.ThreadMXBean) ManagementFactory.getThreadMXBean();
        sendRaw(header(MessageCodec.MAX_BODY_BYTES));
        here.close();
        long before = thread.getCurrentThreadAllocatedBytes();
        assertThatExceptionOfType(EOFException.class).isThrownBy(there::receive);
        assertThat(thread.getCurrentThreadAllocatedBytes() - before).isLessThan(32 << 20);
    }

    @ParameterizedTest
    @ValueSource(ints = {-1, 0, 1})
    void framesAroundTheSizeThatIsBelievedArriveWhole(int difference) throws Exception {
        byte[] bytes = new byte[(1 << 20) - 24 + difference];
        bytes[bytes.length - 1] = 5;
        Message message = new Done(1, NO_TIME, Payload.of(ByteBuffer.wrap(bytes)));
        Future<Object> sent = threads.submit(sending(here, message));
        assertThat(there.receive()).isEqualTo(message);
        sent.get(30, SECONDS);
    }

    @Test
    void aFrameThatArrivesByteByByteIsOneFrame() throws Exception {
        byte[] frame = Messages.frame(new Done(1, NO_TIME, Messages.payload("slowly")));
        Future<Message> received = threads.submit(there::receive);
        for (byte each : frame) {
            sendRaw(new byte[] {each});
        }
        assertThat(received.get(30, SECONDS)).isEqualTo(new Done(1, NO_TIME, Messages.payload("slowly")));
    }

    @Test
    void closingWakesWhoReceives() throws Exception {
        Thread[] receiver = new Thread[1];
        Future<Message> received = threads.submit(() -> {
            receiver[0] = Thread.currentThread();
            return there.receive();
        });
        await().atMost(BOUND).until(() -> receiver[0] != null && isWaiting(receiver[0]));
        there.close();
        assertThatExceptionOfType(ExecutionException.class)
                .isThrownBy(() -> received.get(30, SECONDS))
                .withCauseInstanceOf(IOException.class);
    }

    @Test
    void whatADeadPeerSaidIsHeardBeforeTheEndThoughAnotherProcessHoldsItsSocket() throws Exception {
        List<Message> said = new ArrayList<>();
        for (int i = 0; i < 3; i++) {
            said.add(new Done(i, NO_TIME, Payload.of(ByteBuffer.allocate(50_000))));
            there.send(said.get(i));
        }
        here.peerDied();
        for (Message each : said) {
            assertThat(here.receive()).isEqualTo(each);
        }
        Future<Message> next = threads.submit(here::receive);
        assertThatExceptionOfType(ExecutionException.class)
                .isThrownBy(() -> next.get(30, SECONDS))
                .withCauseInstanceOf(EOFException.class);
    }

    @Test
    void whoWaitsForADeadPeerHearsOfItsDeath() throws Exception {
        Thread[] receiver = new Thread[1];
        Future<Message> received = threads.submit(() -> {
            receiver[0] = Thread.currentThread();
            return here.receive();
        });
        await().atMost(BOUND).until(() -> receiver[0] != null && isWaiting(receiver[0]));
        here.peerDied();
        assertThatExceptionOfType(ExecutionException.class)
                .isThrownBy(() -> received.get(30, SECONDS))
                .withCauseInstanceOf(EOFException.class);
    }

    @Test
    void closingWakesWhoSends() throws Exception {
        Thread[] sender = new Thread[1];
        Future<Object> sent = threads.submit(() -> {
            sender[0] = Thread.currentThread();
            here.send(new Done(1, NO_TIME, Payload.of(ByteBuffer.allocate(64 << 20))));
            return null;
        });
        await().atMost(BOUND).until(() -> sender[0] != null && isWaiting(sender[0]));
        here.close();
        assertThatExceptionOfType(ExecutionException.class)
                .isThrownBy(() -> sent.get(30, SECONDS))
                .withCauseInstanceOf(IOException.class);
    }

    @Test
    void writingToAPeerThatIsGoneFails() throws Exception {
        there.close();
        assertThatIOException()
                .isThrownBy(() -> here.send(new Done(1, NO_TIME, Payload.of(ByteBuffer.allocate(8 << 20)))));
    }

    private static Callable<Object> sending(Connection connection, Message message) {
        return () -> {
            connection.send(message);
            return null;
        };
    }

    /** Past the connection, which is idle. */
    private void sendRaw(byte[] bytes) throws IOException {
        ByteBuffer buffer = ByteBuffer.wrap(bytes);
        while (buffer.hasRemaining()) {
            sockets.one().write(buffer);
        }
    }

    private static byte[] header(int length) {
        return ByteBuffer.allocate(MessageCodec.HEADER_BYTES)
                .putInt(length)
                .put((byte) 'D')
                .putLong(1)
                .array();
    }

    /** In a select, which the JVM counts as running; so the stack is asked. */
    private static boolean isWaiting(Thread thread) {
        return Arrays.stream(thread.getStackTrace())
                .anyMatch(frame -> frame.getMethodName().equals("await")
                        && frame.getClassName().equals(Connection.class.getName()));
    }
}
