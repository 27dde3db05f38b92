package io.processexecutor.worker;

import static org.assertj.core.api.Assertions.assertThat;

import io.processexecutor.TaskSerializationException;
import io.processexecutor.internal.protocol.Connection;
import io.processexecutor.internal.protocol.Message.Define;
import io.processexecutor.internal.protocol.Message.Need;
import io.processexecutor.internal.protocol.Message.Oversized;
import io.processexecutor.internal.protocol.SocketPair;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.NullUnmarked;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What a worker does while it waits for classes. */
@NullUnmarked
@Timeout(180)
class ClassRequestsTest {

    private final ExecutorService threads = Executors.newCachedThreadPool();
    private SocketPair sockets;
    private Connection parent;
    private ClassRequests requests;

    @BeforeEach
    void connect() throws Exception {
        sockets = SocketPair.open();
        parent = new Connection(sockets.one());
        requests = new ClassRequests(new Connection(sockets.other()), new ReadingTurn());
        requests.begin(7);
    }

    @AfterEach
    void disconnect() throws Exception {
        threads.shutdownNow();
        sockets.close();
    }

    private CompletableFuture<String> ask(String name) {
        CompletableFuture<String> answer = new CompletableFuture<>();
        threads.execute(() -> {
            try {
                answer.complete(new String(requests.definitions(List.of(name)), StandardCharsets.UTF_8));
            } catch (Throwable e) {
                answer.completeExceptionally(e);
            }
        });
        return answer;
    }

    private static Define define(long task, int request, String text) {
        return new Define(task, request, ByteBuffer.wrap(text.getBytes(StandardCharsets.UTF_8)));
    }

    @Test
    void onlyTheAnswerToTheLatestRequestOfThisTaskCounts() throws Exception {
        CompletableFuture<String> answer = ask("a.B;1");
        Need need = (Need) parent.receive();
        assertThat(need).isEqualTo(new Need(7, need.request(), List.of("a.B;1")));
        requests.answer(define(6, need.request(), "of another task"));
        requests.answer(define(7, need.request() - 1, "to an earlier request"));
        assertThat(answer).isNotDone();
        requests.answer(define(7, need.request(), "the classes"));
        assertThat(answer.get(30, TimeUnit.SECONDS)).isEqualTo("the classes");
    }

    @Test
    void whatDoesNotFitIntoMemoryEndsTheWaitOfItsOwnTaskOnly() throws Exception {
        CompletableFuture<String> answer = ask("a.B;1");
        parent.receive();
        assertThat(requests.refuse(new Oversized(8, 1 << 30))).isFalse();
        assertThat(answer).isNotDone();
        assertThat(requests.refuse(new Oversized(7, 1 << 30))).isTrue();
        assertThat(answer.handle((text, failure) -> failure).get(30, TimeUnit.SECONDS))
                .isInstanceOf(TaskSerializationException.class)
                .hasMessageContaining("the 1073741824 bytes of the classes that it needs do not fit")
                .hasMessageContaining("raise the worker's max heap");
        CompletableFuture<String> next = ask("a.C;1");
        Need second = (Need) parent.receive();
        requests.answer(define(7, second.request(), "fits"));
        assertThat(next.get(30, TimeUnit.SECONDS)).isEqualTo("fits");
    }

    @Test
    void anInterruptEndsTheWaitAndTheLateAnswerIsDropped() throws Exception {
        CompletableFuture<String> answer = ask("a.B;1");
        Need first = (Need) parent.receive();
        threads.shutdownNow();
        assertThat(answer.handle((text, failure) -> failure).get(30, TimeUnit.SECONDS))
                .isInstanceOf(InterruptedException.class);
        requests.answer(define(7, first.request(), "too late"));
        CompletableFuture<String> next = new CompletableFuture<>();
        Thread asking = new Thread(() -> {
            try {
                next.complete(new String(requests.definitions(List.of("a.C;1")), StandardCharsets.UTF_8));
            } catch (InterruptedException e) {
                next.completeExceptionally(e);
            }
        });
        asking.start();
        Need second = (Need) parent.receive();
        requests.answer(define(7, second.request(), "in time"));
        assertThat(next.get(30, TimeUnit.SECONDS)).isEqualTo("in time");
    }
}
