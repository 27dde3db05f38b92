package io.processexecutor.serialization;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.processexecutor.TaskSerializationException;
import io.processexecutor.TaskSerializer;
import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.Serializable;
import java.lang.invoke.VarHandle;
import java.lang.management.ManagementFactory;
import java.lang.ref.WeakReference;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.ConcurrentModificationException;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Supplier;
import org.awaitility.Awaitility;
import org.jspecify.annotations.NullUnmarked;
import org.junit.jupiter.api.Test;

/** The serializers as components: names, threads, loaders, depth, other JVMs. */
@NullUnmarked
class EngineTests {

    static class Chained implements Serializable {
        Chained next;
        int value;
    }

    public static class Payload implements Supplier<String> {
        String text = "payload";

        @Override
        public String get() {
            Supplier<String> lambda = () -> text + "!";
            return lambda.get();
        }

        public Supplier<String> lambda() {
            return () -> text + "?";
        }
    }

    @Test
    void theyAreFoundByTheirNames() {
        assertThat(TaskSerializers.named("java")).isSameAs(TaskSerializers.java());
        assertThat(TaskSerializers.named("kryo")).isSameAs(TaskSerializers.kryo());
        assertThat(TaskSerializers.named("closure")).isSameAs(TaskSerializers.closure());
        for (String name : List.of("java", "kryo", "closure")) {
            assertThat(TaskSerializers.named(name).name()).isEqualTo(name);
        }
    }

    @Test
    void manyThreadsEncodeAndDecodeAtOnce() throws Exception {
        ExecutorService threads = Executors.newFixedThreadPool(8);
        try {
            List<Future<Boolean>> all = new ArrayList<>();
            for (int i = 0; i < 200; i++) {
                int number = i;
                all.add(threads.submit(() -> {
                    TaskSerializer serializer = number % 2 == 0 ? TaskSerializers.kryo() : TaskSerializers.closure();
                    List<Object> value = new ArrayList<>(List.of("v" + number, number, Map.of("k", number)));
                    boolean refused = false;
                    if (number % 5 == 0) {
                        try {
                            serializer.toBytes(List.of(new Thread()));
                        } catch (TaskSerializationException e) {
                            refused = true;
                        }
                    }
                    return serializer.fromBytes(serializer.toBytes(value)).equals(value)
                            && refused == (number % 5 == 0);
                }));
            }
            for (Future<Boolean> each : all) {
                assertThat(each.get(60, TimeUnit.SECONDS)).isTrue();
            }
        } finally {
            threads.shutdownNow();
        }
    }

    @Test
    void classesComeFromTheContextLoaderAndTheLoaderIsNotHeld() throws Exception {
        WeakReference<ClassLoader> loader = travelThroughALoader();
        Awaitility.await().atMost(Duration.ofSeconds(60)).until(() -> {
            System.gc();
            return loader.refersTo(null);
        });
    }

    /** A loader with its own copies of the test classes; the library and the JDK are its parent's. */
    private static ClassLoader withOwnClasses() throws Exception {
        URL[] classes = {
            Path.of(EngineTests.class
                            .getProtectionDomain()
                            .getCodeSource()
                            .getLocation()
                            .toURI())
                    .toUri()
                    .toURL()
        };
        return new URLClassLoader(classes, Thread.currentThread().getContextClassLoader()) {
            @Override
            protected Class<?> loadClass(String name, boolean resolve) throws ClassNotFoundException {
                if (!name.startsWith(EngineTests.class.getName())) {
                    return super.loadClass(name, resolve);
                }
                Class<?> loaded = findLoadedClass(name);
                return loaded == null ? findClass(name) : loaded;
            }
        };
    }

    private static WeakReference<ClassLoader> travelThroughALoader() throws Exception {
        ClassLoader before = Thread.currentThread().getContextClassLoader();
        ClassLoader own = withOwnClasses();
        Class<?> payload = own.loadClass(Payload.class.getName());
        Object instance = payload.getConstructor().newInstance();
        Object lambda = payload.getMethod("lambda").invoke(instance);
        byte[] bytes;
        Thread.currentThread().setContextClassLoader(own);
        try {
            bytes = TaskSerializers.closure().toBytes(List.of(instance, lambda));
            List<?> copy = (List<?>) TaskSerializers.closure().fromBytes(bytes);
            assertThat(copy.get(0).getClass()).isSameAs(payload);
            assertThat(((Supplier<?>) copy.get(1)).get()).isEqualTo("payload?");
        } finally {
            Thread.currentThread().setContextClassLoader(before);
        }
        // Also through the engines of a loader that cannot see the class.
        assertThat(TaskSerializers.closure().toBytes(List.of(instance, lambda))).isNotEmpty();
        return new WeakReference<>(own);
    }

