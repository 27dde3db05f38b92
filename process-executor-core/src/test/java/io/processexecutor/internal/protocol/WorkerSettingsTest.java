package io.processexecutor.internal.protocol;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIOException;

import io.processexecutor.internal.os.ProcessIdentity;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.InputStream;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;

class WorkerSettingsTest {

    private static final WorkerSettings SETTINGS = new WorkerSettings(
            3,
            "unix:/tmp/a b=c#\u00fc\\/s",
            Path.of("/tmp/a b\u00fc/page"),
            Path.of("/dev/shm/a b\u00fc"),
            new ProcessIdentity(4242, Long.MAX_VALUE),
            "q83v=+/ \\:#",
            "a=+/ \\:#");

    @Test
    void aWorkerReadsWhatItsParentWrote() throws Exception {
        ByteArrayOutputStream stdin = new ByteArrayOutputStream();
        SETTINGS.writeTo(stdin);
        assertThat(WorkerSettings.readFrom(new ByteArrayInputStream(stdin.toByteArray())))
                .isEqualTo(SETTINGS);
    }

    @Test
    void thereMayBeNoPlaceForSharedFiles() throws Exception {
        WorkerSettings none = new WorkerSettings(
                1, SETTINGS.address(), SETTINGS.statusPage(), null, SETTINGS.parent(), SETTINGS.serialization(), "");
        ByteArrayOutputStream stdin = new ByteArrayOutputStream();
        none.writeTo(stdin);
        assertThat(WorkerSettings.readFrom(new ByteArrayInputStream(stdin.toByteArray())))
                .isEqualTo(none);
    }

    @Test
    void whoStartsAWorkerByHandIsTold() {
        assertThatIOException()
                .isThrownBy(() -> WorkerSettings.readFrom(InputStream.nullInputStream()))
                .withMessageContaining("a worker is started by its parent");
    }

    @Test
    void thisIsNoWorker() {
        assertThat(WorkerSettings.inWorker()).isFalse();
    }
}
