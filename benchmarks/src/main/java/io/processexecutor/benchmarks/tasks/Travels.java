package io.processexecutor.benchmarks.tasks;

import io.processexecutor.Closures;
import io.processexecutor.ProcessTask;
import io.processexecutor.TaskSerializer;
import io.processexecutor.serialization.TaskSerializers;

/** How a task gets to its worker. */
public enum Travels {
    /** By the default serializer. */
    BY_KRYO,
    /** By the closure serializer. */
    BY_CLOSURE,
    /** By the default serializer, but wrapped. */
    WRAPPED;

    TaskSerializer serializer() {
        return this == BY_CLOSURE ? TaskSerializers.closure() : TaskSerializers.kryo();
    }

    <T> ProcessTask<T> ready(ProcessTask<T> task) {
        return this == WRAPPED ? Closures.wrap(task) : task;
    }
}
