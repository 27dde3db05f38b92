package io.processexecutor.serialization;

import io.processexecutor.internal.files.FileInput;
import io.processexecutor.serialization.policy.Policy;
import io.processexecutor.serialization.policy.StreamFilter;
import io.processexecutor.serialization.runtime.ClassName;
import io.processexecutor.serialization.runtime.ClassNaming;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.InvalidClassException;
import java.io.ObjectInputStream;
import java.io.ObjectStreamClass;
import java.lang.reflect.Modifier;
import java.lang.reflect.Proxy;
import org.jspecify.annotations.Nullable;

/**
 * The platform's stream under a policy. Looks classes up where the task's code is, not where this library is, and only if
 * they may travel.
 */
final class JavaInput extends ObjectInputStream {

    private final @Nullable ClassLoader context = Thread.currentThread().getContextClassLoader();
    private final Policy policy;
    private final ClassNaming naming;
    private final MixedInput mixed;
    private final StreamFilter filter;

    /**
     * Creates one.
     *
     * @param source where {@code mixed} reads from, which knows how much is left
     */
    JavaInput(MixedInput mixed, InputStream source, Policy policy, ClassNaming naming) throws IOException {
        super(mixed);
        this.mixed = mixed;
        this.policy = policy;
        this.naming = naming;
        // Others may hold back what is to come.
        boolean exact = source instanceof FileInput || source.getClass() == ByteArrayInputStream.class;
        this.filter = StreamFilter.on(this, policy.limits(), () -> exact ? left(source) : Long.MAX_VALUE);
        enableResolveObject(true);
    }

    private static long left(InputStream source) {
        return source instanceof FileInput file ? file.left() : ((ByteArrayInputStream) source).available();
    }

    /** The class that the JVM's own filter refused; null if it did not. */
    @Nullable
    Class<?> refusedByJvm(Throwable failure) {
        boolean filtered = failure instanceof InvalidClassException
                && String.valueOf(failure.getMessage()).startsWith("filter status: ");
        return filtered ? filter.latest() : null;
    }

    @Override
    protected @Nullable Object resolveObject(@Nullable Object object) throws IOException {
        if (object instanceof GraphPlace place) {
            Object value = mixed.decodeGraph();
            return place.replacer == GraphPlace.NOT_REPLACED
                    ? value
                    : policy.replacers().restore(place.replacer, value);
        }
        if (object != null && policy.limits().length() != Integer.MAX_VALUE) {
            policy.limits().checkLengthOf(object);
        }
        return object;
    }

    @Override
    protected Class<?> resolveClass(ObjectStreamClass description) throws IOException, ClassNotFoundException {
        policy.allowed().check(description.getName());
        Class<?> found = find(description);
        policy.allowed().check(found);
        return found;
    }

    private Class<?> find(ObjectStreamClass description) throws IOException, ClassNotFoundException {
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
        for (String each : interfaces) {
            policy.allowed().check(each);
        }
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
    private static Class<?> proxyClass(@Nullable ClassLoader loader, Class<?>[] interfaces) {
        return Proxy.getProxyClass(loader, interfaces);
    }
}
