package io.processexecutor.serialization;

import io.processexecutor.Closures;
import io.processexecutor.TaskSerializationException;
import io.processexecutor.TaskSerializer;
import io.processexecutor.serialization.explain.Failures;
import java.io.IOException;
import java.io.InputStream;
import java.io.ObjectInputStream;
import java.io.ObjectOutputStream;
import java.io.ObjectStreamClass;
import java.io.OutputStream;
import java.lang.reflect.Modifier;
import java.lang.reflect.Proxy;
import java.util.IdentityHashMap;
import org.jspecify.annotations.Nullable;

/** The platform's own streams; what is marked travels inside them through the closure serializer. */
final class JavaTaskSerializer implements TaskSerializer {

    @Override
    public String name() {
        return "java";
    }

    @Override
    public void encode(@Nullable Object value, OutputStream sink) {
        try {
            // Not closed: the sink is the caller's.
            MarkingStream stream = new MarkingStream(sink);
            stream.writeObject(value);
            stream.flush();
        } catch (TaskSerializationException e) {
            throw e;
        } catch (IOException | RuntimeException | LinkageError | StackOverflowError | AssertionError e) {
            throw Failures.ofJavaEncoding(e, value);
        }
    }

    @Override
    public @Nullable Object decode(InputStream source) {
        try {
            return new LoadingStream(source).readObject();
        } catch (ClassNotFoundException e) {
            throw Failures.ofMissingClass(String.valueOf(e.getMessage()), e);
        } catch (TaskSerializationException e) {
            throw e;
        } catch (IOException | RuntimeException | LinkageError | StackOverflowError | AssertionError e) {
            throw Failures.ofDecoding(e, null);
        }
    }

    @Override
    public String toString() {
        return name();
    }

    private static final class MarkingStream extends ObjectOutputStream {

        private final IdentityHashMap<Object, ClosureBytes> holders = new IdentityHashMap<>();

        MarkingStream(OutputStream sink) throws IOException {
            super(sink);
            enableReplaceObject(true);
        }

        @Override
        protected @Nullable Object replaceObject(@Nullable Object object) {
            if (object == null || object instanceof String || object instanceof ClosureBytes) {
                return object;
            }
            return Closures.isWrapped(object)
                    ? holders.computeIfAbsent(object, marked -> new ClosureBytes(marked))
                    : object;
        }
    }

    /** Looks classes up where the task's code is, not where this library is. */
    private static final class LoadingStream extends ObjectInputStream {

        private final @Nullable ClassLoader context = Thread.currentThread().getContextClassLoader();

        LoadingStream(InputStream source) throws IOException {
            super(source);
        }

        @Override
        protected Class<?> resolveClass(ObjectStreamClass description) throws IOException, ClassNotFoundException {
            if (context != null) {
                try {
                    return Class.forName(description.getName(), false, context);
                } catch (ClassNotFoundException e) {
                    return super.resolveClass(description);
                }
            }
            return super.resolveClass(description);
        }

        @Override
        protected Class<?> resolveProxyClass(String[] interfaces) throws IOException, ClassNotFoundException {
            if (context == null) {
                return super.resolveProxyClass(interfaces);
            }
            Class<?>[] found = new Class<?>[interfaces.length];
            ClassLoader loader = context;
            for (int i = 0; i < interfaces.length; i++) {
                found[i] = Class.forName(interfaces[i], false, context);
                if (!Modifier.isPublic(found[i].getModifiers())) {
                    loader = found[i].getClassLoader();
                }
            }
            return proxyClass(loader, found);
        }

        // The stream wants the class; the replacement of this method wants an instance.
        @SuppressWarnings("deprecation")
        private static Class<?> proxyClass(@Nullable ClassLoader loader, Class<?>[] interfaces) {
            return Proxy.getProxyClass(loader, interfaces);
        }
    }
}
