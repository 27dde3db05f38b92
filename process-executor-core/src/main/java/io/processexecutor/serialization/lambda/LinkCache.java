package io.processexecutor.serialization.lambda;

import java.lang.ref.Reference;
import java.lang.ref.ReferenceQueue;
import java.lang.ref.WeakReference;
import java.util.Arrays;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.zip.CRC32;
import org.jspecify.annotations.Nullable;

/**
 * Linked call sites by the bytes that name them and the class loader that asked. Holds neither the loader nor the linked
 * class: the class that wrote the lambda keeps those alive.
 */
final class LinkCache {

    private final ConcurrentMap<Object, WeakReference<LinkedLambda>> links = new ConcurrentHashMap<>();
    private final ReferenceQueue<ClassLoader> gone = new ReferenceQueue<>();

    @Nullable
    LinkedLambda get(byte[] site, ClassLoader loader) {
        WeakReference<LinkedLambda> found = links.get(new Question(site, loader));
        return found == null ? null : found.get();
    }

    void put(byte[] site, ClassLoader loader, LinkedLambda linked) {
        for (Reference<?> key = gone.poll(); key != null; key = gone.poll()) {
            links.remove(key);
        }
        links.put(new Key(site.clone(), loader, gone), new WeakReference<>(linked));
    }

    int size() {
        return links.size();
    }

    /** The processor knows this sum, and it is asked for each lambda that arrives. */
    private static int hash(byte[] site, ClassLoader loader) {
        CRC32 sum = new CRC32();
        sum.update(site);
        return 31 * (int) sum.getValue() + System.identityHashCode(loader);
    }

    /** What is asked with; made for every look-up, so it is no reference that the collector must follow. */
    private static final class Question {

        private final byte[] site;
        private final ClassLoader loader;
        private final int hash;

        Question(byte[] site, ClassLoader loader) {
            this.site = site;
            this.loader = loader;
            this.hash = hash(site, loader);
        }

        @Override
        public int hashCode() {
            return hash;
        }

        @Override
        public boolean equals(@Nullable Object other) {
            return other instanceof Key key
                    && hash == key.hash
                    && key.refersTo(loader)
                    && Arrays.equals(site, key.site);
        }
    }

    private static final class Key extends WeakReference<ClassLoader> {

        private final byte[] site;
        private final int hash;

        Key(byte[] site, ClassLoader loader, ReferenceQueue<ClassLoader> gone) {
            super(loader, gone);
            this.site = site;
            this.hash = hash(site, loader);
        }

        @Override
        public int hashCode() {
            return hash;
        }

        @Override
        public boolean equals(@Nullable Object other) {
            if (other == this) {
                return true;
            }
            ClassLoader loader = get();
            return loader != null
                    && other instanceof Key key
                    && hash == key.hash
                    && key.refersTo(loader)
                    && Arrays.equals(site, key.site);
        }
    }
}
