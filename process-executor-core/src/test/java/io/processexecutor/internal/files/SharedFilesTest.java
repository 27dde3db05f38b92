package io.processexecutor.internal.files;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIOException;

import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@EnabledOnOs(OS.LINUX)
class SharedFilesTest {

    @Test
    void nobodyElseMayReadThem() throws Exception {
        try (SharedFiles files = files()) {
            Path file = files.create("task-1");
            assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(files.directory())))
                    .isEqualTo("rwx------");
            assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file)))
                    .isEqualTo("rw-------");
            assertThat(files.directory()).startsWith(Path.of("/dev/shm"));
        }
    }

    @Test
    void theOtherProcessFindsThem() throws Exception {
        try (SharedFiles files = files()) {
            Files.writeString(files.create("task-1"), "content");
            SharedFiles others = SharedFiles.in(files.directory());
            assertThat(others.find("task-1")).hasContent("content");
            others.delete("task-1");
            assertThat(files.find("task-1")).doesNotExist();
        }
    }

    @Test
    void noFileIsMadeTwice() throws Exception {
        try (SharedFiles files = files()) {
            files.create("task-1");
            assertThatIOException()
                    .isThrownBy(() -> files.create("task-1"))
                    .isInstanceOf(FileAlreadyExistsException.class);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"../task", "/etc/passwd", "a/b", "", ".", "task*", "T"})
    void aNameDoesNotLeadOutOfTheDirectory(String name) throws Exception {
        try (SharedFiles files = files()) {
            assertThatIOException().isThrownBy(() -> files.find(name)).withMessageContaining(name);
            assertThatIOException().isThrownBy(() -> files.create(name));
        }
    }

    @Test
    void whatADeadWorkerLeftIsDeletedAndNothingElse() throws Exception {
        try (SharedFiles files = files()) {
            files.create("result-1-1");
            files.create("result-1-2");
            files.create("result-11-1");
            files.deleteAll("result-1-");
            assertThat(files.find("result-1-1")).doesNotExist();
            assertThat(files.find("result-1-2")).doesNotExist();
            assertThat(files.find("result-11-1")).exists();
        }
    }

    @Test
    void nothingIsLeftOfAPoolThatEndedAndNothingComesAfter() throws Exception {
        SharedFiles files = files();
        files.create("task-1");
        files.close();
        assertThat(files.directory()).doesNotExist();
        assertThatIOException().isThrownBy(() -> files.create("task-2")).withMessageContaining("ended");
        assertThat(files.directory()).doesNotExist();
    }

    @Test
    void whatIsNotAbandonedStays() throws Exception {
        try (SharedFiles files = files()) {
            files.create("task-1");
            AbandonedDirectory directory = new AbandonedDirectory(files.directory());
            assertThat(directory.delete(1)).isFalse();
            assertThat(directory.empty(1)).isFalse();
            assertThat(files.find("task-1")).exists();
        }
    }

    private static SharedFiles files() throws Exception {
        return SharedFiles.forPool(UUID.randomUUID().toString());
    }
}
