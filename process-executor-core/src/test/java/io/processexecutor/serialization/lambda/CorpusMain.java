package io.processexecutor.serialization.lambda;

import io.processexecutor.serialization.corpus.LambdaCase;
import io.processexecutor.serialization.corpus.LambdaCorpus;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;

/** Writes the corpus to a file, reads it from there, or does both at once; says of each case how it went. */
public final class CorpusMain {

    private CorpusMain() {}

    public static void main(String[] arguments) throws IOException {
        switch (arguments[0]) {
            case "write" -> write(Path.of(arguments[1]));
            case "read" -> read(Path.of(arguments[1]));
            default -> LambdaCorpus.cases().forEach(CorpusMain::roundTrip);
        }
    }

    static int write(Path file) throws IOException {
        Map<String, byte[]> written = new LinkedHashMap<>();
        for (LambdaCase each : LambdaCorpus.cases()) {
            written.put(each.name(), LambdaHolder.write(each.made().get()));
        }
        try (DataOutputStream out = new DataOutputStream(Files.newOutputStream(file))) {
            out.writeInt(written.size());
            for (Map.Entry<String, byte[]> each : written.entrySet()) {
                out.writeUTF(each.getKey());
                out.writeInt(each.getValue().length);
                out.write(each.getValue());
            }
        }
        return written.size();
    }

    private static void read(Path file) throws IOException {
        Map<String, LambdaCase> cases = new LinkedHashMap<>();
        LambdaCorpus.cases().forEach(each -> cases.put(each.name(), each));
        try (DataInputStream in = new DataInputStream(Files.newInputStream(file))) {
            for (int left = in.readInt(); left > 0; left--) {
                LambdaCase each = Objects.requireNonNull(cases.get(in.readUTF()));
                judge(each, in.readNBytes(in.readInt()));
            }
        }
    }

    private static void roundTrip(LambdaCase each) {
        try {
            judge(each, LambdaHolder.write(each.made().get()));
        } catch (UnreadableLambdaException e) {
            say("refused", each, e);
        } catch (RuntimeException | LinkageError e) {
            say("ERROR", each, e);
        }
    }

    private static void judge(LambdaCase each, byte[] bytes) {
        try {
            String expected = each.probed(each.made().get());
            String actual = each.probed(LambdaHolder.read(bytes));
            say(expected.equals(actual) ? "ok" : "WRONG " + actual + " instead of " + expected, each, "");
        } catch (LambdaLinkException e) {
            say(e.reason() == LambdaLinkException.Reason.NO_ACCESS ? "refused" : "ERROR", each, e);
        } catch (RuntimeException | LinkageError e) {
            say("ERROR", each, e);
        }
    }

    private static void say(String verdict, LambdaCase each, Object why) {
        System.out.println((verdict + ": " + each.name() + " " + why).replace('\n', ' '));
    }
}
