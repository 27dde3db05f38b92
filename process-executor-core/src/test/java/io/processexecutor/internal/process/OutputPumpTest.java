package io.processexecutor.internal.process;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayInputStream;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.Charset;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class OutputPumpTest {

    @Test
    void eachLineIsALineHoweverItEnds() {
        assertThat(pumped("one\ntwo\r\n\nfour\r\r\nlast")).containsExactly("one", "two", "", "four\r", "last");
    }

    @Test
    void nothingIsNoLine() {
        assertThat(pumped("")).isEmpty();
        assertThat(pumped("one\n")).containsExactly("one");
    }

    @Test
    void aLineWithoutEndIsCut() {
        String endless = "x".repeat(20_000);
        List<String> lines = pumped(endless);
        assertThat(String.join("", lines)).isEqualTo(endless);
        assertThat(lines).allMatch(line -> line.length() <= 8192).hasSize(3);
    }

    @Test
    void aLineOfExactlyTheLimitIsOneLine() {
        String full = "x".repeat(8192);
        assertThat(pumped(full + "\nnext\n")).containsExactly(full, "next");
    }

    @Test
    void theLastHundredLinesAreRemembered() {
        StringBuilder text = new StringBuilder();
        IntStream.range(0, 1000).forEach(i -> text.append("line ").append(i).append('\n'));
        OutputPump pump = new OutputPump(stream(text.toString()), line -> {});
        pump.run();
        assertThat(pump.tail()).hasSize(100).startsWith("line 900").endsWith("line 999");
    }

    @Test
    void whatCameBeforeTheStreamBrokeIsKept() {
        InputStream breaking = new InputStream() {
            private final InputStream before = stream("famous\nlast");

            @Override
            public int read() throws IOException {
                int next = before.read();
                if (next < 0) {
                    throw new IOException("Stream closed");
                }
                return next;
            }

            @Override
            public int read(byte[] bytes, int offset, int length) throws IOException {
                bytes[offset] = (byte) read();
                return 1;
            }
        };
        OutputPump pump = new OutputPump(breaking, line -> {});
        pump.run();
        assertThat(pump.tail()).containsExactly("famous", "last");
    }

    @Test
    void aConsumerThatThrowsDoesNotStopThePump() {
        List<String> seen = new ArrayList<>();
        OutputPump pump = new OutputPump(stream("one\ntwo\n"), line -> {
            seen.add(line);
            throw new IllegalStateException("an appender of the user's");
        });
        pump.run();
        assertThat(seen).containsExactly("one", "two");
    }

    @Test
    void aShortageOfMemoryDoesNotStopThePump() {
        InputStream scarce = new FilterInputStream(stream("one\ntwo\n")) {
            private int reads;

            @Override
            public int read(byte[] bytes, int offset, int length) throws IOException {
                if (reads++ % 2 == 0) {
                    throw new OutOfMemoryError("no room for a moment");
                }
                return super.read(bytes, offset, 4);
            }

            @Override
            public int available() {
                return 0;
            }
        };
        List<String> seen = new ArrayList<>();
        new OutputPump(scarce, seen::add).run();
        assertThat(seen).containsExactly("one", "two");
    }

    private static List<String> pumped(String text) {
        List<String> lines = new ArrayList<>();
        OutputPump pump = new OutputPump(stream(text), lines::add);
        pump.run();
        assertThat(pump.tail()).isEqualTo(lines);
        return lines;
    }

    private static InputStream stream(String text) {
        return new ByteArrayInputStream(text.getBytes(Charset.defaultCharset()));
    }
}
