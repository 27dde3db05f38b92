package io.processexecutor.serialization.corpus;

import java.util.function.Function;
import java.util.function.Supplier;

/** A lambda that is made afresh, and what it must print wherever it is called. */
public record LambdaCase(String name, Supplier<Object> made, Function<Object, Object> probe) {

    @SuppressWarnings("unchecked")
    static <T> LambdaCase of(String name, Supplier<T> made, Function<? super T, Object> probe) {
        return new LambdaCase(name, (Supplier<Object>) made, (Function<Object, Object>) probe);
    }

    public String probed(Object lambda) {
        return String.valueOf(probe.apply(lambda));
    }

    @Override
    public String toString() {
        return name;
    }
}
