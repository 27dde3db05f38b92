package io.processexecutor.worker;

import io.processexecutor.internal.files.SharedFiles;
import io.processexecutor.internal.os.ProcessIdentity;
import io.processexecutor.internal.protocol.ClassPathFingerprint;
import io.processexecutor.internal.protocol.Connection;
import io.processexecutor.internal.protocol.Message.Hello;
import io.processexecutor.internal.protocol.PayloadFiles;
import io.processexecutor.internal.protocol.StatusPage;
import io.processexecutor.internal.protocol.Token;
import io.processexecutor.internal.protocol.WorkerSettings;
import java.io.FileDescriptor;
import java.io.FileInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Path;
import java.util.Objects;
import java.util.concurrent.ExecutionException;

/**
 * The main class of a worker process. Started by its parent only, which tells it the rest on standard input.
 *
 * <p>What a worker runs until its first result, here and in the serializers, has classes of its own where a lambda would do:
 * Java 17 takes a fifth of a millisecond to link one.
 */
public final class WorkerMain {

    private WorkerMain() {}

    /**
     * Connects to the parent and runs its tasks until it says goodbye or is gone.
     *
     * @param args none
     * @throws IOException if what the parent tells or shares cannot be read
     * @throws ExecutionException if the parent cannot be reached
     * @throws InterruptedException never, for nobody knows this thread yet
     */
    public static void main(String[] args) throws IOException, ExecutionException, InterruptedException {
        Connecting connecting = Connecting.begin();
        WarmUp warmUp = WarmUp.start();
        // Not System.in, whose buffer would keep the token. Nor closed: what a task starts finds it at its end, while
        // the JDK would put something in its place that cannot be read.
        InputStream stdin = new FileInputStream(FileDescriptor.in);
        Token token = Token.readFrom(stdin);
        WorkerSettings settings = WorkerSettings.readFrom(stdin);
        connecting.to(settings.address(), token);
        warmUp.expect(settings.expected());
        System.setIn(new EmptyInput());
        Signals.handle(settings.parent());
        if (Boolean.getBoolean(WorkerSettings.REHEARSAL_PROPERTY)) {
            WorkerEnd.withoutHooks();
        }

        Path shared = settings.sharedFiles();
        SharedFiles files = shared == null ? null : SharedFiles.in(shared);
        WorkerEnd.files(shared, Objects.requireNonNull(settings.statusPage().getParent()));
        StatusPage.Writer page = new StatusPage.Writer(settings.statusPage());
        Vitals vitals = new Vitals(page);
        Hello hello = new Hello(
                Hello.PROTOCOL_VERSION,
                ProcessIdentity.ownPid(),
                System.getProperty("java.vm.version", ""),
                ClassPathFingerprint.ofThisProcess());
        Connection.warmUp(hello);
        Connection connection = connecting.await();
        WorkerEnd.guardShutdown(connection);
        connection.send(hello);
        WorkerLogs logs = new WorkerLogs(connection, page);
        ReadingTurn turn = new ReadingTurn();
        WaitingTasks waiting = new WaitingTasks();
        Interruption interruption = new Interruption();
        ClassRequests classes = new ClassRequests(connection, turn);
        Commands commands = new Commands(connection, turn, waiting, interruption, classes, logs);
        TaskRunner runner = new TaskRunner(
                page,
                settings.serialization(),
                classes,
                new ProgressReports(connection),
                PayloadFiles.ofWorker(settings.workerId(), files));
        warmUp.then(new TaskThread(connection, commands, waiting, interruption, page, vitals, runner, logs));
        // Last: to look at the parent takes some milliseconds the first time, and it was there a moment ago.
        ParentWatch.start(settings.parent(), vitals);
        commands.watch();
    }

    /** What tasks read: nothing, also after one of them closed it. */
    private static final class EmptyInput extends InputStream {

        @Override
        public int read() {
            return -1;
        }
    }
}
