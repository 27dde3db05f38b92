package io.processexecutor.serialization.graph.field;

import io.processexecutor.serialization.access.DeepAccess;
import io.processexecutor.serialization.explain.Refusal;

/** Instances that stand for objects which are not finished. */
public final class Shells {

    private Shells() {}

    /**
     * Makes one.
     *
     * @param type the class of the object
     * @return an instance to be filled field by field
     */
    public static Object of(Class<?> type) {
        if (!DeepAccess.available()) {
            throw Refusal.of(
                    type,
                    "it is part of a cycle, and cannot be made before what it holds (" + DeepAccess.diagnose() + ")");
        }
        return DeepAccess.allocate(type);
    }
}
