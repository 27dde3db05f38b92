package io.processexecutor.serialization.graph.jdk;

import com.esotericsoftware.kryo.Serializer;
import io.processexecutor.serialization.access.DeepAccess;
import io.processexecutor.serialization.graph.collection.WeakMapSerializer;
import io.processexecutor.serialization.graph.wire.Route;
import io.processexecutor.serialization.graph.wire.Route.Kind;
import java.io.ObjectStreamClass;
import java.io.PrintStream;
import java.lang.invoke.MethodHandle;
import java.lang.ref.SoftReference;
import java.lang.ref.WeakReference;
import java.lang.reflect.AccessibleObject;
import java.lang.reflect.Constructor;
import java.lang.reflect.Field;
import java.lang.reflect.Method;
import java.nio.ByteBuffer;
import java.nio.charset.Charset;
import java.nio.file.FileSystems;
import java.nio.file.Path;
import java.time.temporal.TemporalQueries;
import java.util.AbstractList;
import java.util.AbstractMap.SimpleEntry;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.WeakHashMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.function.Function;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** Which classes of the JDK have a serializer of this room. */
public final class JdkRoutes {

    private static final Class<?> DEFAULT_PATH =
            FileSystems.getDefault().getPath("").getClass();
    private static final String SUPPLIED_THREAD_LOCAL = "java.lang.ThreadLocal$SuppliedThreadLocal";
    private static final List<String> LINKED_ENTRIES = List.of(
            "java.util.HashMap$Node",
            "java.util.HashMap$TreeNode",
            "java.util.LinkedHashMap$Entry",
            "java.util.TreeMap$Entry",
            "java.util.Hashtable$Entry",
            "java.util.concurrent.ConcurrentHashMap$MapEntry");
    private static final List<String> SUB_LISTS = List.of(
            "java.util.ArrayList$SubList",
            "java.util.AbstractList$SubList",
            "java.util.AbstractList$RandomAccessSubList");
    private static final String STREAM = "what it reads or writes is open in this JVM only";

    /** Gives a class its serializer and the next number. */
    @FunctionalInterface
    public interface Numbering {

        /**
         * Gives.
         *
         * @param type exactly this class
         * @param kind what its objects are
         * @param serializer writes and reads them
         */
        void add(Class<?> type, Kind kind, Serializer<?> serializer);
    }

    private JdkRoutes() {}

    /**
     * Numbers all classes that are known by themselves.
     *
     * @param numbers takes them
     */
    public static void giveTo(Numbering numbers) {
        numbers.add(Class.class, Kind.LEAF, new ClassSerializer());
        named(numbers);
        ImmutableRoutes.giveTo(numbers);
        members(numbers);
        holders(numbers);
        numbers.add(
                NullPointerException.class,
                Kind.NODE,
                DeepAccess.available()
                        ? new NullPointerSerializer()
                        : new PartsSerializer<NullPointerException>(NullPointers::take, NullPointers::build));
        if (DeepAccess.available()) {
            numbers.add(ByteBuffer.class, Kind.NODE, new PartsSerializer<ByteBuffer>(Buffers::take, Buffers::build));
        }
    }

    private static void named(Numbering numbers) {
        numbers.add(Charset.class, Kind.LEAF, new NamedSerializer<Charset>(Charset::name, Charset::forName));
        numbers.add(Path.class, Kind.LEAF, new NamedSerializer<Path>(Path::toString, Path::of));
        if (ModuleLayer.boot().findModule("java.logging").isPresent()) {
            LoggerRoute.giveTo(numbers);
        }
        numbers.add(
                PrintStream.class, Kind.LEAF, new ConstantSerializer(() -> List.of(System.out, System.err), STREAM));
        numbers.add(
                ClassLoader.class,
                Kind.LEAF,
                new ConstantSerializer(
                        () -> List.of(ClassLoader.getSystemClassLoader(), ClassLoader.getPlatformClassLoader()),
                        "a class loader and its classes stay in their JVM"));
        numbers.add(
                TemporalQueries.class,
                Kind.LEAF,
                new ConstantSerializer(
                        () -> List.of(
                                TemporalQueries.zoneId(),
                                TemporalQueries.chronology(),
                                TemporalQueries.precision(),
                                TemporalQueries.zone(),
                                TemporalQueries.offset(),
                                TemporalQueries.localDate(),
                                TemporalQueries.localTime()),
                        "it is a class of the JDK that is not Serializable"));
    }

