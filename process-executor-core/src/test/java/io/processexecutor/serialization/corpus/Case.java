package io.processexecutor.serialization.corpus;

import java.util.function.Function;
import java.util.function.Supplier;

/**
 * One thing to send to another JVM.
 *
 * @param refused whether it must be refused, rather than arrive
 * @param probe what must be the same of the one that arrived and of a fresh one
 */
record Case(String name, boolean refused, Supplier<Object> make, Function<Object, Object> probe) {

    String probed(Object object) {
        try {
            return String.valueOf(probe.apply(object));
        } catch (Throwable e) {
            StackTraceElement[] stack = e.getStackTrace();
            return "probe failed: " + e + (stack.length == 0 ? "" : " at " + stack[0]);
        }
    }

    @Override
    public String toString() {
        return name;
    }
}
