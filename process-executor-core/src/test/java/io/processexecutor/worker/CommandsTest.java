package io.processexecutor.worker;

import static org.assertj.core.api.Assertions.assertThat;

import io.processexecutor.internal.protocol.Connection;
import io.processexecutor.internal.protocol.Message.Cancel;
import io.processexecutor.internal.protocol.Message.Form;
import io.processexecutor.internal.protocol.Message.Recall;
import io.processexecutor.internal.protocol.Message.Run;
import io.processexecutor.internal.protocol.Payload;
import io.processexecutor.internal.protocol.SocketPair;
import io.processexecutor.internal.protocol.StatusPage;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.NullUnmarked;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** What becomes of what the parent says; a thread of the test runs the tasks. */
@NullUnmarked
@Timeout(180)
class CommandsTest {

    private SocketPair sockets;
    private Connection parent;
    private Connection worker;
    private ReadingTurn turn;
    private Commands commands;

    @BeforeEach
    void connect(@TempDir Path directory) throws Exception {
        sockets = SocketPair.open();
        parent = new Connection(sockets.one());
        worker = new Connection(sockets.other());
        Path page = directory.resolve("page");
        StatusPage.create(page);
        turn = new ReadingTurn();
        commands = new Commands(
                worker,
                turn,
                new WaitingTasks(),
                new Interruption(),
                new ClassRequests(worker, turn),
                new WorkerLogs(worker, new StatusPage.Writer(page)));
    }

    @AfterEach
    void disconnect() throws Exception {
        sockets.close();
    }

    /** Where it does, this process ends. */
    @Test
    void anAnswerThatCannotBeSentAnyMoreEndsNobody() throws Exception {
        turn.release();
        // As the first of its shutdown hooks does.
        worker.endOutput();
        parent.send(new Recall(List.of(7L)));
        parent.send(new Cancel(7));
        parent.send(run(8));
        assertThat(commands.next()).isEqualTo(run(8));
    }

    private static Run run(long id) {
        return new Run(id, 1, Form.CALL, "kryo", ByteBuffer.allocate(0), Payload.EMPTY);
    }
}
