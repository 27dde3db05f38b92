package io.processexecutor.worker;

import io.processexecutor.internal.protocol.ClassPathFingerprint;
import io.processexecutor.internal.protocol.Connection;
import io.processexecutor.internal.protocol.Endpoint;
import io.processexecutor.internal.protocol.Message.Hello;
import io.processexecutor.internal.protocol.StatusPage;
import io.processexecutor.internal.protocol.WorkerSettings;
import java.io.IOException;
import java.io.InputStream;

/** The main class of a worker process. Started by its parent only, which tells it the rest on standard input. */
public final class WorkerMain {

    private WorkerMain() {}

    /**
     * Connects to the parent and runs its tasks until it says goodbye or is gone.
     *
     * @param args none
     * @throws IOException if the parent cannot be reached
     */
    public static void main(String[] args) throws IOException {
        WorkerSettings settings = WorkerSettings.readFrom(System.in);
        System.in.close();
        System.setIn(InputStream.nullInputStream());

        StatusPage.Writer page = new StatusPage.Writer(settings.statusPage());
        Vitals vitals = new Vitals(page);
        ParentWatch.start(settings.parent(), vitals);
        Connection connection = Endpoint.connect(settings.address(), settings.token());
        connection.send(new Hello(
                Hello.PROTOCOL_VERSION,
                ProcessHandle.current().pid(),
                System.getProperty("java.vm.version", ""),
                ClassPathFingerprint.ofThisProcess()));
        ClassRequests classes = new ClassRequests(connection);
        TaskRunner runner = new TaskRunner(page, settings.serialization(), classes);
        TaskThread taskThread = new TaskThread(connection, page, vitals, runner);
        taskThread.start();
        new CommandLoop(connection, taskThread, classes).run();
    }
}
