package io.processexecutor.pool;

/** Whether one worker's heart beats, as seen by one who looks at even intervals. */
final class HeartbeatCheck {

    private long last = -1;
    private int quietLooks;

    /**
     * Looks.
     *
     * @param heartbeat the count on the status page
     * @return at how many looks in a row it had not changed
     */
    int look(long heartbeat) {
        quietLooks = heartbeat == last ? quietLooks + 1 : 0;
        last = heartbeat;
        return quietLooks;
    }

    /** The one who looks was away, so that nothing can be said. */
    void startOver() {
        quietLooks = 0;
    }
}
