package io.processexecutor.serialization.runtime;

import java.lang.ref.Reference;
import java.lang.ref.ReferenceQueue;
import java.lang.ref.WeakReference;
import java.util.Map;
import java.util.WeakHashMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import org.jspecify.annotations.Nullable;

/** Numbers the class loaders whose classes travel, and holds none of them. */
final class LoaderNumbers {

    private static final class Numbered extends WeakReference<ClassLoader> {

        private final int number;

        Numbered(ClassLoader loader, int number, ReferenceQueue<ClassLoader> gone) {
            super(loader, gone);
            this.number = number;
        }
    }

    // By a loader's unnamed module, since a loader may have an equals of its own.
    private final Map<Module, Integer> numbers = new WeakHashMap<>();
    private final ConcurrentMap<Integer, Numbered> loaders = new ConcurrentHashMap<>();
    private final ReferenceQueue<ClassLoader> gone = new ReferenceQueue<>();
    private int last;

    /** Asked once per class. */
    synchronized int of(ClassLoader loader) {
        for (Reference<?> each = gone.poll(); each != null; each = gone.poll()) {
            loaders.remove(((Numbered) each).number);
        }
        Integer known = numbers.get(loader.getUnnamedModule());
        if (known != null) {
            return known;
        }
        last++;
        numbers.put(loader.getUnnamedModule(), last);
        loaders.put(last, new Numbered(loader, last, gone));
        return last;
    }

    @Nullable
    ClassLoader loader(int number) {
        Numbered found = loaders.get(number);
        return found == null ? null : found.get();
    }
}
