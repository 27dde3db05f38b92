package io.processexecutor.worker;

import io.processexecutor.internal.protocol.Connection;
import io.processexecutor.internal.protocol.Endpoint;
import io.processexecutor.internal.protocol.Token;
import io.processexecutor.internal.protocol.WorkerSettings;
import java.io.IOException;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;

/**
 * Connects to the parent while the main thread prepares the rest. For the first socket of its kind the JDK initializes its
 * security providers, which takes as long as all of that: so it begins before it is known whom to connect to.
 */
final class Connecting implements Callable<Connection> {

    private record Parent(String address, Token token) {}

    private final FutureTask<Connection> connection = new FutureTask<>(this);
    private final Handover<Parent> parent = new Handover<>();

    private Connecting() {}

    static Connecting begin() {
        Connecting connecting = new Connecting();
        Thread thread = new Thread(connecting.connection, "process-executor-connecting");
        thread.setDaemon(true);
        thread.start();
        return connecting;
    }

    /** Says whom to connect to; the token is erased then. */
    void to(String address, Token token) {
        parent.give(new Parent(address, token));
    }

    Connection await() throws ExecutionException, InterruptedException {
        return connection.get();
    }

    @Override
    public Connection call() throws IOException, InterruptedException {
        Endpoint.warmUp();
        Parent known = parent.await();
        try (Token token = known.token()) {
            return Endpoint.connect(known.address(), token);
        } finally {
            // It has served, and is none of the tasks' business.
            System.clearProperty(WorkerSettings.SELECTOR_PROVIDER_PROPERTY);
        }
    }
}
