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
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.StreamCorruptedException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Messages as frames and back. A frame is: length (4 bytes, of what follows), type (1), task id (8), body. A payload is
 * always the rest of its frame, so that it is neither measured nor copied here.
 */
final class MessageCodec {

    /** Length, type and task id. */
    static final int HEADER_BYTES = 4 + 1 + 8;

    static final int MAX_BODY_BYTES = Integer.MAX_VALUE - 64;

    private static final ByteBuffer NO_PAYLOAD = ByteBuffer.allocate(0);

    private MessageCodec() {}

    /** Whether a frame carries a task, its classes or what came of it, so that skipping it concerns that task only. */
    static boolean isAboutTask(byte type) {
        return type == 'R' || type == 'X' || type == 'D' || type == 'F';
    }

    /** All of the frame but its payload. */
    static ByteBuffer head(Message message) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream(96);
        try (DataOutputStream out = new DataOutputStream(bytes)) {
            out.writeInt(0);
            out.writeByte(type(message));
            out.writeLong(taskId(message));
            writeBody(message, out);
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
        ByteBuffer head = ByteBuffer.wrap(bytes.toByteArray());
        long length = (long) head.remaining() - 4 + payload(message).remaining();
        if (length > MAX_BODY_BYTES) {
            throw new IllegalArgumentException(
                    "a frame of " + length + " bytes is over the limit of " + MAX_BODY_BYTES);
        }
        return head.putInt(0, (int) length);
    }

    /** The rest of the frame. */
    static ByteBuffer payload(Message message) {
        if (message instanceof Run run) {
            return run.task().bytes().duplicate();
        }
        if (message instanceof Done done) {
            return done.result().bytes().duplicate();
        }
        if (message instanceof Failed failed) {
            return failed.throwable().bytes().duplicate();
        }
        if (message instanceof Define define) {
            return define.definitions().duplicate();
        }
        return NO_PAYLOAD.duplicate();
    }

    static Message read(byte type, long taskId, byte[] body) throws IOException {
        ByteArrayInputStream bytes = new ByteArrayInputStream(body);
        DataInputStream in = new DataInputStream(bytes);
        return switch (type) {
            case 'H' -> new Hello(in.readInt(), in.readLong(), Wire.readRequired(in), in.readLong());
            case 'R' ->
                new Run(
                        taskId,
                        in.readInt(),
                        form(in.readByte()),
                        Wire.readRequired(in),
                        Wire.readBytes(in),
                        readPayload(in, body, bytes));
            case 'D' -> new Done(taskId, readTimings(in), readPayload(in, body, bytes));
            case 'F' ->
                new Failed(
                        taskId,
                        readTimings(in),
                        in.readBoolean(),
                        in.readBoolean() ? readFault(in) : null,
                        ThrowableCopy.readFrom(in),
                        readPayload(in, body, bytes));
            case 'C' -> new Cancel(taskId);
            case 'Q' -> new Recall(readTaskIds(in));
            case 'q' -> new Recalled(readTaskIds(in));
            case 'I' -> new Interrupting(taskId, Wire.readFrames(in));
            case 'P' -> new Progress(taskId, readProgress(in));
            case 'N' -> new Need(taskId, in.readInt(), Wire.readStrings(in));
            case 'X' -> new Define(taskId, in.readInt(), rest(body, bytes));
            case 'E' -> new Release(taskId);
            case 'V' -> new Levels(readLevels(in));
            case 'L' -> new Log(taskId, LogEvent.readFrom(in));
            case 'B' -> new Bye();
            case 'A' -> new ByeAck();
            default -> throw new StreamCorruptedException("unknown frame type " + type);
        };
    }

    // Not a switch with patterns: those came after Java 17. A new message type fails the round-trip test of this class.
    private static byte type(Message message) {
        if (message instanceof Hello) {
            return 'H';
        } else if (message instanceof Run) {
            return 'R';
        } else if (message instanceof Done) {
            return 'D';
        } else if (message instanceof Failed) {
            return 'F';
        } else if (message instanceof Cancel) {
            return 'C';
        } else if (message instanceof Recall) {
            return 'Q';
        } else if (message instanceof Recalled) {
            return 'q';
        } else if (message instanceof Interrupting) {
            return 'I';
        } else if (message instanceof Progress) {
            return 'P';
        } else if (message instanceof Need) {
            return 'N';
        } else if (message instanceof Define) {
            return 'X';
        } else if (message instanceof Release) {
            return 'E';
        } else if (message instanceof Levels) {
            return 'V';
        } else if (message instanceof Log) {
            return 'L';
        } else if (message instanceof Bye) {
            return 'B';
        } else if (message instanceof ByeAck) {
            return 'A';
        }
        throw new IllegalArgumentException("not to be sent: " + message);
    }

    private static long taskId(Message message) {
        if (message instanceof Run run) {
            return run.taskId();
        } else if (message instanceof Done done) {
            return done.taskId();
        } else if (message instanceof Failed failed) {
            return failed.taskId();
        } else if (message instanceof Cancel cancel) {
            return cancel.taskId();
        } else if (message instanceof Interrupting interrupting) {
            return interrupting.taskId();
        } else if (message instanceof Progress progress) {
            return progress.taskId();
        } else if (message instanceof Need need) {
            return need.taskId();
        } else if (message instanceof Define define) {
            return define.taskId();
        } else if (message instanceof Log log) {
            return log.taskId();
        } else if (message instanceof Release release) {
            // Of no task; it stands where their numbers do.
            return release.sharedId();
        }
        return 0;
    }

