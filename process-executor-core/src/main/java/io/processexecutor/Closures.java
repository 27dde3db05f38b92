package io.processexecutor;

import java.lang.ref.Reference;
import java.lang.ref.ReferenceQueue;
import java.lang.ref.WeakReference;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * Marks single objects for the closure serializer, as {@link NonSerializableTask} marks classes. The marks are kept by
 * identity and weakly: marking keeps nothing alive and calls no method of the object.
 */
public final class Closures {

    private static final Set<Identity> MARKED = ConcurrentHashMap.newKeySet();
    private static final ReferenceQueue<Object> COLLECTED = new ReferenceQueue<>();

    private Closures() {}

    /**
     * Marks an object: wherever it stands in a task, it and everything it refers to go through the closure serializer,
     * while the rest of the task keeps the serializer in force.
     *
     * @param object the object
     * @param <T> its type
     * @return the very same object
     */
    public static <T> T wrap(T object) {
        forgetCollected();
        MARKED.add(new Identity(Objects.requireNonNull(object, "object"), COLLECTED));
        return object;
    }

    /**
     * Tells whether an object was marked, by {@link #wrap} or by an annotation on its class.
     *
     * @param object the object
     * @return whether it goes through the closure serializer
     */
    public static boolean isWrapped(Object object) {
        return object.getClass().isAnnotationPresent(NonSerializableTask.class)
                || (!MARKED.isEmpty() && MARKED.contains(new Identity(object, null)));
    }

    private static void forgetCollected() {
        Reference<?> collected;
        while ((collected = COLLECTED.poll()) != null) {
            MARKED.remove(collected);
        }
    }

    /** Compares by identity, and as itself once its object is gone, so that it can still be removed. */
    private static final class Identity extends WeakReference<Object> {

        private final int hash;

        Identity(Object object, @Nullable ReferenceQueue<Object> queue) {
            super(object, queue);
            this.hash = System.identityHashCode(object);
        }

        @Override
        public boolean equals(@Nullable Object other) {
            if (this == other) {
                return true;
            }
            Object mine = get();
            return mine != null && other instanceof Identity identity && identity.refersTo(mine);
        }

        @Override
        public int hashCode() {
            return hash;
        }
    }
}
