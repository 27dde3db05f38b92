package io.processexecutor.sample.page;

import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.boot.autoconfigure.condition.ConditionalOnWebApplication;
import org.springframework.context.SmartLifecycle;
import org.springframework.http.HttpStatus;
import org.springframework.scheduling.concurrent.CustomizableThreadFactory;
import org.springframework.stereotype.Component;
import org.springframework.web.server.ResponseStatusException;
import org.springframework.web.servlet.mvc.method.annotation.SseEmitter;
import tools.jackson.databind.json.JsonMapper;

/**
 * Tells all who look at the page what has changed. One clock looks at the sections, for all of them together; each viewer
 * has at most one write under way, so that one who does not read holds up no other, and gets the latest when it does.
 *
 * <p>Stops in the first phase of the shutdown: the server would wait for open streams.
 */
@Component
@ConditionalOnWebApplication
final class PageStream implements SmartLifecycle {

    static final int MAX_VIEWERS = 20;

    private static final Logger log = LoggerFactory.getLogger(PageStream.class);

    private final List<PageSection> sections;
    private final JsonMapper json;
    private final Set<Viewer> viewers = ConcurrentHashMap.newKeySet();
    private final Map<String, String> latest = new ConcurrentHashMap<>();
    private @Nullable ScheduledExecutorService clock;
    private @Nullable ExecutorService writers;

    PageStream(List<PageSection> sections, JsonMapper json) {
        this.sections = sections;
        this.json = json;
    }

    /** Lets one more look, until it leaves. */
    synchronized SseEmitter open() {
        if (writers == null || viewers.size() >= MAX_VIEWERS) {
            throw new ResponseStatusException(
                    HttpStatus.SERVICE_UNAVAILABLE,
                    writers == null ? "The server is stopping" : "%d pages are open already".formatted(MAX_VIEWERS));
        }
        var viewer = new Viewer(writers);
        viewers.add(viewer);
        viewer.emitter.onCompletion(() -> viewers.remove(viewer));
        viewer.emitter.onError(failure -> viewers.remove(viewer));
        return viewer.emitter;
    }

    int viewers() {
        return viewers.size();
    }

    @Override
    public synchronized void start() {
        var made = Executors.newSingleThreadScheduledExecutor(new CustomizableThreadFactory("page-clock-"));
        for (PageSection section : sections) {
            var unused = made.scheduleWithFixedDelay(
                    () -> look(section), 0, section.period().toMillis(), TimeUnit.MILLISECONDS);
        }
        clock = made;
        writers = Executors.newCachedThreadPool(new CustomizableThreadFactory("page-writer-"));
    }

    @Override
    public synchronized void stop() {
        if (clock == null || writers == null) {
            return;
        }
        clock.shutdownNow();
        // Not from here: it would wait for one who does not read.
        viewers.forEach(viewer -> viewer.writer.execute(viewer.emitter::complete));
        writers.shutdown();
        clock = null;
        writers = null;
    }

    @Override
    public synchronized boolean isRunning() {
        return clock != null;
    }

    private void look(PageSection section) {
        if (viewers.isEmpty()) {
            latest.remove(section.name());
            return;
        }
        try {
            latest.put(section.name(), json.writeValueAsString(section.content()));
            viewers.forEach(Viewer::update);
        } catch (RejectedExecutionException e) {
            log.debug("The page is stopped", e);
        } catch (RuntimeException e) { // or the clock would not come by again
            log.warn("The page cannot be told of its section {}", section.name(), e);
        }
    }

    /** One who looks. */
    private final class Viewer {

        private final SseEmitter emitter = new SseEmitter(0L);
        private final ExecutorService writer;
        private final AtomicBoolean writing = new AtomicBoolean();

        /** What it was told last; touched by whoever is writing. */
        private final Map<String, String> told = new ConcurrentHashMap<>();

        Viewer(ExecutorService writer) {
            this.writer = writer;
        }

        void update() {
            if (writing.compareAndSet(false, true)) {
                writer.execute(this::write);
            }
        }

        private void write() {
            try {
                for (Map.Entry<String, String> each : latest.entrySet()) {
                    if (!each.getValue().equals(told.put(each.getKey(), each.getValue()))) {
                        emitter.send(SseEmitter.event().name(each.getKey()).data(each.getValue(), PageController.TEXT));
                    }
                }
            } catch (IOException | IllegalStateException e) {
                log.debug("A page was closed", e);
                viewers.remove(this);
            } finally {
                writing.set(false);
            }
        }
    }
}
