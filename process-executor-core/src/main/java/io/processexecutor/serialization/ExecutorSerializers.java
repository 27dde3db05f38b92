package io.processexecutor.serialization;

import io.processexecutor.ObjectReplacer;
import io.processexecutor.SerializationOptions;
import io.processexecutor.TaskSerializationException;
import io.processexecutor.TaskSerializer;
import io.processexecutor.serialization.access.FieldAccess;
import io.processexecutor.serialization.graph.EnginePools;
import io.processexecutor.serialization.lambda.LambdaLinker;
import io.processexecutor.serialization.lambda.RecentSite;
import io.processexecutor.serialization.policy.Policy;
import io.processexecutor.serialization.policy.Replacers;
import io.processexecutor.serialization.runtime.ClassNaming;
import io.processexecutor.serialization.runtime.ClassSource;
import io.processexecutor.serialization.runtime.Encoded;
import io.processexecutor.serialization.runtime.HomeClasses;
import io.processexecutor.serialization.runtime.ReceivedClasses;
import io.processexecutor.serialization.runtime.SentClasses;
import io.processexecutor.serialization.runtime.Shipment;
import io.processexecutor.serialization.shared.KnownHandles;
import io.processexecutor.serialization.shared.SharedDecoder;
import io.processexecutor.serialization.shared.SharedScope;
import io.processexecutor.serialization.shared.SharedUses;
import java.io.InputStream;
import java.io.OutputStream;
import java.lang.reflect.Modifier;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The serializers of one executor, on either of its ends: the built-in ones under the executor's options, and any other
 * as it is. Named to the other process, a built-in one goes by its name, any other by its class. Thread-safe.
 */
public final class ExecutorSerializers implements SharedDecoder {

    private static final String CLASS_PREFIX = "class:";
    private static final ExecutorSerializers DEFAULTS =
            new ExecutorSerializers(SerializationOptions.defaults(), new HomeClasses());

    private static final String UNLIMITED_PREFIX = "unlimited:";

    private static final ClassValue<String> NAMES = new ClassValue<>() {
        @Override
        protected String computeValue(Class<?> type) {
            if (!isConstructible(type)) {
                throw new IllegalArgumentException("The serializer " + type.getName()
                        + " cannot be made in a worker: it must be a public class with a public constructor without"
                        + " arguments");
            }
            return CLASS_PREFIX + type.getName();
        }
    };

    private final SerializationOptions options;
    private final ClassNaming naming;
    private final Replacers replacers;
    private final RecentSite recent = new RecentSite();
    private final List<TaskSerializer> builtIn;
    private final boolean limited;

    private ExecutorSerializers(SerializationOptions options, ClassNaming naming) {
        Policy policy = Policy.of(options);
        this.options = options;
        this.naming = naming;
        this.replacers = policy.replacers();
        this.limited = !policy.limits().isUsual();
        List<TaskSerializer> all = new ArrayList<>(builtIn(policy, naming, recent));
        if (limited) {
            for (TaskSerializer each : builtIn(policy.withUsualLimits(), naming, recent)) {
                all.add(new Unlimited(each));
            }
        }
        this.builtIn = List.copyOf(all);
    }

    private static List<TaskSerializer> builtIn(Policy policy, ClassNaming naming, RecentSite recent) {
        EnginePools engines = new EnginePools(policy, naming, recent);
        return List.of(
                new JavaTaskSerializer(policy, engines),
                new GraphTaskSerializer("kryo", false, engines),
                new GraphTaskSerializer("closure", true, engines));
    }

    /** Goes by another name on the wire, so that the other end does not hold it to the limits either. */
    private record Unlimited(TaskSerializer serializer) implements TaskSerializer {

        @Override
        public String name() {
            return UNLIMITED_PREFIX + serializer.name();
        }

        @Override
        public void encode(@Nullable Object value, OutputStream sink) {
            serializer.encode(value, sink);
        }

        @Override
        public @Nullable Object decode(InputStream source) {
            return serializer.decode(source);
        }
    }

    /**
     * The serializers of a parent under given options. Those of the default options are shared by all who ask for them.
     *
     * @param options what they allow
     * @return the serializers
     */
    public static ExecutorSerializers of(SerializationOptions options) {
        return options.equals(SerializationOptions.defaults())
                ? DEFAULTS
                : new ExecutorSerializers(
                        options, options.shipRuntimeClasses() ? new SentClasses() : new HomeClasses());
    }