    private static void members(Numbering numbers) {
        Serializer<?> members = new PartsSerializer<AccessibleObject>(Members::take, Members::build);
        numbers.add(Method.class, Kind.NODE, members);
        numbers.add(Constructor.class, Kind.NODE, members);
        numbers.add(Field.class, Kind.NODE, members);
        numbers.add(
                MethodHandle.class,
                Kind.NODE,
                new PartsSerializer<MethodHandle>(Members::takeHandle, Members::buildHandle));
    }

    @SuppressWarnings("unchecked")
    private static void holders(Numbering numbers) {
        numbers.add(WeakReference.class, Kind.NODE, one(WeakReference::get, WeakReference::new));
        numbers.add(SoftReference.class, Kind.NODE, one(SoftReference::get, SoftReference::new));
        numbers.add(
                CountDownLatch.class,
                Kind.NODE,
                JdkRoutes.<CountDownLatch>one(
                        latch -> (int) latch.getCount(),
                        count -> new CountDownLatch((Integer) Objects.requireNonNull(count))));
        numbers.add(
                ThreadLocal.class,
                Kind.NODE,
                JdkRoutes.<ThreadLocal<?>>one(
                        SuppliedThreadLocals::supplierOf,
                        supplier -> ThreadLocal.withInitial((Supplier<?>) Objects.requireNonNull(supplier))));
        numbers.add(
                CompletableFuture.class,
                Kind.NODE,
                new PartsSerializer<CompletableFuture<?>>(Futures::take, Futures::build));
        numbers.add(
                Map.Entry.class,
                Kind.NODE,
                new PartsSerializer<Map.Entry<?, ?>>(
                        entry -> new @Nullable Object[] {entry.getKey(), entry.getValue()},
                        parts -> new SimpleEntry<>(parts[0], parts[1])));
        numbers.add(
                AbstractList.class,
                Kind.NODE,
                new PartsSerializer<List<?>>(List::toArray, elements -> new ArrayList<>(Arrays.asList(elements))));
        numbers.add(WeakHashMap.class, Kind.NODE, new WeakMapSerializer());
        numbers.add(
                ObjectStreamClass.class,
                Kind.NODE,
                JdkRoutes.<ObjectStreamClass>one(
                        ObjectStreamClass::forClass,
                        type -> ObjectStreamClass.lookupAny((Class<?>) Objects.requireNonNull(type))));
    }

    private static <T> PartsSerializer<T> one(Function<T, @Nullable Object> part, Function<@Nullable Object, T> build) {
        return new PartsSerializer<>(
                whole -> new @Nullable Object[] {part.apply(whole)}, parts -> build.apply(parts[0]));
    }

    /**
     * The route of a class that stands for a family, if the class belongs to one.
     *
     * @param type the class
     * @param others the routes of the numbered classes
     * @return empty if the class is in no family
     */
    public static Optional<Route> familyOf(Class<?> type, Function<Class<?>, Route> others) {
        return family(type).map(others).map(route -> route.standInFor(type, route.serializer()));
    }

    private static Optional<Class<?>> family(Class<?> type) {
        String name = type.getName();
        if (type == DEFAULT_PATH) {
            return Optional.of(Path.class);
        } else if (Charset.class.isAssignableFrom(type)) {
            return Optional.of(Charset.class);
        } else if (MethodHandle.class.isAssignableFrom(type)) {
            return Optional.of(MethodHandle.class);
        } else if (name.equals(SUPPLIED_THREAD_LOCAL)) {
            return Optional.of(ThreadLocal.class);
        } else if (DeepAccess.available() && name.startsWith("java.nio.HeapByteBuffer")) {
            return Optional.of(ByteBuffer.class);
        } else if (LINKED_ENTRIES.contains(name)) {
            return Optional.of(Map.Entry.class);
        } else if (name.equals("java.util.ImmutableCollections$SubList")) {
            return Optional.of(ImmutableRoutes.LONG_LIST);
        } else if (SUB_LISTS.contains(name)) {
            return Optional.of(AbstractList.class);
        } else if (type == ClassLoader.getSystemClassLoader().getClass()
                || type == ClassLoader.getPlatformClassLoader().getClass()) {
            return Optional.of(ClassLoader.class);
        } else if (name.startsWith("java.time.temporal.TemporalQueries$")) {
            return Optional.of(TemporalQueries.class);
        }
        return Optional.empty();
    }
}