    private static void writeBody(Message message, DataOutputStream out) throws IOException {
        if (message instanceof Hello hello) {
            out.writeInt(hello.protocolVersion());
            out.writeLong(hello.pid());
            Wire.writeString(out, hello.vmVersion());
            out.writeLong(hello.classPathFingerprint());
        } else if (message instanceof Run run) {
            out.writeInt(run.attempt());
            out.writeByte(run.form() == Form.CALL ? 'C' : 'R');
            Wire.writeString(out, run.serializer());
            Wire.writeBytes(out, run.context());
            writePlace(out, run.task());
        } else if (message instanceof Done done) {
            writeTimings(out, done.timings());
            writePlace(out, done.result());
        } else if (message instanceof Failed failed) {
            writeTimings(out, failed.timings());
            out.writeBoolean(failed.unhealthy());
            SerializationFault fault = failed.fault();
            out.writeBoolean(fault != null);
            if (fault != null) {
                Wire.writeString(out, fault.phase().name());
                Wire.writeString(out, fault.path());
                Wire.writeString(out, fault.culprit());
                Wire.writeString(out, fault.explanation());
            }
            failed.copy().writeTo(out);
            writePlace(out, failed.throwable());
        } else if (message instanceof Recall recall) {
            writeTaskIds(out, recall.taskIds());
        } else if (message instanceof Recalled recalled) {
            writeTaskIds(out, recalled.taskIds());
        } else if (message instanceof Interrupting interrupting) {
            Wire.writeFrames(out, interrupting.stack());
        } else if (message instanceof Progress progress) {
            out.writeLong(progress.progress().done());
            out.writeLong(progress.progress().total());
            Wire.writeString(out, progress.progress().message());
        } else if (message instanceof Need need) {
            out.writeInt(need.request());
            Wire.writeStrings(out, need.names());
        } else if (message instanceof Define define) {
            out.writeInt(define.request());
        } else if (message instanceof Levels levels) {
            writeLevels(out, levels.levels());
        } else if (message instanceof Log log) {
            log.event().writeTo(out);
        }
    }

    /** Where a payload is that is not in the frame. */
    private static void writePlace(DataOutputStream out, Payload payload) throws IOException {
        Wire.writeString(out, payload.file());
        if (payload.file() != null) {
            out.writeLong(payload.size());
        }
    }

    private static Payload readPayload(DataInputStream in, byte[] body, ByteArrayInputStream bytes) throws IOException {
        String file = Wire.readString(in);
        if (file == null) {
            return Payload.of(rest(body, bytes));
        }
        long size = in.readLong();
        if (size < 0) {
            throw new StreamCorruptedException("a file of " + size + " bytes");
        }
        return Payload.inFile(file, size);
    }

    private static void writeTaskIds(DataOutputStream out, List<Long> taskIds) throws IOException {
        out.writeInt(taskIds.size());
        for (long taskId : taskIds) {
            out.writeLong(taskId);
        }
    }

    private static List<Long> readTaskIds(DataInputStream in) throws IOException {
        List<Long> taskIds = new ArrayList<>();
        for (int left = in.readInt(); left > 0; left--) {
            taskIds.add(in.readLong());
        }
        return taskIds;
    }

    private static void writeLevels(DataOutputStream out, Map<String, Map<String, Integer>> levels) throws IOException {
        out.writeInt(levels.size());
        for (Map.Entry<String, Map<String, Integer>> system : levels.entrySet()) {
            Wire.writeString(out, system.getKey());
            out.writeInt(system.getValue().size());
            for (Map.Entry<String, Integer> each : system.getValue().entrySet()) {
                Wire.writeString(out, each.getKey());
                out.writeInt(each.getValue());
            }
        }
    }

    private static Map<String, Map<String, Integer>> readLevels(DataInputStream in) throws IOException {
        Map<String, Map<String, Integer>> levels = new HashMap<>();
        for (int systems = in.readInt(); systems > 0; systems--) {
            Map<String, Integer> severities = new HashMap<>();
            levels.put(Wire.readRequired(in), severities);
            for (int left = in.readInt(); left > 0; left--) {
                severities.put(Wire.readRequired(in), in.readInt());
            }
        }
        return levels;
    }

    private static void writeTimings(DataOutputStream out, Timings timings) throws IOException {
        out.writeLong(timings.decodeNanos());
        out.writeLong(timings.runNanos());
        out.writeLong(timings.encodeNanos());
    }

    private static Timings readTimings(DataInputStream in) throws IOException {
        return new Timings(in.readLong(), in.readLong(), in.readLong());
    }

    private static TaskProgress readProgress(DataInputStream in) throws IOException {
        long done = in.readLong();
        long total = in.readLong();
        String message = Wire.readRequired(in);
        if (done < 0 || total < 0) {
            throw new StreamCorruptedException("progress of " + done + " of " + total);
        }
        return new TaskProgress(done, total, message);
    }

    private static SerializationFault readFault(DataInputStream in) throws IOException {
        String name = Wire.readRequired(in);
        Phase phase = Arrays.stream(Phase.values())
                .filter(each -> each.name().equals(name))
                .findFirst()
                .orElseThrow(() -> new StreamCorruptedException("unknown phase " + name));
        return new SerializationFault(phase, Wire.readString(in), Wire.readString(in), Wire.readRequired(in));
    }

    private static Form form(byte code) throws IOException {
        return switch (code) {
            case 'C' -> Form.CALL;
            case 'R' -> Form.RUN;
            default -> throw new StreamCorruptedException("unknown form of task " + code);
        };
    }

    private static ByteBuffer rest(byte[] body, ByteArrayInputStream position) {
        int left = position.available();
        return ByteBuffer.wrap(body, body.length - left, left);
    }
}
