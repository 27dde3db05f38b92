package io.processexecutor.internal.protocol;

import io.processexecutor.TaskProgress;
import io.processexecutor.TaskSerializationException.Phase;
import io.processexecutor.internal.protocol.Message.Bye;
import io.processexecutor.internal.protocol.Message.ByeAck;
import io.processexecutor.internal.protocol.Message.Cancel;
import io.processexecutor.internal.protocol.Message.Define;
import io.processexecutor.internal.protocol.Message.Done;
import io.processexecutor.internal.protocol.Message.Failed;
import io.processexecutor.internal.protocol.Message.Form;
import io.processexecutor.internal.protocol.Message.Hello;
import io.processexecutor.internal.protocol.Message.Interrupting;
import io.processexecutor.internal.protocol.Message.Levels;
import io.processexecutor.internal.protocol.Message.Log;
import io.processexecutor.internal.protocol.Message.Need;
import io.processexecutor.internal.protocol.Message.Progress;
import io.processexecutor.internal.protocol.Message.Recall;
import io.processexecutor.internal.protocol.Message.Recalled;
import io.processexecutor.internal.protocol.Message.Release;
import io.processexecutor.internal.protocol.Message.Run;
import io.processexecutor.internal.protocol.Message.SerializationFault;
import io.processexecutor.internal.protocol.Message.Timings;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.List;
import java.util.Map;

/** One message of every kind that is sent, and the awkward ones of each kind. */
final class Messages {

    private static final Timings TIMINGS = new Timings(1, Long.MAX_VALUE, -1);

    private Messages() {}

    static List<Message> all() {
        StackTraceElement plain = new StackTraceElement("a.B", "method", null, -2);
        StackTraceElement full = new StackTraceElement("app", "a.module", "1.2", "a.B", "<init>", "B.java", 42);
        ThrowableCopy cause = new ThrowableCopy("a.Cause", null, List.of(), null, List.of());
        ThrowableCopy copy =
                new ThrowableCopy("a.Problem", "schlimm \u2603 \0", List.of(plain, full), cause, List.of(cause, cause));
        SerializationFault fault = new SerializationFault(Phase.ENCODE_RESULT, "a.b[3]", "a.Culprit", "because");
        SerializationFault bare = new SerializationFault(Phase.DECODE_TASK, null, null, "");
        return List.of(
                new Hello(7, 4242, "25+36-LTS", Long.MIN_VALUE),
                new Run(1, 1, Form.CALL, "kryo", bytes(""), payload("task")),
                new Run(Long.MAX_VALUE, 3, Form.RUN, "", bytes("context"), payload("")),
                new Run(2, 1, Form.RUN, "java", bytes("context"), Payload.inFile("task-1", Long.MAX_VALUE)),
                new Done(1, TIMINGS, Payload.inFile("result-1-1", 0)),
                new Failed(7, TIMINGS, false, null, copy, Payload.inFile("result-1-2", 1 << 30)),
                new Done(2, TIMINGS, payload("result")),
                new Done(3, TIMINGS, payload("")),
                new Failed(4, TIMINGS, true, fault, copy, payload("thrown")),
                new Failed(5, TIMINGS, false, bare, cause, payload("")),
                new Failed(6, TIMINGS, false, null, copy, payload("x")),
                new Cancel(-1),
                new Recall(List.of(3L, Long.MAX_VALUE)),
                new Recalled(List.of(4L)),
                new Recalled(List.of()),
                new Interrupting(8, List.of(full, plain)),
                new Interrupting(9, List.of()),
                new Progress(12, new TaskProgress(Long.MAX_VALUE, 0, "\u2603")),
                new Need(10, 1, List.of("a.B;3", "\u2603;4")),
                new Need(11, 2, List.of()),
                new Define(12, 3, bytes("classes")),
                new Define(13, 4, bytes("")),
                new Levels(Map.of("jul", Map.of("", 800, "a.B", Integer.MIN_VALUE), "none", Map.of())),
                new Release(15),
                new Levels(Map.of()),
                new Log(14, new LogEvent("jul", "", 900, null, "main", Instant.EPOCH, Map.of(), null)),
                new Log(0, new LogEvent("a", "a.B", -1, "\u2603", "", Instant.MAX, Map.of("key", "\u2603"), copy)),
                new Bye(),
                new ByeAck());
    }

    static Payload payload(String text) {
        return Payload.of(bytes(text));
    }

    static ByteBuffer bytes(String text) {
        return ByteBuffer.wrap(text.getBytes(StandardCharsets.UTF_8));
    }

    /** The frame as it goes over the socket. */
    static byte[] frame(Message message) {
        ByteBuffer head = MessageCodec.head(message);
        ByteBuffer payload = MessageCodec.payload(message);
        byte[] frame = new byte[head.remaining() + payload.remaining()];
        int headBytes = head.remaining();
        head.get(frame, 0, headBytes);
        payload.get(frame, headBytes, payload.remaining());
        return frame;
    }
}
