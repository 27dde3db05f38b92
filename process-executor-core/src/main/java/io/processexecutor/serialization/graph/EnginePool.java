package io.processexecutor.serialization.graph;

import io.processexecutor.SerializationOptions;
import io.processexecutor.serialization.runtime.ClassNaming;
import java.util.concurrent.ConcurrentLinkedDeque;

/** Keeps the engines of one class loader for the next graph: a fresh one costs more than a small graph does. */
final class EnginePool {

    private static final int KEPT = 2 * Runtime.getRuntime().availableProcessors();

    private final ClassLoader loader;
    private final SerializationOptions options;
    private final ClassNaming naming;
    private final ConcurrentLinkedDeque<Engine> idle = new ConcurrentLinkedDeque<>();

    EnginePool(ClassLoader loader, SerializationOptions options, ClassNaming naming) {
        this.loader = loader;
        this.options = options;
        this.naming = naming;
    }

    boolean isOf(ClassLoader other) {
        return loader == other;
    }

    SerializationOptions options() {
        return options;
    }

    Engine acquire() {
        Engine engine = idle.pollFirst();
        return engine == null ? new Engine(loader, naming) : engine;
    }

    /** Only after success: what threw is not given back. */
    void release(Engine engine) {
        engine.cleared();
        if (idle.size() < KEPT) {
            idle.addFirst(engine);
        }
    }
}
