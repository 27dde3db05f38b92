package io.processexecutor.serialization.runtime;

import io.processexecutor.serialization.classfile.CapturedClass;
import java.lang.reflect.Field;
import java.util.ArrayDeque;
import java.util.Collection;
import java.util.Deque;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * The classes that must travel for one task: those it names and, in turn, those they name. Holds their bytes and their
 * loaders, so that whoever keeps the task can answer a worker at any time, and recognizes them in the result. Filled by
 * one thread at a time, and unchanged once the task is encoded.
 */
public final class Shipment {

    static final Shipment NOTHING = new Shipment();

    private final int generation;
    private final Map<Class<?>, String> names = new LinkedHashMap<>();
    private final Map<String, RuntimeClass> classes = new LinkedHashMap<>();
    private final Set<Field> variables = new LinkedHashSet<>();

    Shipment() {
        this.generation = CapturedClass.generation();
    }

    /** Adds a class that is not at home and all that it needs. */
    String add(Class<?> type) {
        String known = names.get(type);
        if (known != null) {
            return known;
        }
        Deque<Class<?>> left = new ArrayDeque<>(List.of(type));
        while (!left.isEmpty()) {
            Class<?> next = left.remove();
            if (!names.containsKey(next)) {
                RuntimeClass needed = RuntimeClass.of(next);
                String name = nameOf(needed);
                names.put(next, name);
                classes.put(name, needed);
                variables.addAll(needed.variables());
                left.addAll(needed.references());
            }
        }
        return nameOf(RuntimeClass.of(type));
    }

    /** A loader is another one once any class was redefined: what it defined elsewhere cannot be changed. */
    private String nameOf(RuntimeClass needed) {
        return new ClassName(needed.name(), (long) generation << Integer.SIZE | needed.loader()).toString();
    }

    List<Field> variables() {
        return List.copyOf(variables);
    }

    /**
     * Whether nothing must travel.
     *
     * @return true for a task of ordinary classes
     */
    public boolean isEmpty() {
        return classes.isEmpty();
    }

    /**
     * What a worker needs to define some of the classes. Runs no code of the user's.
     *
     * @param wanted names that stand in the encoded task, or in what this returned before
     * @return what {@link Definition#read} reads; empty if one of them is not of this task
     */
    public byte[] definitions(Collection<String> wanted) {
        Definition.Writer writer = new Definition.Writer();
        for (String each : wanted) {
            RuntimeClass found = classes.get(each);
            if (found == null) {
                return new byte[0];
            }
            writer.add(
                    each,
                    found.bytes(),
                    found.references().stream().map(names::get).toList());
        }
        return writer.toBytes();
    }
}