    @Test
    void aMissingClassIsNamed() throws Exception {
        ClassLoader before = Thread.currentThread().getContextClassLoader();
        byte[] bytes = TaskSerializers.kryo().toBytes(new Payload());
        byte[] gone = new String(bytes, java.nio.charset.StandardCharsets.ISO_8859_1)
                .replace("EngineTests$Payloa", "EngineTests$Missin")
                .getBytes(java.nio.charset.StandardCharsets.ISO_8859_1);
        assertThatExceptionOfType(TaskSerializationException.class)
                .isThrownBy(() -> TaskSerializers.kryo().fromBytes(gone))
                .satisfies(failure -> {
                    assertThat(failure.culprit())
                            .hasValueSatisfying(name -> assertThat(name).contains("EngineTests$Missin"));
                    assertThat(failure)
                            .hasMessageContaining("not on the class path")
                            .hasCauseInstanceOf(ClassNotFoundException.class);
                });
        assertThat(Thread.currentThread().getContextClassLoader()).isSameAs(before);
    }

    enum Fragile {
        ONE;

        static {
            if (Boolean.getBoolean("fragile.fails")) {
                throw new IllegalStateException("there is no license here");
            }
        }
    }

    @Test
    void anEnumThatCannotBeInitializedIsNamedWithTheReason() throws Exception {
        byte[] bytes = TaskSerializers.closure().toBytes(new ArrayList<>(List.of("a", Fragile.ONE)));
        ClassLoader before = Thread.currentThread().getContextClassLoader();
        System.setProperty("fragile.fails", "true");
        Thread.currentThread().setContextClassLoader(withOwnClasses());
        try {
            // The JVM says less of it the second time.
            for (String why : List.of("a static initializer failed: ", "a static initializer had failed: ")) {
                assertThatExceptionOfType(TaskSerializationException.class)
                        .isThrownBy(() -> TaskSerializers.closure().fromBytes(bytes))
                        .withMessageContaining(Fragile.class.getTypeName() + " could not be read: " + why)
                        .withMessageContaining("java.lang.IllegalStateException: there is no license here")
                        .satisfies(failure -> {
                            assertThat(failure.culprit()).hasValue(Fragile.class.getName());
                            assertThat(failure).hasCauseInstanceOf(LinkageError.class);
                        });
            }
        } finally {
            System.clearProperty("fragile.fails");
            Thread.currentThread().setContextClassLoader(before);
        }
    }

    /**
     * Grows and empties a list, with its lock or without, until it is told to stop. One step after the other: a compiler that
     * tells the size of sixty steps before it has taken them leaves nothing to be noticed, if the processor is taken away from it there.
     */
    private static Thread changing(List<Integer> list, AtomicBoolean stop) {
        Thread changing = new Thread(() -> {
            while (!stop.get()) {
                for (int i = 0; i < 60; i++) {
                    list.add(i);
                    VarHandle.fullFence();
                }
                list.clear();
                VarHandle.fullFence();
            }
        });
        changing.setDaemon(true);
        changing.start();
        return changing;
    }

    @Test
    void aListThatAnotherThreadChangesIsReportedAndNeverArrivesWithHoles() throws Exception {
        List<Integer> list = new ArrayList<>();
        AtomicBoolean stop = new AtomicBoolean();
        Thread changing = changing(list, stop);
        List<Throwable> causes = new ArrayList<>();
        int withHoles = 0;
        for (int i = 0; i < 10_000; i++) {
            try {
                withHoles += SerializerBehaviourTests.copy(TaskSerializers.kryo(), list)
                                .contains(null)
                        ? 1
                        : 0;
            } catch (TaskSerializationException e) {
                causes.add(e.getCause());
            }
        }
        stop.set(true);
        changing.join(TimeUnit.SECONDS.toMillis(10));
        assertThat(withHoles).isZero();
        assertThat(causes)
                .allSatisfy(cause -> assertThat(cause)
                        .isInstanceOf(ConcurrentModificationException.class)
                        .hasMessageContaining("changed while it was written"));
    }

    @Test
    void aNumberThatAnotherThreadSetsIsReportedOrArrivesWhole() throws Exception {
        int last = 99_999;
        List<Integer> list = new ArrayList<>(Collections.nCopies(last + 1, 1));
        AtomicBoolean stop = new AtomicBoolean();
        Thread changing = new Thread(() -> {
            for (int i = 0; !stop.get(); i++) {
                list.set(last, i % 2 == 0 ? 1 : 1_000_000);
            }
        });
        changing.setDaemon(true);
        changing.start();
        List<Throwable> causes = new ArrayList<>();
        for (int i = 0; i < 300; i++) {
            try {
                assertThat(SerializerBehaviourTests.copy(TaskSerializers.kryo(), list)
                                .get(last))
                        .isIn(1, 1_000_000);
            } catch (TaskSerializationException e) {
                causes.add(e.getCause());
            }
        }
        stop.set(true);
        changing.join(TimeUnit.SECONDS.toMillis(10));
        assertThat(causes).hasOnlyElementsOfType(ConcurrentModificationException.class);
    }

    @Test
    void aSynchronizedListIsWrittenUnderItsLock() throws Exception {
        List<Integer> list = Collections.synchronizedList(new ArrayList<>());
        AtomicBoolean stop = new AtomicBoolean();
        Thread changing = changing(list, stop);
        for (int i = 0; i < 3_000; i++) {
            List<Integer> copy = SerializerBehaviourTests.copy(TaskSerializers.kryo(), list);
            for (int j = 0; j < copy.size(); j++) {
                assertThat(copy.get(j)).isEqualTo(j);
            }
        }
        stop.set(true);
        changing.join(TimeUnit.SECONDS.toMillis(10));
    }

