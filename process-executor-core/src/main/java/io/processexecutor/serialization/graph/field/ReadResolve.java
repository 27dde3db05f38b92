package io.processexecutor.serialization.graph.field;

import io.processexecutor.serialization.graph.failure.HookFailure;
import io.processexecutor.serialization.graph.wire.GraphKryo;
import java.lang.invoke.MethodHandle;
import org.jspecify.annotations.Nullable;

/** Asks an object that was just built which object it stands for. */
public final class ReadResolve {

    private ReadResolve() {}

    /**
     * Asks.
     *
     * @param kryo the engine
     * @param object the object
     * @param hook its {@code readResolve}; null if it has none
     * @return what it stands for, most often itself
     */
    public static @Nullable Object of(GraphKryo kryo, Object object, @Nullable MethodHandle hook) {
        if (hook == null) {
            return object;
        }
        if (object.getClass().getClassLoader() != null) {
            kryo.session().userCodeRuns();
            kryo.showWhatWasRead();
        }
        try {
            return (Object) hook.invoke(object);
        } catch (Throwable e) {
            throw HookFailure.of(e);
        }
    }
}
