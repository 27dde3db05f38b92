package io.processexecutor.internal.protocol;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.fail;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Whatever comes over the socket, what comes out is a message or an {@link IOException}. */
@Timeout(240)
class FrameFuzzTest {

    private static final int FRAMES = 100_000;
    private static final int FRAMES_PER_SOCKET = 50;

    private final long seed = Long.getLong("fuzz.seed", System.nanoTime());
    private final SplittableRandom random = new SplittableRandom(seed);
    private final List<byte[]> valid =
            Messages.all().stream().map(Messages::frame).toList();

    @Test
    void nothingButMessagesAndInputOutputExceptionsComeOutOfARandomStream() throws IOException {
        System.out.println("fuzz.seed=" + seed);
        int messages = 0;
        int refusals = 0;
        for (int i = 0; i < FRAMES / FRAMES_PER_SOCKET; i++) {
            try (SocketPair sockets = SocketPair.open();
                    Connection receiver = new Connection(sockets.other())) {
                ByteBuffer stream = ByteBuffer.allocate(1 << 16);
                for (int frame = 0; frame < FRAMES_PER_SOCKET; frame++) {
                    stream.put(frame());
                }
                stream.flip();
                while (stream.hasRemaining()) {
                    sockets.one().write(stream);
                }
                sockets.one().close();
                while (true) {
                    receiver.receive();
                    messages++;
                }
            } catch (IOException expected) {
                refusals++;
            } catch (Throwable other) {
                fail("fuzz.seed=" + seed + ", stream " + i, other);
            }
        }
        assertThat(messages).isPositive();
        assertThat(refusals).isEqualTo(FRAMES / FRAMES_PER_SOCKET);
    }

    @Test
    void nothingButMessagesAndInputOutputExceptionsComeOutOfAMutatedBody() {
        int refusals = 0;
        for (int i = 0; i < FRAMES; i++) {
            byte[] frame = mutated();
            byte[] body = new byte[frame.length - 13];
            System.arraycopy(frame, 13, body, 0, body.length);
            try {
                MessageCodec.read(frame[4], 1, body);
            } catch (IOException expected) {
                refusals++;
            } catch (Throwable other) {
                fail("fuzz.seed=" + seed + ", frame " + i, other);
            }
        }
        assertThat(refusals).isPositive();
    }

    private byte[] frame() {
        return switch (random.nextInt(8)) {
            case 0 -> {
                byte[] noise = new byte[random.nextInt(64)];
                random.nextBytes(noise);
                yield noise;
            }
            case 1 -> mutated();
            default -> bodyMutated();
        };
    }

    private byte[] mutated() {
        byte[] frame = valid.get(random.nextInt(valid.size())).clone();
        for (int changes = 1 + random.nextInt(3); changes > 0; changes--) {
            frame[random.nextInt(frame.length)] = awkward();
        }
        return frame;
    }

    /** With its length right, so that what follows it is read too. */
    private byte[] bodyMutated() {
        byte[] frame = mutated();
        return ByteBuffer.wrap(frame).putInt(0, frame.length - 4).array();
    }

    private byte awkward() {
        return switch (random.nextInt(4)) {
            case 0 -> 0;
            case 1 -> (byte) 0xff;
            case 2 -> 0x7f;
            default -> (byte) random.nextInt();
        };
    }
}
