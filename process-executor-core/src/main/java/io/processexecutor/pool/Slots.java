package io.processexecutor.pool;

import io.processexecutor.WorkerExit;
import java.util.BitSet;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The places there are for workers, numbered from 1. A worker that ends gives its place back before it is gone. */
final class Slots {

    /** For a worker that has no place (yet, or any more). */
    static final int NONE = 0;

    private final BitSet taken = new BitSet();
    private final BitSet served = new BitSet();
    private final Map<Integer, WorkerExit> lastExits = new HashMap<>();
    private volatile int most;
    private volatile int held;

    Slots(int most) {
        this.most = most;
    }

    int most() {
        return most;
    }

    int held() {
        return held;
    }

    synchronized void resize(int most) {
        this.most = most;
        lastExits.keySet().removeIf(slot -> slot > most);
    }

    /** Takes the first free place; {@link #NONE} if as many are taken as may be, or as many as the caller wants. */
    synchronized int take(int wanted) {
        if (held >= Math.min(wanted, most)) {
            return NONE;
        }
        int slot = taken.nextClearBit(1);
        taken.set(slot);
        held++;
        return slot;
    }

    /** A worker that is up has a place now. Returns whether it is not the first there. */
    synchronized boolean servedBefore(int slot) {
        boolean before = served.get(slot);
        served.set(slot);
        return before;
    }

    synchronized void giveBack(int slot) {
        taken.clear(slot);
        held--;
    }

    /** Whether more are taken than there should be; the caller's is then one less. */
    synchronized boolean giveBackSurplus(int slot) {
        if (held <= most) {
            return false;
        }
        giveBack(slot);
        return true;
    }

    synchronized void exited(int slot, WorkerExit exit) {
        if (slot != NONE && slot <= most) {
            lastExits.put(slot, exit);
        }
    }

    synchronized @Nullable WorkerExit lastExit(int slot) {
        return lastExits.get(slot);
    }
}
