package io.processexecutor.serialization.corpus;

import io.processexecutor.TaskSerializationException;
import io.processexecutor.TaskSerializer;
import io.processexecutor.serialization.TaskSerializers;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** One half of the corpus run: {@code encode} in the first JVM, {@code probe} in the second. */
public final class CorpusMain {

    private CorpusMain() {}

    public static void main(String[] arguments) throws IOException {
        TaskSerializer serializer = TaskSerializers.named(arguments[1]);
        Path directory = Path.of(arguments[2]);
        List<Case> cases = Cases.everyOne();
        ByteArrayOutputStream report = new ByteArrayOutputStream();
        try (PrintStream out = new PrintStream(report, true, StandardCharsets.UTF_8)) {
            for (int i = 0; i < cases.size(); i++) {
                Path file = directory.resolve(i + ".bytes");
                String line = arguments[0].equals("encode")
                        ? encode(serializer, cases.get(i), file)
                        : probe(serializer, cases.get(i), file);
                if (!line.isEmpty()) {
                    out.println(line.replace('\n', ' ') + " | " + cases.get(i).name());
                }
            }
        }
        Files.write(directory.resolve(arguments[0] + ".txt"), report.toByteArray());
        System.exit(0);
    }

    private static String encode(TaskSerializer serializer, Case each, Path file) throws IOException {
        try {
            Files.write(file, serializer.toBytes(each.make().get()));
            return "";
        } catch (TaskSerializationException e) {
            return (e.getCause() == null ? "REFUSED " : "FAILED ") + e.getMessage() + cause(e);
        } catch (Throwable e) {
            return "ERROR encoding " + e;
        }
    }

    private static String probe(TaskSerializer serializer, Case each, Path file) throws IOException {
        if (!Files.exists(file)) {
            return "";
        }
        Object arrived;
        try {
            arrived = serializer.fromBytes(Files.readAllBytes(file));
        } catch (TaskSerializationException e) {
            return (e.getCause() == null ? "REFUSED " : "FAILED ") + e.getMessage() + cause(e);
        } catch (Throwable e) {
            return "ERROR decoding " + e;
        }
        String expected = each.probed(each.make().get());
        String actual = each.probed(arrived);
        return expected.equals(actual) ? "RIGHT" : "WRONG expected <" + expected + "> was <" + actual + ">";
    }

    private static String cause(Throwable e) {
        StringBuilder text = new StringBuilder();
        for (Throwable cause = e.getCause(); cause != null; cause = cause.getCause()) {
            text.append(" <- ").append(cause);
            StackTraceElement[] stack = cause.getStackTrace();
            for (int i = 0; i < Math.min(6, stack.length); i++) {
                text.append(" @").append(stack[i]);
            }
        }
        return text.toString();
    }
}
