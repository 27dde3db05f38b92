package io.processexecutor.serialization.graph;

import java.lang.ref.WeakReference;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicReferenceArray;
import org.jspecify.annotations.Nullable;

/**
 * Keeps engines for the next graph: a fresh one costs more than a small graph does. Engines know classes, so they are
 * kept per class loader; strongly for the library's own loader and those above it, which outlive this class anyway, and
 * weakly for any other, so that none is ever held back from unloading.
 */
final class EnginePool {

    private static final int KEPT_PER_LOADER = 2 * Runtime.getRuntime().availableProcessors();
    /** Places that different threads use must not share a cache line. */
    private static final int PLACES_APART = 32;

    private static final ClassLoader OWN = own();

    private static final EnginePool OWN_POOL = new EnginePool(OWN);

    /** Read without a lock, and replaced by a longer one when a loader comes. */
    private static volatile List<WeakReference<EnginePool>> others = List.of();

    private final ClassLoader loader;
    private final AtomicReferenceArray<@Nullable Engine> idle =
            new AtomicReferenceArray<>(KEPT_PER_LOADER * PLACES_APART);

    private EnginePool(ClassLoader loader) {
        this.loader = loader;
    }

    /** The pool of the class loader in force. */
    static EnginePool current() {
        ClassLoader context = Thread.currentThread().getContextClassLoader();
        if (context == null || context == OWN) {
            return OWN_POOL;
        }
        EnginePool known = find(context);
        return known == null ? add(context) : known;
    }

    private static @Nullable EnginePool find(ClassLoader loader) {
        for (WeakReference<EnginePool> each : others) {
            EnginePool pool = each.get();
            if (pool != null && pool.loader == loader) {
                return pool;
            }
        }
        return null;
    }

    private static synchronized EnginePool add(ClassLoader loader) {
        EnginePool known = find(loader);
        if (known != null) {
            return known;
        }
        List<WeakReference<EnginePool>> longer = new ArrayList<>(others);
        longer.removeIf(each -> each.get() == null);
        EnginePool pool = new EnginePool(loader);
        longer.add(new WeakReference<>(pool));
        others = List.copyOf(longer);
        return pool;
    }

    /** Each thread looks at a place of its own first, where it finds the engine that it has used before. */
    Engine acquire() {
        int own = ownPlace();
        for (int i = 0; i < KEPT_PER_LOADER; i++) {
            int place = place(own + i);
            Engine engine = idle.get(place);
            if (engine != null && idle.compareAndSet(place, engine, null)) {
                return engine;
            }
        }
        return new Engine(loader);
    }

    /** Only after success: what threw is not given back. */
    void release(Engine engine) {
        engine.cleared();
        int own = ownPlace();
        for (int i = 0; i < KEPT_PER_LOADER; i++) {
            int place = place(own + i);
            if (idle.get(place) == null && idle.compareAndSet(place, null, engine)) {
                return;
            }
        }
    }

    private static int ownPlace() {
        return (int) (Thread.currentThread().getId() % KEPT_PER_LOADER);
    }

    private static int place(int number) {
        return number % KEPT_PER_LOADER * PLACES_APART;
    }

    private static ClassLoader own() {
        @Nullable ClassLoader loader = EnginePool.class.getClassLoader();
        return loader == null ? ClassLoader.getSystemClassLoader() : loader;
    }
}
