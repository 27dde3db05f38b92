package io.processexecutor.internal.protocol;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIOException;

import java.io.BufferedReader;
import java.io.File;
import java.io.IOException;
import java.lang.ref.Reference;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

/** What is left of a connection that does not come about: nothing. */
@Timeout(60)
class EndpointTest {

    @TempDir
    Path directory;

    @Test
    @EnabledOnOs(OS.LINUX)
    void whereNobodyCanListenNoSocketIsLeftOpen() throws Exception {
        Path nowhere = directory.resolve("cleared away").resolve("socket");
        long before = openSockets();
        for (int i = 0; i < 100; i++) {
            assertThatIOException().isThrownBy(() -> Endpoint.listen(nowhere));
        }
        // Others of this virtual machine may open some meanwhile.
        assertThat(openSockets()).isLessThan(before + 50);
    }

    private static long openSockets() {
        String[] open = new File("/proc/self/fd").list();
        return open == null
                ? 0
                : List.of(open).stream().filter(EndpointTest::isSocket).count();
    }

    private static boolean isSocket(String fd) {
        try {
            return Files.readSymbolicLink(Path.of("/proc/self/fd", fd))
                    .toString()
                    .startsWith("socket:");
        } catch (IOException e) {
            return false;
        }
    }

    @Test
    void aConnectionForWhichThereAreNoBuffersIsClosed() throws Exception {
        Process process = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-Xmx32m",
                        "-XX:MaxDirectMemorySize=1m",
                        "-cp",
                        System.getProperty("java.class.path"),
                        WithoutBuffers.class.getName())
                .redirectErrorStream(true)
                .start();
        try (BufferedReader output = process.inputReader()) {
            assertThat(output.lines().toList()).containsExactly("no room", "no buffers", "open: false");
        } finally {
            process.destroyForcibly();
        }
    }

    static final class WithoutBuffers {

        public static void main(String[] args) throws IOException {
            InetSocketAddress here = new InetSocketAddress(InetAddress.getLoopbackAddress(), 0);
            try (ServerSocketChannel server = ServerSocketChannel.open().bind(here);
                    SocketChannel channel = SocketChannel.open(server.getLocalAddress())) {
                List<ByteBuffer> all = new ArrayList<>();
                try {
                    while (true) {
                        all.add(ByteBuffer.allocateDirect(1 << 10));
                    }
                } catch (OutOfMemoryError e) {
                    System.out.println("no room");
                }
                try (Connection connection = new Connection(channel)) {
                    System.out.println("a connection: " + connection);
                } catch (OutOfMemoryError e) {
                    System.out.println("no buffers");
                }
                System.out.println("open: " + channel.isOpen());
                Reference.reachabilityFence(all);
            }
        }
    }
}