    @Test
    void fiftyThousandNodesTravelInTimeAndTheNextGraphIsAsFast() {
        Chained head = null;
        for (int i = 0; i < 50_000; i++) {
            Chained node = new Chained();
            node.next = head;
            node.value = i;
            head = node;
        }
        Chained copy = SerializerBehaviourTests.copy(TaskSerializers.kryo(), head);
        int length = 0;
        for (Chained each = copy; each != null; each = each.next) {
            length++;
        }
        assertThat(length).isEqualTo(50_000);
    }

    @Test
    void aCallerWithLittleStackLeftGetsItsGraphThrough() throws Exception {
        List<Object> nested = new ArrayList<>();
        for (int i = 0; i < 150; i++) {
            nested = new ArrayList<>(List.of(nested));
        }
        Object root = nested;
        // What is initialized for the first time must not be so at the end of a stack.
        fiftyThousandNodesTravelInTimeAndTheNextGraphIsAsFast();
        assertThat(SerializerBehaviourTests.copy(TaskSerializers.kryo(), root)).isEqualTo(root);
        Object[] copy = new Object[1];
        Thread caller = new Thread(null, () -> copy[0] = onLittleStack(root, 0), "little stack", 256 * 1024);
        caller.start();
        caller.join();
        assertThat(copy[0]).isEqualTo(root);
    }

    /** Goes as deep as it can, and does the work on the way back, when there is just a little room. */
    private static Object onLittleStack(Object root, int depth) {
        try {
            return onLittleStack(root, depth + 1);
        } catch (StackOverflowError e) {
            return SerializerBehaviourTests.copy(TaskSerializers.kryo(), root);
        }
    }

    record Order(int id, List<String> products) {}

    @Test
    void manyShortListsOfSharedObjectsDoNotEachCopyTheTableOfAll() {
        for (TaskSerializer serializer : List.of(TaskSerializers.kryo(), TaskSerializers.closure())) {
            // A copy of the table takes a hundred times as much.
            assertThat(bytesAllocatedPerOrder(serializer, 40_000)).isLessThan(2_000);
        }
    }

    private static long bytesAllocatedPerOrder(TaskSerializer serializer, int count) {
        List<String> products = new ArrayList<>();
        for (int i = 0; i < 100; i++) {
            products.add("product " + i);
        }
        List<Order> orders = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            orders.add(new Order(i, new ArrayList<>(products.subList(i % 95, i % 95 + 5))));
        }
        var thread = (com.sun.management.ThreadMXBean) ManagementFactory.getThreadMXBean();
        long before = thread.getCurrentThreadAllocatedBytes();
        Object copy = serializer.fromBytes(serializer.toBytes(orders));
        long allocated = thread.getCurrentThreadAllocatedBytes() - before;
        assertThat(copy).isEqualTo(orders);
        return allocated / count;
    }

    @Test
    void aSinkThatFailsIsReported() {
        for (TaskSerializer serializer : List.of(TaskSerializers.java(), TaskSerializers.kryo())) {
            assertThatExceptionOfType(TaskSerializationException.class)
                    .isThrownBy(() -> serializer.encode("x", new ByteArrayOutputStream() {
                        @Override
                        public void write(byte[] bytes, int offset, int length) {
                            throw new IllegalStateException("full");
                        }

                        @Override
                        public void write(int value) {
                            throw new IllegalStateException("full");
                        }
                    }));
            assertThatExceptionOfType(TaskSerializationException.class)
                    .isThrownBy(() -> serializer.decode(new InputStream() {
                        @Override
                        public int read() throws IOException {
                            throw new IOException("broken");
                        }
                    }));
        }
    }

    @Test
    void aStreamThatFailsWithoutSayingWhyIsToldOfByWhatItThrew() {
        for (TaskSerializer serializer : List.of(TaskSerializers.kryo(), TaskSerializers.closure())) {
            assertThatExceptionOfType(TaskSerializationException.class)
                    .isThrownBy(() -> serializer.decode(new InputStream() {
                        @Override
                        public int read() throws IOException {
                            throw new EOFException();
                        }
                    }))
                    .withMessageContaining("the bytes could not be read: java.io.EOFException");
        }
    }

    @Test
    void kryosSwitchIsLeftAsItWas() throws Exception {
        OtherJvm without = OtherJvm.run(List.of(), Switch.class);
        assertThat(without.out()).contains("switch null");
        OtherJvm with = OtherJvm.run(List.of("-Dkryo.unsafe=true"), Switch.class);
        assertThat(with.out()).contains("switch true");
        assertThat(with.err() + without.err()).isEmpty();
    }

    static final class Switch {
        public static void main(String[] arguments) {
            TaskSerializers.kryo().toBytes(new ArrayList<>(List.of("x")));
            System.out.println("switch " + System.getProperty("kryo.unsafe"));
        }
    }
}