    /**
     * Encodes a task.
     *
     * @param scope what of that which is shared it may use
     * @param encoding writes it, with these serializers
     * @return what was noted
     */
    public Encoded encode(SharedScope scope, Runnable encoding) {
        FieldAccess.bindAll();
        Shipment[] shipment = new Shipment[1];
        boolean[] prepared = new boolean[1];
        SharedUses uses =
                scope.collect(() -> prepared[0] = replacers.noting(() -> shipment[0] = naming.collect(encoding)));
        return Encoded.of(shipment[0], prepared[0] || uses.needPreparedWorker(), uses);
    }

    /** This process is a worker, which takes what its parent shares. */
    public void receiveShared() {
        KnownHandles.receiveWith(this);
    }

    /**
     * Decodes a value that was shared.
     *
     * @param serializer the name on the wire of what encoded it
     * @param source its bytes
     * @return the value
     */
    @Override
    public @Nullable Object decode(String serializer, InputStream source) {
        return named(serializer).decode(source);
    }

    /**
     * The class loader that the code of a task expects to find in force.
     *
     * @param task the task
     * @return that of its class, if it was sent here; empty if any will do
     */
    public static Optional<ClassLoader> contextOf(Object task) {
        return ReceivedClasses.contextOf(task);
    }

    /**
     * Gives the serializer that does the work of one that was chosen.
     *
     * @param chosen any serializer
     * @return for a built-in one its like under these options, else the very one
     */
    public TaskSerializer configured(TaskSerializer chosen) {
        return isBuiltIn(chosen) ? builtIn(chosen.name()) : chosen;
    }

    /**
     * As {@link #configured}, for what workers do that nobody submitted: the limits are those of tasks.
     *
     * @param chosen any serializer
     * @return what does its work
     */
    public TaskSerializer unlimited(TaskSerializer chosen) {
        return limited && isBuiltIn(chosen) ? builtIn(UNLIMITED_PREFIX + chosen.name()) : configured(chosen);
    }

    /**
     * Names a serializer to the other process.
     *
     * @param serializer the serializer
     * @return its name on the wire
     * @throws IllegalArgumentException if a worker could not make one
     */
    public static String wireName(TaskSerializer serializer) {
        return isBuiltIn(serializer) ? serializer.name() : NAMES.get(serializer.getClass());
    }

    /**
     * Gives the serializer of a name.
     *
     * @param wireName what {@link #wireName} gave
     * @return the serializer
     * @throws IllegalArgumentException if there is none
     */
    public TaskSerializer named(String wireName) {
        if (!wireName.startsWith(CLASS_PREFIX)) {
            return builtIn(wireName);
        }
        String className = wireName.substring(CLASS_PREFIX.length());
        try {
            ClassLoader loader = Thread.currentThread().getContextClassLoader();
            return Class.forName(className, true, loader)
                    .asSubclass(TaskSerializer.class)
                    .getConstructor()
                    .newInstance();
        } catch (ReflectiveOperationException | LinkageError | ClassCastException e) {
            throw new IllegalArgumentException("The serializer " + className + " cannot be made here", e);
        }
    }

    /**
     * The options as text for the other process, which {@link #described} reads.
     *
     * @return one line of text; empty for the default options
     * @throws io.processexecutor.TaskSerializationException if a replacer cannot travel
     */
    public String describe() {
        if (options.equals(SerializationOptions.defaults())) {
            return "";
        }
        List<Object> values = new ArrayList<>();
        values.add(List.copyOf(options.allowedPackages()));
        values.add(options.maxDepth());
        values.add(options.maxBytes());
        values.add(options.maxArrayLength());
        values.add(options.shipRuntimeClasses());
        List<String> names = new ArrayList<>();
        List<byte[]> replacers = new ArrayList<>();
        for (ObjectReplacer each : options.replacers()) {
            names.add(each.getClass().getTypeName());
            replacers.add(encoded(each));
        }
        values.add(names.toArray());
        values.add(replacers.toArray());
        return Base64.getEncoder().encodeToString(DEFAULTS.builtIn("closure").toBytes(values.toArray()));
    }

