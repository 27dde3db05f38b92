package io.processexecutor.serialization.shared;

import java.util.Collection;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Set;

/** What was shared and one task uses: kept until the task is done. Filled by one thread at a time, before any other has it. */
public final class SharedUses {

    /** Nothing was shared, or nothing of it is used. */
    public static final SharedUses NONE = new SharedUses(new SharedScope());

    private final SharedScope scope;
    private final Set<SharedUse> uses = Collections.newSetFromMap(new IdentityHashMap<>());
    private boolean released;

    SharedUses(SharedScope scope) {
        this.scope = scope;
    }

    SharedScope scope() {
        return scope;
    }

    boolean isEmpty() {
        return uses.isEmpty();
    }

    /** Keeps what is used; fails if it is closed, or if nobody waits any more for the encoding that meets it. */
    boolean add(SharedUse use) {
        synchronized (uses) {
            return uses.contains(use) || (!released && use.retain() && uses.add(use));
        }
    }

    /** Gives everything back, and holds it no longer. Does so once, however often it is called. */
    public void release() {
        if (this == NONE) {
            return;
        }
        synchronized (uses) {
            if (released) {
                return;
            }
            released = true;
        }
        // Nothing is added any more. Without a copy, for which there may be no memory.
        for (SharedUse use : uses) {
            use.release();
        }
        synchronized (uses) {
            uses.clear();
        }
    }

    /**
     * Whether a worker must be prepared for something of it.
     *
     * @return false if nothing is used
     */
    public boolean needPreparedWorker() {
        return uses.stream().anyMatch(SharedUse::needsPreparedWorker);
    }

    /**
     * What a worker needs to define some of the classes in it.
     *
     * @param names the names as they stand in the bytes
     * @return empty if nothing of it has them all
     */
    public byte[] definitions(Collection<String> names) {
        List<SharedUse> held;
        synchronized (uses) {
            held = List.copyOf(uses);
        }
        for (SharedUse each : held) {
            byte[] found = each.definitions(names);
            if (found.length > 0) {
                return found;
            }
        }
        return new byte[0];
    }
}
