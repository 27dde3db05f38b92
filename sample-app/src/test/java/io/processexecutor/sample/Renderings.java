package io.processexecutor.sample;

import java.util.ArrayDeque;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/** Renderings that a test completes. */
final class Renderings {

    private final Queue<CompletableFuture<List<byte[]>>> pending = new ArrayDeque<>();
    private @Nullable RuntimeException rejection;
    private @Nullable RunningDocuments starter;

    void clear() {
        pending.clear();
        rejection = null;
        starter = null;
    }

    /** Refuses the renderings to come, as an executor does. */
    void reject(RuntimeException exception) {
        rejection = exception;
    }

    /** Starts the renderings to come at once, as an idle executor does. */
    void start(RunningDocuments running) {
        starter = running;
    }

    boolean isEmpty() {
        return pending.isEmpty();
    }

    CompletableFuture<List<byte[]>> next() {
        return pending.remove();
    }

    /** No bean, as it would be made asynchronous like the real one. */
    DocumentPreviewService service() {
        return new DocumentPreviewService() {

            private static final long serialVersionUID = 1L;

            @Override
            public CompletableFuture<List<byte[]>> render(byte[] pdf, int dpi) {
                if (rejection != null) {
                    throw rejection;
                }
                if (starter != null) {
                    starter.decorate(() -> {}).run();
                }
                var rendering = new CompletableFuture<List<byte[]>>();
                pending.add(rendering);
                return rendering;
            }
        };
    }
}
