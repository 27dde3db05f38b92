package io.processexecutor.serialization;

import io.processexecutor.Closures;
import io.processexecutor.TaskSerializationException;
import io.processexecutor.serialization.access.DeepAccess;
import io.processexecutor.serialization.access.FieldAccess;
import io.processexecutor.serialization.explain.Failures;
import io.processexecutor.serialization.graph.GraphCodec;
import io.processexecutor.serialization.lambda.Lambdas;
import io.processexecutor.serialization.policy.Limits;
import io.processexecutor.serialization.policy.Policy;
import io.processexecutor.serialization.policy.Replacers;
import io.processexecutor.serialization.policy.Swap;
import io.processexecutor.serialization.runtime.ClassName;
import io.processexecutor.serialization.runtime.ClassNaming;
import java.io.IOException;
import java.io.ObjectOutputStream;
import java.io.OutputStream;
import java.lang.invoke.SerializedLambda;
import java.util.IdentityHashMap;
import java.util.Map;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** The platform's stream under a policy: asks replacers, sends marked objects another way, checks classes and limits. */
final class JavaOutput extends ObjectOutputStream {

    private static final long NO_DEPTH = -1;
    private static final long DEPTH = depthOffset();

    private final Policy policy;
    private final Limits limits;
    private final boolean limited;
    private final GraphCodec closures;
    private final MixedOutput mixed;
    private final ClassNaming naming;
    private final @Nullable Object root;
    private final IdentityHashMap<Object, GraphPlace> marked = new IdentityHashMap<>();
    private @Nullable Object latest;
    private final IdentityHashMap<Class<?>, Object> latestByClass = new IdentityHashMap<>();

    JavaOutput(MixedOutput sink, Policy policy, GraphCodec closures, ClassNaming naming, @Nullable Object root)
            throws IOException {
        super(sink);
        this.mixed = sink;
        this.policy = policy;
        this.limits = policy.limits();
        this.limited = !limits.isUsual();
        this.closures = closures;
        this.naming = naming;
        this.root = root;
        enableReplaceObject(true);
    }

    /** The object of a class, or of one that extends it, that was written last. */
    @Nullable
    Object latestOf(String className) {
        for (Map.Entry<Class<?>, Object> each : latestByClass.entrySet()) {
            for (Class<?> level = each.getKey(); level != null; level = level.getSuperclass()) {
                if (level.getName().equals(className)) {
                    return each.getValue();
                }
            }
        }
        return null;
    }

    /** Whether it was at an object when it failed. */
    boolean wasAt(Object object) {
        if (latest instanceof SerializedLambda lambda) {
            // What the lambda is in the stream, where nobody gets to see the lambda itself.
            Class<?> type = object.getClass();
            return Lambdas.isLambda(type) && Lambdas.hostName(type).equals(binary(lambda.getCapturingClass()));
        }
        return object == latest;
    }

    /** Called once for each object, after its own writeReplace; not for classes. */
    @Override
    protected @Nullable Object replaceObject(@Nullable Object object) {
        if (object == null || object instanceof GraphPlace) {
            return object;
        }
        latest = object;
        latestByClass.put(object.getClass(), object);
        if (limited) {
            checkLimits(object);
        }
        Replacers replacers = policy.replacers();
        Swap swap = replacers.none() ? null : replacers.swap(object, replacers.offered(object.getClass()));
        if (swap != null) {
            // Apart from this stream, which would take an object that is both a reference and an original for one of
            // them.
            return placeFor(object, swap.replacer(), graph -> closures.encodeAsIs(swap.reference(), graph));
        }
        if (object instanceof String) {
            return object;
        }
        if (object instanceof SerializedLambda lambda) {
            check(lambda);
        }
        return Closures.isWrapped(object) ? marked.computeIfAbsent(object, this::marked) : object;
    }

    private GraphPlace marked(Object object) {
        return placeFor(object, GraphPlace.NOT_REPLACED, graph -> closures.encode(object, graph));
    }

    private GraphPlace placeFor(Object object, int replacer, Consumer<OutputStream> encoding) {
        MixedOutput.Graph graph = mixed.graph();
        try {
            encoding.accept(graph);
            graph.end();
            return new GraphPlace(replacer);
        } catch (TaskSerializationException e) {
            throw Failures.ofMarked(e, root, object);
        }
    }

    private void checkLimits(Object object) {
        if (DEPTH != NO_DEPTH && FieldAccess.getInt(this, DEPTH) > limits.depth()) {
            throw limits.tooDeep();
        }
        limits.checkLengthOf(object);
    }

    private void check(SerializedLambda lambda) {
        policy.allowed().check(binary(lambda.getCapturingClass()));
        policy.allowed().check(binary(lambda.getFunctionalInterfaceClass()));
        policy.allowed().check(binary(lambda.getImplClass()));
    }

    private static String binary(String internalName) {
        return internalName.replace('/', '.');
    }

    /** After the platform's description of a class: how the other end finds it, if it does not by its name. */
    @Override
    protected void annotateClass(Class<?> type) throws IOException {
        if (!policy.allowed().allowsAll()) {
            if (!type.isInstance(latest)) {
                // A class as a value, which is nowhere else to be seen.
                latest = type;
            }
            policy.allowed().check(type);
        }
        writeName(type);
    }

    private void writeName(Class<?> type) throws IOException {
        String name = naming.nameOf(type);
        if (naming.namesLoaders()) {
            writeUTF(ClassName.parse(name).atHome() ? "" : name);
        }
    }

    @Override
    protected void annotateProxyClass(Class<?> type) throws IOException {
        for (Class<?> each : type.getInterfaces()) {
            policy.allowed().check(each);
            writeName(each);
        }
    }

    /** The stream counts how deep it is, and tells nobody. */
    private static long depthOffset() {
        if (!DeepAccess.available()) {
            return NO_DEPTH;
        }
        try {
            return DeepAccess.offset(ObjectOutputStream.class.getDeclaredField("depth"));
        } catch (NoSuchFieldException e) {
            throw new IllegalStateException("This JDK's ObjectOutputStream has no depth", e);
        }
    }
}
