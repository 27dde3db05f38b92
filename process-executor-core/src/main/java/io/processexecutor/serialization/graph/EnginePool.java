package io.processexecutor.serialization.graph;

import io.processexecutor.serialization.lambda.RecentSite;
import io.processexecutor.serialization.policy.Policy;
import io.processexecutor.serialization.runtime.ClassNaming;
import java.util.concurrent.atomic.AtomicReferenceArray;
import org.jspecify.annotations.Nullable;

/**
 * Keeps the engines of one class loader for the next graph: a fresh one costs more than a small graph does. Each thread
 * looks at a place of its own first, where it finds the engine that it has used before; so threads meet only where there
 * are more of them than places.
 */
final class EnginePool {

    private static final int KEPT = 2 * Runtime.getRuntime().availableProcessors();
    /** No two places share a cache line. */
    private static final int APART = 32;

    private final ClassLoader loader;
    private final Policy policy;
    private final ClassNaming naming;
    private final RecentSite recent;
    private final AtomicReferenceArray<@Nullable Engine> idle = new AtomicReferenceArray<>(KEPT * APART);

    EnginePool(ClassLoader loader, Policy policy, ClassNaming naming, RecentSite recent) {
        this.loader = loader;
        this.policy = policy;
        this.naming = naming;
        this.recent = recent;
    }

    boolean isOf(ClassLoader other) {
        return loader == other;
    }

    Engine acquire() {
        int own = ownPlace();
        for (int i = 0; i < KEPT; i++) {
            int place = place(own + i);
            Engine engine = idle.get(place);
            if (engine != null && idle.compareAndSet(place, engine, null)) {
                return engine;
            }
        }
        return new Engine(loader, policy, naming, recent);
    }

    /** Only after success: what threw is not given back. */
    void release(Engine engine) {
        engine.cleared();
        int own = ownPlace();
        for (int i = 0; i < KEPT; i++) {
            int place = place(own + i);
            if (idle.get(place) == null && idle.compareAndSet(place, null, engine)) {
                return;
            }
        }
    }

    private static int ownPlace() {
        return (int) (Thread.currentThread().getId() % KEPT);
    }

    private static int place(int number) {
        return number % KEPT * APART;
    }
}
