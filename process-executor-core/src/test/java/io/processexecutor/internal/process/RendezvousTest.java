package io.processexecutor.internal.process;

import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIOException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.processexecutor.internal.protocol.Connection;
import io.processexecutor.internal.protocol.Endpoint;
import io.processexecutor.internal.protocol.Message.Cancel;
import io.processexecutor.internal.protocol.Token;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@Timeout(180)
class RendezvousTest {

    private static final Duration BOUND = Duration.ofSeconds(30);

    private final ExecutorService threads = Executors.newCachedThreadPool();
    private final List<SocketChannel> strangers = new ArrayList<>();
    private final AtomicInteger refusals = new AtomicInteger();
    private final AtomicBoolean alive = new AtomicBoolean(true);
    private Path directory;
    private Path socket;
    private Rendezvous rendezvous;
    private Future<SocketChannel> awaited;

    @BeforeEach
    void listen() throws IOException {
        directory = Files.createTempDirectory("meet");
        socket = directory.resolve("s");
        rendezvous = new Rendezvous(socket, refusals::incrementAndGet);
        awaited = threads.submit(() -> rendezvous.await(System.nanoTime() + SECONDS.toNanos(30), alive::get));
    }

    @AfterEach
    void close() throws IOException {
        for (SocketChannel stranger : strangers) {
            stranger.close();
        }
        rendezvous.close();
        Files.deleteIfExists(socket);
        Files.delete(directory);
        threads.shutdownNow();
    }

    @Test
    void theOneWithTheTokenGetsInAndIsHeard() throws Exception {
        theWorkerGetsIn();
    }

    @Test
    void theWrongTokenIsTurnedAway() throws Exception {
        SocketChannel stranger = stranger(new byte[Token.BYTES]);
        assertThat(isTurnedAway(stranger)).isTrue();
        theWorkerGetsIn();
        assertThat(refusals).hasValue(1);
    }

    @Test
    void aTokenThatIsRightButForTheLastByteIsTurnedAway() throws Exception {
        byte[] almost = token();
        almost[almost.length - 1] ^= 1;
        assertThat(isTurnedAway(stranger(almost))).isTrue();
        theWorkerGetsIn();
    }

    @Test
    void garbageOfAnyLengthIsTurnedAway() throws Exception {
        assertThat(isTurnedAway(stranger(new byte[100_000]))).isTrue();
        theWorkerGetsIn();
    }

