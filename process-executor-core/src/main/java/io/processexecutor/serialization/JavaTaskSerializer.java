package io.processexecutor.serialization;

import io.processexecutor.Closures;
import io.processexecutor.TaskSerializationException;
import io.processexecutor.TaskSerializer;
import io.processexecutor.serialization.explain.Failures;
import io.processexecutor.serialization.graph.EnginePools;
import io.processexecutor.serialization.graph.GraphCodec;
import io.processexecutor.serialization.runtime.ClassName;
import io.processexecutor.serialization.runtime.ClassNaming;
import io.processexecutor.serialization.runtime.Variables;
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

    private final GraphCodec closures;
    private final ClassNaming naming;

    JavaTaskSerializer(EnginePools engines) {
        this.closures = new GraphCodec(true, engines);
        this.naming = engines.naming();
    }

    @Override
    public String name() {
        return "java";
    }

    @Override
    public void encode(@Nullable Object value, OutputStream sink) {
        try {
            // Not closed: the sink is the caller's.
            MarkingStream stream = new MarkingStream(sink, value);
            stream.writeObject(value);
            Variables.write(naming, stream::writeObject);
            stream.flush();
        } catch (Throwable e) {
            throw encodeFailure(e, value);
        }
    }

    @Override
    public @Nullable Object decode(InputStream source) {
        try {
            LoadingStream stream = new LoadingStream(source);
            Object value = stream.readObject();
            Variables.read(naming, stream::readObject);
            return value;
        } catch (ClassNotFoundException e) {
            throw Failures.ofMissingClass(String.valueOf(e.getMessage()), e);
        } catch (Throwable e) {
            throw decodeFailure(e);
        }
    }

    private static TaskSerializationException encodeFailure(Throwable failure, @Nullable Object root) {
        failIfFatal(failure);
        return failure instanceof TaskSerializationException marked ? marked : Failures.ofJavaEncoding(failure, root);
    }

    private static TaskSerializationException decodeFailure(Throwable failure) {
        failIfFatal(failure);
        return failure instanceof TaskSerializationException marked ? marked : Failures.ofDecoding(failure, null);
    }

    // Hooks are user code and may throw anything; but a JVM that is out of memory must be seen to be.
    private static void failIfFatal(Throwable failure) {
        if (failure instanceof VirtualMachineError fatal && !(failure instanceof StackOverflowError)) {
            throw fatal;
        }
    }

    @Override
    public String toString() {
        return name();
    }

    private final class MarkingStream extends ObjectOutputStream {

        private final IdentityHashMap<Object, ClosureBytes> holders = new IdentityHashMap<>();

        private final @Nullable Object root;

        MarkingStream(OutputStream sink, @Nullable Object root) throws IOException {
            super(sink);
            this.root = root;
            enableReplaceObject(true);
        }

        @Override
        protected @Nullable Object replaceObject(@Nullable Object object) {
            if (object == null || object instanceof String || object instanceof ClosureBytes) {
                return object;
            }
            return Closures.isWrapped(object) ? holders.computeIfAbsent(object, this::holder) : object;
        }

        /** After the platform's description of a class: how the other end finds it, if it does not by its name. */
        @Override
        protected void annotateClass(Class<?> type) throws IOException {
            String name = naming.nameOf(type);
            if (naming.namesLoaders()) {
                writeUTF(ClassName.parse(name).atHome() ? "" : name);
            }
        }

        @Override
        protected void annotateProxyClass(Class<?> type) throws IOException {
            for (Class<?> each : type.getInterfaces()) {
                annotateClass(each);
            }
        }

        private ClosureBytes holder(Object marked) {
            try {
                return new ClosureBytes(closures.toBytes(marked));
            } catch (TaskSerializationException e) {
                throw Failures.ofMarked(e, root, marked);
            }
        }
    }

    /** Looks classes up where the task's code is, not where this library is. */
    private final class LoadingStream extends ObjectInputStream {

        private final @Nullable ClassLoader context = Thread.currentThread().getContextClassLoader();

        LoadingStream(InputStream source) throws IOException {
            super(source);
            enableResolveObject(true);
        }

        @Override
        protected @Nullable Object resolveObject(@Nullable Object object) {
            return object instanceof ClosureBytes marked ? closures.fromBytes(marked.bytes) : object;
        }

        @Override
        protected Class<?> resolveClass(ObjectStreamClass description) throws IOException, ClassNotFoundException {
            Class<?> sent = sentClass();
            if (sent != null) {
                return sent;
            }
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
            if (context == null && !naming.namesLoaders()) {
                return super.resolveProxyClass(interfaces);
            }
            Class<?>[] found = new Class<?>[interfaces.length];
            ClassLoader loader = context;
            for (int i = 0; i < interfaces.length; i++) {
                Class<?> sent = sentClass();
                found[i] = sent == null ? Class.forName(interfaces[i], false, context) : sent;
                if (sent != null || !Modifier.isPublic(found[i].getModifiers())) {
                    loader = found[i].getClassLoader();
                }
            }
            return proxyClass(loader, found);
        }

        private @Nullable Class<?> sentClass() throws IOException, ClassNotFoundException {
            String name = naming.namesLoaders() ? readUTF() : "";
            return name.isEmpty() ? null : naming.find(ClassName.parse(name));
        }

        // The stream wants the class; the replacement of this method wants an instance.
        @SuppressWarnings("deprecation")
        private Class<?> proxyClass(@Nullable ClassLoader loader, Class<?>[] interfaces) {
            return Proxy.getProxyClass(loader, interfaces);
        }
    }
}
