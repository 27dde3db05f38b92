package io.processexecutor.serialization;

import io.processexecutor.serialization.explain.Failures;
import io.processexecutor.serialization.graph.GraphCodec;
import io.processexecutor.serialization.policy.Policy;
import io.processexecutor.serialization.policy.StreamFilter;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.InvalidClassException;
import java.io.InvalidObjectException;
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
    private final GraphCodec closures;
    private final StreamFilter filter;

    JavaInput(InputStream source, Policy policy, GraphCodec closures) throws IOException {
        super(BoundedInput.of(source, policy.limits()));
        this.policy = policy;
        this.closures = closures;
        // Others may hold back what is to come.
        boolean exact = source.getClass() == ByteArrayInputStream.class;
        this.filter = StreamFilter.on(this, policy.limits(), () -> exact ? left(source) : Long.MAX_VALUE);
        enableResolveObject(true);
    }

    private static long left(InputStream bytes) {
        return ((ByteArrayInputStream) bytes).available();
    }

    /** The class that the JVM's own filter refused; null if it did not. */
    @Nullable
    Class<?> refusedByJvm(Throwable failure) {
        boolean filtered = failure instanceof InvalidClassException
                && String.valueOf(failure.getMessage()).startsWith("filter status: ");
        return filtered ? filter.latest() : null;
    }

    @Override
    protected @Nullable Object resolveObject(@Nullable Object object) throws InvalidObjectException {
        if (object instanceof ClosureBytes marked) {
            return closures.fromBytes(marked.bytes);
        }
        if (object instanceof SwappedReference swapped) {
            if (Failures.reaches(swapped.reference, swapped)) {
                throw new InvalidObjectException("a reference of "
                        + swapped.reference.getClass().getTypeName() + " holds the object that it stands for");
            }
            return policy.replacers().restore(swapped.replacer, swapped.reference);
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
