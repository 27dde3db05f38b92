package io.processexecutor.serialization.graph.jdk;

import io.processexecutor.serialization.access.DeepAccess;
import io.processexecutor.serialization.graph.collection.SubListSerializer;
import io.processexecutor.serialization.graph.collection.SynchronizedListSerializer;
import io.processexecutor.serialization.graph.collection.WeakMapSerializer;
import io.processexecutor.serialization.graph.wire.GraphSerializer;
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
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.WeakHashMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.function.Function;
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
    private static final String LOADER = "a class loader and its classes stay in their JVM";
    private static final String NOT_SERIALIZABLE = "it is a class of the JDK that is not Serializable";
    private static final String STREAM = "what it reads or writes is open in this JVM only";

    private JdkRoutes() {}

    /**
     * The classes of this room, in the order of their numbers.
     *
     * @return the classes; null where this JVM has none to number
     */
    public static @Nullable Class<?>[] types() {
        boolean logging = ModuleLayer.boot().findModule("java.logging").isPresent();
        // Made in the return, it would have javac 17 say that it does not know where to note the annotation.
        @Nullable
        Class<?>[] types = {
            Class.class,
            Charset.class,
            Path.class,
            PrintStream.class,
            ClassLoader.class,
            TemporalQueries.class,
            Method.class,
            Constructor.class,
            Field.class,
            MethodHandle.class,
            WeakReference.class,
            SoftReference.class,
            WeakHashMap.class,
            CountDownLatch.class,
            ThreadLocal.class,
            CompletableFuture.class,
            Map.Entry.class,
            AbstractList.class,
            ObjectStreamClass.class,
            NullPointerException.class,
            ImmutableRoutes.LONG_LIST,
            ImmutableRoutes.SHORT_LIST,
            ImmutableRoutes.LONG_SET,
            ImmutableRoutes.SHORT_SET,
            ImmutableRoutes.LONG_MAP,
            ImmutableRoutes.SHORT_MAP,
            ImmutableRoutes.PART_OF_LIST,
            Optional.class,
            DeepAccess.available() ? ByteBuffer.class : null,
            DeepAccess.available() ? SynchronizedListSerializer.TYPE : null,
            logging ? LoggerRoute.TYPE : null
        };
        return types;
    }

    /**
     * The route of a class of this room.
     *
     * @param number its number
     * @param type one of {@link #types()}
     * @return its route
     */
    public static Route route(int number, Class<?> type) {
        boolean leaf = type == Class.class || Charset.class == type || type == Path.class || isConstant(type);
        return Route.numbered(number, type, leaf ? Kind.LEAF : Kind.NODE, serializer(type));
    }

    private static boolean isConstant(Class<?> type) {
        return type == PrintStream.class || type == ClassLoader.class || type == TemporalQueries.class;
    }

    private static GraphSerializer<?> serializer(Class<?> type) {
        return switch (type.getName()) {
            case "java.lang.Class" -> new ClassSerializer();
            case "java.nio.charset.Charset" -> new NamedSerializer<Charset>(Charset::name, Charset::forName);
            case "java.nio.file.Path" -> new NamedSerializer<Path>(Path::toString, Path::of);
            case "java.io.PrintStream" -> new ConstantSerializer(() -> List.of(System.out, System.err), STREAM);
            case "java.lang.ClassLoader" -> new ConstantSerializer(JdkRoutes::loaders, LOADER);
            case "java.time.temporal.TemporalQueries" -> new ConstantSerializer(JdkRoutes::queries, NOT_SERIALIZABLE);
            case "java.lang.reflect.Method", "java.lang.reflect.Constructor", "java.lang.reflect.Field" ->
                new PartsSerializer<AccessibleObject>(Members::take, Members::build);
            case "java.lang.invoke.MethodHandle" ->
                new PartsSerializer<MethodHandle>(Members::takeHandle, Members::buildHandle);
            case "java.lang.ref.WeakReference" ->
                JdkRoutes.<WeakReference<?>>one(WeakReference::get, WeakReference::new);
            case "java.lang.ref.SoftReference" ->
                JdkRoutes.<SoftReference<?>>one(SoftReference::get, SoftReference::new);
            case "java.util.WeakHashMap" -> new WeakMapSerializer();
            case "java.util.concurrent.CountDownLatch" ->
                JdkRoutes.<CountDownLatch>one(
                        latch -> (int) latch.getCount(),
                        count -> new CountDownLatch((Integer) Objects.requireNonNull(count)));
            case "java.lang.ThreadLocal" ->
                JdkRoutes.<ThreadLocal<?>>one(SuppliedThreadLocals::supplierOf, SuppliedThreadLocals::of);
            case "java.util.concurrent.CompletableFuture" ->
                new PartsSerializer<CompletableFuture<?>>(Futures::take, Futures::build);
            case "java.util.Map$Entry" ->
                new PartsSerializer<Map.Entry<?, ?>>(
                        entry -> new @Nullable Object[] {entry.getKey(), entry.getValue()},
                        parts -> new SimpleEntry<>(parts[0], parts[1]));
            case "java.util.AbstractList" -> new SubListSerializer();
            case "java.util.Collections$SynchronizedRandomAccessList" -> new SynchronizedListSerializer();
            case "java.io.ObjectStreamClass" ->
                JdkRoutes.<ObjectStreamClass>one(
                        ObjectStreamClass::forClass,
                        described -> ObjectStreamClass.lookupAny((Class<?>) Objects.requireNonNull(described)));
            case "java.lang.NullPointerException" ->
                DeepAccess.available()
                        ? new NullPointerSerializer()
                        : new PartsSerializer<NullPointerException>(NullPointers::take, NullPointers::build);
            case "java.nio.ByteBuffer" -> new PartsSerializer<ByteBuffer>(Buffers::take, Buffers::build);
            case "java.util.logging.Logger" -> LoggerRoute.serializer();
            default -> ImmutableRoutes.serializer(type);
        };
    }

    private static List<ClassLoader> loaders() {
        return List.of(ClassLoader.getSystemClassLoader(), ClassLoader.getPlatformClassLoader());
    }

    private static List<Object> queries() {
        return List.of(
                TemporalQueries.zoneId(),
                TemporalQueries.chronology(),
                TemporalQueries.precision(),
                TemporalQueries.zone(),
                TemporalQueries.offset(),
                TemporalQueries.localDate(),
                TemporalQueries.localTime());
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
        Class<?> family = family(type);
        if (family == null) {
            return Optional.empty();
        }
        Route route = others.apply(family);
        return Optional.of(route.standInFor(type, route.serializer()));
    }

    private static @Nullable Class<?> family(Class<?> type) {
        String name = type.getName();
        if (type == DEFAULT_PATH) {
            return Path.class;
        } else if (Charset.class.isAssignableFrom(type)) {
            return Charset.class;
        } else if (MethodHandle.class.isAssignableFrom(type)) {
            return MethodHandle.class;
        } else if (name.equals(SUPPLIED_THREAD_LOCAL)) {
            return ThreadLocal.class;
        } else if (DeepAccess.available() && name.startsWith("java.nio.HeapByteBuffer")) {
            return ByteBuffer.class;
        } else if (LINKED_ENTRIES.contains(name)) {
            return Map.Entry.class;
        } else if (SubListSerializer.isFor(type)) {
            return AbstractList.class;
        } else if (type == ClassLoader.getSystemClassLoader().getClass()
                || type == ClassLoader.getPlatformClassLoader().getClass()) {
            return ClassLoader.class;
        } else if (name.startsWith("java.time.temporal.TemporalQueries$")) {
            return TemporalQueries.class;
        }
        return null;
    }
}
