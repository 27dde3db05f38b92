package io.processexecutor.serialization.graph.wire;

import io.processexecutor.serialization.access.SerializationHooks;
import io.processexecutor.serialization.explain.Refusal;
import java.io.Externalizable;
import java.io.Serializable;
import java.util.IdentityHashMap;
import java.util.Objects;
import java.util.Set;

/**
 * The objects of which what their {@code writeReplace} gave is being written. Where one is met again in there, the reader has
 * nothing yet but that.
 */
final class OpenReplacements {

    /** To have these in common makes no object stand for another. */
    private static final Set<Class<?>> SAY_NOTHING =
            Set.of(Object.class, Serializable.class, Externalizable.class, Cloneable.class, Comparable.class);

    private final IdentityHashMap<Object, Object> open = new IdentityHashMap<>(4);

    void begin(Object original, Object replacement) {
        if (replacement.getClass() != original.getClass()) {
            open.put(original, replacement);
        }
    }

    void end(Object original) {
        open.remove(original);
    }

    /** Whether a reference to an object cannot be read where it stands. */
    boolean isDeadEnd(Object original) {
        Object replacement = open.get(original);
        if (replacement == null) {
            return false;
        }
        if (mayBeReferredTo(original.getClass(), replacement.getClass())) {
            // That holds for each reference to it.
            open.remove(original);
            return false;
        }
        return true;
    }

    /** What has no readResolve stays what it is, and what is of a kind with the original may. */
    private static boolean mayBeReferredTo(Class<?> original, Class<?> replacement) {
        return replacement.getClassLoader() == null
                || SerializationHooks.readResolveForSerialization(replacement).isEmpty()
                || isOfAKind(original, replacement);
    }

    private static boolean isOfAKind(Class<?> original, Class<?> replacement) {
        for (Class<?> each = original; each != null; each = each.getSuperclass()) {
            if (!SAY_NOTHING.contains(each) && each.isAssignableFrom(replacement)) {
                return true;
            }
            for (Class<?> one : each.getInterfaces()) {
                if (isOfAKind(one, replacement)) {
                    return true;
                }
            }
        }
        return false;
    }

    /** Why such a reference cannot be sent. */
    Refusal deadEnd(Object original) {
        Object replacement = Objects.requireNonNull(open.get(original));
        return Refusal.of(
                Refusal.Kind.CANNOT_TRAVEL,
                original,
                "it is part of a cycle through the writeReplace of "
                        + original.getClass().getTypeName() + ": until all in it has been read there is only "
                        + replacement.getClass().getTypeName()
                        + ", which cannot stand here; put an object without writeReplace in its place, such as"
                        + " an ArrayList or a HashMap");
    }

    /** Why an object cannot be sent whose replacement its field cannot hold. */
    static Refusal misfit(Object original, Class<?> replacement, Class<?> declared) {
        return Refusal.of(
                Refusal.Kind.CANNOT_TRAVEL,
                original,
                "its writeReplace gives " + replacement.getTypeName()
                        + ", which cannot stand where it stands, in a field of type " + declared.getTypeName()
                        + "; send what holds it as text, or the data that it is made of");
    }

    void clear() {
        open.clear();
    }
}
