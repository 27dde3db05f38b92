package io.processexecutor.sample.demo;

import io.processexecutor.sample.page.PageSection;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.context.event.ContextClosedEvent;
import org.springframework.context.event.EventListener;
import org.springframework.http.HttpStatus;
import org.springframework.stereotype.Component;
import org.springframework.web.server.ResponseStatusException;

/** The walkthrough for the page: what it has said so far, or in its last run. */
@Component
final class WalkthroughSection implements PageSection {

    private static final Logger log = LoggerFactory.getLogger(WalkthroughSection.class);
    private static final Duration OFTEN = Duration.ofMillis(250);

    private final Walkthrough walkthrough;
    private ByteArrayOutputStream said = new ByteArrayOutputStream();
    private @Nullable Thread walking;

    WalkthroughSection(Walkthrough walkthrough) {
        this.walkthrough = walkthrough;
    }

    /**
     * What the page shows.
     *
     * @param running whether there is more to come
     * @param text what was said
     */
    record View(boolean running, String text) {}

    @Override
    public String name() {
        return "walkthrough";
    }

    @Override
    public Duration period() {
        return OFTEN;
    }

    @Override
    public synchronized View content() {
        return new View(isRunning(), said.toString(StandardCharsets.UTF_8));
    }

    synchronized void start() {
        if (isRunning()) {
            throw new ResponseStatusException(HttpStatus.CONFLICT, "The walkthrough is still running");
        }
        said = new ByteArrayOutputStream();
        PrintStream out = new PrintStream(said, true, StandardCharsets.UTF_8);
        walking = new Thread(() -> walk(out), "walkthrough");
        walking.setDaemon(true);
        walking.start();
    }

    /** The application need not wait for its end. */
    @EventListener(ContextClosedEvent.class)
    synchronized void stop() {
        if (walking != null) {
            walking.interrupt();
        }
    }

    private boolean isRunning() {
        return walking != null && walking.isAlive();
    }

    private void walk(PrintStream out) {
        try {
            walkthrough.run(out);
        } catch (Exception e) {
            log.debug("The walkthrough did not come to its end", e);
            out.printf("%nIt did not come to its end: %s%n", e);
        }
    }
}
