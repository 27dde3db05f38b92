package io.processexecutor.internal.protocol;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIOException;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.processexecutor.internal.protocol.Message.Cancel;
import io.processexecutor.internal.protocol.Message.Failed;
import io.processexecutor.internal.protocol.Message.Interrupting;
import io.processexecutor.internal.protocol.Message.Oversized;
import io.processexecutor.internal.protocol.Message.Timings;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** A message that was read is the message that was written. */
@Timeout(180)
class MessageCodecTest {

    static List<Message> messages() {
        return Messages.all();
    }

    @ParameterizedTest
    @MethodSource("messages")
    void everyMessageComesBackAsItWas(Message message) throws Exception {
        try (SocketPair sockets = SocketPair.open();
                Connection sender = new Connection(sockets.one());
                Connection receiver = new Connection(sockets.other())) {
            sender.send(message);
            assertThat(receiver.receive()).isEqualTo(message);
        }
    }

    @Test
    void everyTypeOfMessageIsAmongThoseTried() {
        Set<Class<?>> declared = new HashSet<>(Arrays.asList(Message.class.getPermittedSubclasses()));
        declared.remove(Oversized.class);
        assertThat(messages().stream().map(Message::getClass).collect(Collectors.toSet()))
                .as("a new type of message belongs into Messages.all()")
                .isEqualTo(declared);
    }

    @Test
    void whatStandsForASkippedFrameIsNotSent() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> MessageCodec.head(new Oversized(1, 5)))
                .withMessageContaining("not to be sent");
    }

    @Test
    void theLengthCountsAllThatFollowsIt() {
        for (Message message : messages()) {
            byte[] frame = Messages.frame(message);
            assertThat(ByteBuffer.wrap(frame).getInt()).isEqualTo(frame.length - 4);
        }
    }

    @Test
    void writingAMessageTwiceWritesTheSame() {
        for (Message message : messages()) {
            assertThat(Messages.frame(message)).isEqualTo(Messages.frame(message));
        }
    }

    @Test
    void aTextOverTheLimitOfWriteUtfTravels() throws Exception {
        ThrowableCopy copy = new ThrowableCopy("a.B", "\u00e4".repeat(200_000), List.of(), null, List.of());
        Failed failed = new Failed(1, new Timings(0, 0, 0), false, null, copy, Messages.payload(""));
        assertThat(readBack(failed)).isEqualTo(failed);
    }

    @Test
    void aDeepStackTravels() throws Exception {
        StackTraceElement[] frames = new StackTraceElement[5000];
        Arrays.fill(frames, new StackTraceElement("a.B", "recurse", "B.java", 1));
        Interrupting interrupting = new Interrupting(1, List.of(frames));
        assertThat(readBack(interrupting)).isEqualTo(interrupting);
    }

    @Test
    void anUnknownTypeIsRefused() {
        byte[] frame = Messages.frame(new Cancel(1));
        assertThatIOException()
                .isThrownBy(() -> MessageCodec.read((byte) 'z', 1, Arrays.copyOfRange(frame, 13, frame.length)))
                .withMessageContaining("unknown frame type");
    }

    @Test
    void aBodyThatIsCutShortAnywhereIsRefused() {
        for (Message message : List.of(messages().get(0), messages().get(9))) {
            byte[] frame = Messages.frame(message);
            for (int end = MessageCodec.HEADER_BYTES; end < frame.length; end++) {
                byte[] body = Arrays.copyOfRange(frame, MessageCodec.HEADER_BYTES, end);
                assertThatIOException().isThrownBy(() -> MessageCodec.read(frame[4], 0, body));
            }
        }
    }

    @Test
    void causesNestedWithoutEndAreRefusedAndDoNotOverflowTheStack() {
        ByteBuffer body = ByteBuffer.allocate(24 + 2 + 13 * 500_000);
        body.position(26);
        while (body.hasRemaining()) {
            // No class name, no message, no frames, but a cause.
            body.putInt(0).putInt(-1).putInt(0).put((byte) 1);
        }
        assertThatIOException()
                .isThrownBy(() -> MessageCodec.read((byte) 'F', 1, body.array()))
                .withMessageContaining("nested");
    }

    private static Message readBack(Message message) throws Exception {
        byte[] frame = Messages.frame(message);
        long taskId = ByteBuffer.wrap(frame).getLong(5);
        return MessageCodec.read(frame[4], taskId, Arrays.copyOfRange(frame, 13, frame.length));
    }
}