    private static byte[] encoded(ObjectReplacer replacer) {
        try {
            return DEFAULTS.builtIn("closure").toBytes(replacer);
        } catch (TaskSerializationException e) {
            throw about(replacer.getClass().getTypeName(), "cannot go to the workers", e);
        }
    }

    private static ObjectReplacer decoded(String name, byte[] replacer) {
        try {
            return (ObjectReplacer) required(DEFAULTS.builtIn("closure").fromBytes(replacer));
        } catch (TaskSerializationException e) {
            throw about(name, "cannot be decoded in this process", e);
        }
    }

    private static TaskSerializationException about(String replacer, String what, TaskSerializationException e) {
        String path = e.path()
                .map(found -> found.replaceFirst("task", "replacer") + ": ")
                .orElse("");
        String text = "the replacer " + replacer + " " + what + ": " + path + e.explanation();
        return new TaskSerializationException(e.phase(), null, replacer, text, e);
    }

    /**
     * The serializers of a worker whose parent {@linkplain #describe described} them.
     *
     * @param text the text
     * @param source where classes come from that are sent
     * @return the serializers
     * @throws io.processexecutor.TaskSerializationException if a replacer cannot be decoded here
     */
    public static ExecutorSerializers described(String text, ClassSource source) {
        if (text.isEmpty()) {
            return DEFAULTS;
        }
        Object[] values = (Object[]) required(
                DEFAULTS.builtIn("closure").fromBytes(Base64.getDecoder().decode(text)));
        SerializationOptions options = SerializationOptions.defaults()
                .allowedPackages(
                        ((List<?>) values[0]).stream().map(String.class::cast).toList())
                .maxDepth((int) values[1])
                .maxBytes((int) values[2])
                .maxArrayLength((int) values[3])
                .shipRuntimeClasses((boolean) values[4]);
        Object[] names = (Object[]) values[5];
        Object[] replacers = (Object[]) values[6];
        for (int i = 0; i < replacers.length; i++) {
            options = options.replacer(decoded((String) names[i], (byte[]) replacers[i]));
        }
        return new ExecutorSerializers(
                options, options.shipRuntimeClasses() ? new ReceivedClasses(source) : new HomeClasses());
    }

    /**
     * Loads what nearly every task needs, with nothing of the application in it: what a worker can do while it is not yet
     * connected, instead of the first task.
     */
    public static void warmUp() {
        TaskSerializer closure = DEFAULTS.builtIn("closure");
        Object unused = closure.fromBytes(closure.toBytes(CLASS_PREFIX));
        LambdaLinker.warmUp();
    }

    /**
     * What the next task of a worker that starts now is likely to need, for its {@link #expect}.
     *
     * @return one line of text; empty if nothing is known
     */
    public String expected() {
        return recent.encoded().map(Base64.getEncoder()::encodeToString).orElse("");
    }

    /**
     * Makes ready for a task that may come, after {@link #warmUp}. Classes of the application are loaded for it, and not
     * initialized: none of its code runs.
     *
     * @param text what {@link #expected} gave to the parent
     */
    public static void expect(String text) {
        if (!text.isEmpty()) {
            LambdaLinker.prepare(
                    Base64.getDecoder().decode(text), Thread.currentThread().getContextClassLoader());
        }
    }

    static TaskSerializer ofDefaults(String name) {
        return DEFAULTS.builtIn(name);
    }

    private TaskSerializer builtIn(String name) {
        // Asked for each task: not a stream.
        for (TaskSerializer each : builtIn) {
            if (each.name().equals(name)) {
                return each;
            }
        }
        throw new IllegalArgumentException(
                "No serializer is named \"" + name + "\": the valid names are java, kryo and closure");
    }

    private static boolean isBuiltIn(TaskSerializer serializer) {
        return serializer instanceof JavaTaskSerializer
                || serializer instanceof GraphTaskSerializer
                || serializer instanceof Unlimited;
    }

    private static boolean isConstructible(Class<?> type) {
        try {
            return Modifier.isPublic(type.getModifiers())
                    && Modifier.isPublic(type.getConstructor().getModifiers());
        } catch (NoSuchMethodException e) {
            return false;
        }
    }

    private static Object required(@Nullable Object value) {
        if (value == null) {
            throw new IllegalArgumentException("no options");
        }
        return value;
    }
}
