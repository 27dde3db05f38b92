package io.processexecutor.sample.page;

import java.time.Duration;

/** Something the page shows. It is looked at while somebody looks at the page, on one thread, however many those are. */
public interface PageSection {

    /**
     * The name of the event that brings it to the page.
     *
     * @return a name of its own
     */
    String name();

    /**
     * How often it is looked at. The page is told only of what has changed.
     *
     * @return the time between two looks
     */
    Duration period();

    /**
     * What it shows now.
     *
     * @return everything, as it is to stand in JSON; not only what is new
     */
    Object content();
}
