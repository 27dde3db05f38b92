package io.processexecutor.serialization.graph;

import io.processexecutor.serialization.lambda.RecentSite;
import io.processexecutor.serialization.policy.Policy;
import io.processexecutor.serialization.runtime.ClassNaming;
import java.lang.ref.WeakReference;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The engines that work under the same policy. Engines know classes, so they are kept per class loader; strongly for the
 * library's own loader and those above it, which outlive this class anyway, and weakly for any other, so that none is ever
 * held back from unloading. Thread-safe.
 */
public final class EnginePools {

    private static final ClassLoader OWN = own();

    private final Policy policy;
    private final ClassNaming naming;
    private final RecentSite recent;
    private final EnginePool ofOwn;

    /** Read without a lock, and replaced by a longer one when a loader comes. */
    private volatile List<WeakReference<EnginePool>> others = List.of();

    /**
     * Creates them; an engine is made when it is first needed.
     *
     * @param policy what all the engines allow
     * @param naming how they name classes to the other end
     * @param recent is told of the call sites that they write
     */
    public EnginePools(Policy policy, ClassNaming naming, RecentSite recent) {
        this.policy = policy;
        this.naming = naming;
        this.recent = recent;
        this.ofOwn = new EnginePool(OWN, policy, naming, recent);
    }

    /** What the engines allow. */
    Policy policy() {
        return policy;
    }

    /**
     * How the engines name classes to the other end.
     *
     * @return the naming
     */
    public ClassNaming naming() {
        return naming;
    }

    /** The engines of the class loader in force. */
    EnginePool current() {
        ClassLoader context = Thread.currentThread().getContextClassLoader();
        if (context == null || context == OWN) {
            return ofOwn;
        }
        EnginePool known = find(context);
        return known == null ? add(context) : known;
    }

    private @Nullable EnginePool find(ClassLoader loader) {
        for (WeakReference<EnginePool> each : others) {
            EnginePool pool = each.get();
            if (pool != null && pool.isOf(loader)) {
                return pool;
            }
        }
        return null;
    }

    private synchronized EnginePool add(ClassLoader loader) {
        EnginePool known = find(loader);
        if (known != null) {
            return known;
        }
        List<WeakReference<EnginePool>> longer = new ArrayList<>(others);
        longer.removeIf(each -> each.get() == null);
        EnginePool pool = new EnginePool(loader, policy, naming, recent);
        longer.add(new WeakReference<>(pool));
        others = List.copyOf(longer);
        return pool;
    }

    private static ClassLoader own() {
        @Nullable ClassLoader loader = EnginePools.class.getClassLoader();
        return loader == null ? ClassLoader.getSystemClassLoader() : loader;
    }
}