    @Test
    void whoSaysNothingOrHalfKeepsNobodyWaiting() throws Exception {
        stranger(new byte[0]);
        stranger(new byte[] {1, 2, 3});
        stranger(new byte[0]).shutdownOutput();
        stranger(new byte[] {1}).close();
        theWorkerGetsIn();
        assertThat(refusals).as("each of them is counted").hasValueGreaterThanOrEqualTo(3);
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void aWorkerThatIsKilledBeforeItSaysAnythingIsNoStranger(boolean hangsUp) throws Exception {
        SocketChannel worker = stranger(new byte[0]);
        if (hangsUp) {
            worker.shutdownOutput();
            assertThat(isTurnedAway(worker)).isTrue();
        }
        theWorkerEndsBeforeItGetsIn();
        assertThat(refusals).hasValue(0);
    }

    @Test
    void onlyOneOfThoseWhoSayNothingIsTakenForTheWorker() throws Exception {
        for (byte[] said : new byte[][] {{}, {}, {}, {1}}) {
            SocketChannel stranger = stranger(said);
            stranger.shutdownOutput();
            assertThat(isTurnedAway(stranger)).isTrue();
        }
        theWorkerEndsBeforeItGetsIn();
        assertThat(refusals).as("the one who said something, and two others").hasValue(3);
    }

    @ParameterizedTest
    @ValueSource(ints = {14, 40})
    void aCrowdThatSaysNothingKeepsNobodyOut(int crowd) throws Exception {
        for (int i = 0; i < crowd; i++) {
            stranger(new byte[0]);
        }
        theWorkerGetsIn();
    }

    @Test
    void onceTheWorkerIsInNobodyElseIsHeard() throws Exception {
        SocketChannel early = stranger(new byte[0]);
        theWorkerGetsIn();
        assertThat(isTurnedAway(early)).isTrue();
        rendezvous.close();
        assertThatIOException().isThrownBy(() -> stranger(new byte[0]));
    }

    @Test
    void whatTheWorkerSaysRightAfterItsTokenIsNotLost() throws Exception {
        try (SocketChannel worker = connect()) {
            ByteBuffer bytes =
                    ByteBuffer.allocate(33).put(token()).put((byte) 42).flip();
            worker.write(bytes);
            try (SocketChannel accepted = awaited.get(30, SECONDS)) {
                accepted.configureBlocking(true);
                ByteBuffer read = ByteBuffer.allocate(8);
                accepted.read(read);
                assertThat(read.position()).isEqualTo(1);
                assertThat(read.get(0)).isEqualTo((byte) 42);
            }
        }
    }

    @Test
    void theTokenMayComeInPieces() throws Exception {
        try (SocketChannel worker = connect()) {
            for (byte each : token()) {
                worker.write(ByteBuffer.wrap(new byte[] {each}));
            }
            awaited.get(30, SECONDS).close();
        }
    }

    @Test
    void theTokenIsErasedOnceNobodyIsAwaitedAnyMore() throws Exception {
        Token token = rendezvous.token();
        assertThat(bytesOf(token)).isNotEqualTo(new byte[Token.BYTES]);
        rendezvous.close();
        assertThat(bytesOf(token)).isEqualTo(new byte[Token.BYTES]);
        assertThat(token.toString()).isEqualTo("Token");
    }

    @Test
    void noTwoTokensAreTheSame() throws Exception {
        try (Rendezvous other = new Rendezvous(directory.resolve("t"), refusals::incrementAndGet)) {
            assertThat(bytesOf(other.token())).hasSize(32).isNotEqualTo(token());
        } finally {
            Files.deleteIfExists(directory.resolve("t"));
        }
    }

    @Test
    void waitingEndsWithTheDeadlineAndWithTheProcess() throws Exception {
        try (Rendezvous other = new Rendezvous(directory.resolve("t"), refusals::incrementAndGet)) {
            assertThatIOException()
                    .isThrownBy(() -> other.await(System.nanoTime() + 1, () -> true))
                    .withMessageContaining("in time");
            assertThatIOException()
                    .isThrownBy(() -> other.await(System.nanoTime() + SECONDS.toNanos(30), () -> false))
                    .withMessageContaining("before it connected");
        } finally {
            Files.deleteIfExists(directory.resolve("t"));
        }
    }

    @Test
    void whereThePathIsTooLongForASocketItIsLoopback() throws Exception {
        try (Rendezvous far = new Rendezvous(directory.resolve("x".repeat(120)), refusals::incrementAndGet)) {
            assertThat(far.address()).startsWith("tcp:");
            Future<SocketChannel> met =
                    threads.submit(() -> far.await(System.nanoTime() + SECONDS.toNanos(30), () -> true));
            try (Connection worker = Endpoint.connect(far.address(), far.token());
                    Connection parent = new Connection(met.get(30, SECONDS))) {
                worker.send(new Cancel(7));
                assertThat(parent.receive()).isEqualTo(new Cancel(7));
            }
        }
    }

    private void theWorkerGetsIn() throws Exception {
        try (Connection worker = Endpoint.connect(rendezvous.address(), rendezvous.token());
                Connection parent = new Connection(awaited.get(30, SECONDS))) {
            worker.send(new Cancel(7));
            assertThat(parent.receive()).isEqualTo(new Cancel(7));
        }
    }

    private void theWorkerEndsBeforeItGetsIn() {
        alive.set(false);
        assertThatThrownBy(() -> awaited.get(30, SECONDS)).hasMessageContaining("before it connected");
    }

    private byte[] token() throws IOException {
        return bytesOf(rendezvous.token());
    }

    private static byte[] bytesOf(Token token) throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        token.writeTo(bytes);
        return bytes.toByteArray();
    }

    private SocketChannel stranger(byte[] says) throws IOException {
        SocketChannel stranger = connect();
        strangers.add(stranger);
        try {
            stranger.write(ByteBuffer.wrap(says));
        } catch (IOException e) {
            // Turned away in mid-sentence.
        }
        return stranger;
    }

    private SocketChannel connect() throws IOException {
        return SocketChannel.open(UnixDomainSocketAddress.of(socket));
    }

    private static boolean isTurnedAway(SocketChannel stranger) throws IOException {
        stranger.configureBlocking(false);
        await().atMost(BOUND).until(() -> {
            try {
                return stranger.read(ByteBuffer.allocate(1)) < 0;
            } catch (IOException e) {
                return true;
            }
        });
        return true;
    }
}
