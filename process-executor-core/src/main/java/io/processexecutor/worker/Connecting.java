package io.processexecutor.worker;

import io.processexecutor.internal.protocol.Connection;
import io.processexecutor.internal.protocol.Endpoint;
import io.processexecutor.internal.protocol.Token;
import io.processexecutor.internal.protocol.WorkerSettings;
import java.io.IOException;
import java.util.concurrent.Callable;
import java.util.concurrent.Future;
import java.util.concurrent.FutureTask;

/**
 * Connects to the parent while the main thread prepares the rest: for the first socket channel of its kind the JDK initializes
 * its security providers, which takes as long as all of that.
 */
final class Connecting implements Callable<Connection> {

    private final String address;
    private final Token token;

    private Connecting(String address, Token token) {
        this.address = address;
        this.token = token;
    }

    static Future<Connection> begin(WorkerSettings settings, Token token) {
        FutureTask<Connection> connection = new FutureTask<>(new Connecting(settings.address(), token));
        Thread thread = new Thread(connection, "process-executor-connecting");
        thread.setDaemon(true);
        thread.start();
        return connection;
    }

    @Override
    public Connection call() throws IOException {
        try (token) {
            return Endpoint.connect(address, token);
        } finally {
            // It has served, and is none of the tasks' business.
            System.clearProperty(WorkerSettings.SELECTOR_PROVIDER_PROPERTY);
        }
    }
}
