package io.processexecutor.serialization.runtime;

import java.io.ByteArrayInputStream;
import java.io.InputStream;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * Stands in a worker for a class loader of the parent: defines its classes from the bytes that came, finds those of other
 * such loaders as that one did, and leaves the rest to the worker's class path.
 */
final class ShippedLoader extends ClassLoader {

    static {
        registerAsParallelCapable();
    }

    private static final String FILE = ".class";

    private final long number;
    private final Map<String, byte[]> own = new ConcurrentHashMap<>();
    private final Map<String, ShippedLoader> links = new ConcurrentHashMap<>();

    ShippedLoader(long number, @Nullable ClassLoader parent) {
        super("process-executor-shipped-" + number, parent);
        this.number = number;
    }

    long number() {
        return number;
    }

    boolean has(String className) {
        return own.containsKey(className);
    }

    /** To be called for all that a class names before its own bytes are put here. */
    void link(String className, ShippedLoader definedBy) {
        if (definedBy != this) {
            links.put(className, definedBy);
        }
    }

    void put(String className, byte[] bytes) {
        own.putIfAbsent(className, bytes);
    }

    @Override
    protected Class<?> loadClass(String name, boolean resolve) throws ClassNotFoundException {
        byte[] bytes = own.get(name);
        if (bytes == null) {
            ShippedLoader link = links.get(name);
            return link == null ? super.loadClass(name, resolve) : link.loadClass(name, resolve);
        }
        synchronized (getClassLoadingLock(name)) {
            Class<?> known = findLoadedClass(name);
            return known == null ? defineClass(name, bytes, 0, bytes.length) : known;
        }
    }

    /** The class files, which prove what lambdas their classes wrote; before those of the class path. */
    @Override
    public @Nullable InputStream getResourceAsStream(String name) {
        if (name.endsWith(FILE)) {
            byte[] bytes =
                    own.get(name.substring(0, name.length() - FILE.length()).replace('/', '.'));
            if (bytes != null) {
                return new ByteArrayInputStream(bytes);
            }
        }
        return super.getResourceAsStream(name);
    }
}
