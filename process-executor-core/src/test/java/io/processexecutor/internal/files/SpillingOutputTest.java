package io.processexecutor.internal.files;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIOException;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

/** A file that goes on in another place when there is no room for it. */
@Timeout(180)
class SpillingOutputTest {

    @TempDir
    Path directory;

    private final byte[] bytes = bytes(300_000);

    private static byte[] bytes(int length) {
        byte[] bytes = new byte[length];
        new Random(7).nextBytes(bytes);
        return bytes;
    }

    private Path create(String name) throws IOException {
        return Files.createFile(directory.resolve(name));
    }

    @Test
    void whatIsWrittenIsInTheFile() throws Exception {
        Path first = create("first");
        try (SpillingOutput output = new SpillingOutput(first, () -> create("other"))) {
            output.write(bytes[0]);
            output.write(bytes, 1, bytes.length - 1);
            assertThat(output.done()).isEqualTo(first);
        }
        assertThat(first).hasBinaryContent(bytes);
        assertThat(directory.resolve("other")).doesNotExist();
    }

    @Test
    void whatIsNotDoneIsDeleted() throws Exception {
        Path first = create("first");
        try (SpillingOutput output = new SpillingOutput(first, () -> create("other"))) {
            output.write(bytes);
        }
        assertThat(directory).isEmptyDirectory();
    }

    /** Takes nothing at all. */
    @Test
    @EnabledOnOs(OS.LINUX)
    void withoutRoomItGoesOnInTheOtherPlace() throws Exception {
        Path full = Path.of("/dev/full");
        assumeTrue(Files.isWritable(full));
        Path link = Files.createSymbolicLink(directory.resolve("full"), full);
        try (SpillingOutput output = new SpillingOutput(link, () -> create("other"))) {
            output.write(bytes);
            assertThat(output.done()).isEqualTo(directory.resolve("other"));
        }
        assertThat(directory.resolve("other")).hasBinaryContent(bytes);
        assertThat(link).as("the first is deleted").doesNotExist();
        assertThat(full).exists();
    }

    @Test
    @EnabledOnOs(OS.LINUX)
    void withoutRoomAnywhereItSaysSoAndLeavesNothing() throws Exception {
        Path full = Path.of("/dev/full");
        assumeTrue(Files.isWritable(full));
        Path link = Files.createSymbolicLink(directory.resolve("full"), full);
        try (SpillingOutput output =
                new SpillingOutput(link, () -> Files.createSymbolicLink(directory.resolve("fuller"), full))) {
            assertThatIOException()
                    .isThrownBy(() -> output.write(bytes))
                    .withMessageMatching(
                            "\\S+/full: No space left.*, and then \\S+/fuller: No space left.*; make one .* larger");
        }
        assertThat(directory).isEmptyDirectory();
    }
}
