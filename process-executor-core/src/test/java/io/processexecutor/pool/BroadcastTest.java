package io.processexecutor.pool;

import static io.processexecutor.pool.InWorker.awaitFile;
import static io.processexecutor.pool.InWorker.pid;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.processexecutor.Broadcast;
import io.processexecutor.Closures;
import io.processexecutor.NonSerializableTask;
import io.processexecutor.ObjectReplacer;
import io.processexecutor.ProcessExecutor;
import io.processexecutor.ProcessTask;
import io.processexecutor.SerializationOptions;
import io.processexecutor.SharedBuffer;
import io.processexecutor.TaskOptions;
import io.processexecutor.TaskSerializationException;
import io.processexecutor.TaskSerializationException.Phase;
import io.processexecutor.TaskSerializer;
import io.processexecutor.serialization.InMemory;
import io.processexecutor.serialization.TaskSerializers;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.ObjectInputStream;
import java.io.ObjectOutputStream;
import java.io.OutputStream;
import java.io.Serializable;
import java.io.UncheckedIOException;
import java.lang.management.ManagementFactory;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import org.jspecify.annotations.NullUnmarked;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** What goes to each worker once: where it may stand, and what is said where it may not. Real workers only. */
@NullUnmarked
@Timeout(180)
class BroadcastTest extends OneWorkerEach {

    /** In each process: how often a model was decoded there. */
    private static final AtomicInteger DECODED = new AtomicInteger();

    private static Broadcast<Model> kept;

    @BeforeAll
    static void build() {
        build(List.of());
    }

    static final class Model implements Serializable {
        private static final long serialVersionUID = 1L;
        final int[] weights;

        Model(int size) {
            weights = new int[size];
            for (int i = 0; i < size; i++) {
                weights[i] = i;
            }
        }

        private void readObject(ObjectInputStream in) throws IOException, ClassNotFoundException {
            in.defaultReadObject();
            DECODED.incrementAndGet();
        }
    }

    record Seen(long pid, int decoded, int weight) implements Serializable {}

    record Holder(String name, List<Map<String, Broadcast<Model>>> models, SharedBuffer buffer)
            implements Serializable {}

    static <T> T get(CompletableFuture<T> future) throws Exception {
        return future.get(60, TimeUnit.SECONDS);
    }

    @ParameterizedTest
    @MethodSource("serializers")
    void allTasksOfAWorkerGetTheSameObjectWhichIsDecodedOnce(String serializer) throws Exception {
        ProcessExecutor executor = executor(serializer);
        int before = get(executor.submit(() -> DECODED.get()));
        try (Broadcast<Model> model = executor.broadcast(new Model(1000))) {
            int first = get(executor.submit(() -> System.identityHashCode(model.value())));
            int second = get(executor.submit(() -> System.identityHashCode(model.value())));
            assertThat(second).isEqualTo(first);
            assertThat(get(executor.submit(() -> model.value().weights[7]))).isEqualTo(7);
            assertThat(get(executor.submit(() -> DECODED.get()))).isEqualTo(before + 1);
        }
    }

    @Test
    void aThousandTasksHaveItDecodedOncePerWorker(@TempDir Path directory) throws Exception {
        String there = directory.toString();
        try (ProcessExecutor executor =
                ProcessPoolExecutor.builder().workers(2).minWorkers(2).build()) {
            Broadcast<Model> model = executor.broadcast(new Model(1_000_000));
            List<CompletableFuture<Seen>> seen = new ArrayList<>();
            // Else one of them might be done with all before the other is up.
            for (int i = 0; i < 2; i++) {
                int index = i;
                seen.add(executor.submit(() -> {
                    Seen own = new Seen(pid(), DECODED.get(), model.value().weights[index]);
                    Files.createFile(Path.of(there, "here-" + index));
                    awaitFile(there + "/here-" + (1 - index));
                    return own;
                }));
            }
            for (int i = 2; i < 1000; i++) {
                int index = i;
                seen.add(executor.submit(() -> new Seen(pid(), DECODED.get(), model.value().weights[index])));
            }
            model.close();
            for (int i = 0; i < seen.size(); i++) {
                assertThat(get(seen.get(i)).weight()).isEqualTo(i);
            }
            Map<Long, Integer> decoded = seen.stream()
                    .map(CompletableFuture::join)
                    .collect(Collectors.toMap(Seen::pid, Seen::decoded, Math::max));
            assertThat(decoded)
                    .hasSize(2)
                    .allSatisfy((pid, count) -> assertThat(count).isEqualTo(1));
        }
        SharedFilesOnDisk.awaitNone();
    }

    @ParameterizedTest
    @MethodSource("serializers")
    void itTravelsInsideDataAndComesBackAsTheCallersOwn(String serializer) throws Exception {
        ProcessExecutor executor = executor(serializer);
        Model own = new Model(10);
        try (Broadcast<Model> model = executor.broadcast(own);
                SharedBuffer buffer = executor.share(ByteBuffer.wrap(new byte[] {1, 2, 3}))) {
            assertThat(model.value()).isSameAs(own);
            Holder holder = new Holder("a", new ArrayList<>(List.of(new HashMap<>(Map.of("m", model)))), buffer);
            Holder back = get(executor.submit(() -> {
                Broadcast<Model> there = holder.models().get(0).get("m");
                if (there != model || there.value().weights.length != 10 || holder.buffer() != buffer) {
                    throw new IllegalStateException("not the same");
                }
                return new Holder("b", List.of(Map.of("n", there)), holder.buffer());
            }));
            assertThat(back.models().get(0).get("n")).isSameAs(model);
            assertThat(back.buffer()).isSameAs(buffer);
        }
    }

    @ParameterizedTest
    @MethodSource("serializers")
    void aBroadcastMayHoldAnother(String serializer) throws Exception {
        ProcessExecutor executor = executor(serializer);
        Broadcast<Model> inner = executor.broadcast(new Model(3));
        try (Broadcast<Holder> outer = executor.broadcast(
                new Holder("outer", new ArrayList<>(List.of(new HashMap<>(Map.of("m", inner)))), null))) {
            inner.close();
            assertThat(get(executor.submit(
                            () -> outer.value().models().get(0).get("m").value().weights.length)))
                    .isEqualTo(3);
            assertThat(SharedFilesOnDisk.all()).hasSize(2);
        }
        SharedFilesOnDisk.awaitNone();
    }

    @ParameterizedTest
    @MethodSource("serializers")
    void aTaskCannotBeSubmittedWithOneThatIsClosed(String serializer) {
        ProcessExecutor executor = executor(serializer);
        Broadcast<Model> model = executor.broadcast(new Model(1));
        model.close();
        model.close();
        assertThatExceptionOfType(TaskSerializationException.class)
                .isThrownBy(() -> executor.submit(() -> model.value().weights.length))
                .withMessageContainingAll("Broadcast", "of " + serializer, Model.class.getName(), "is closed")
                .satisfies(e -> assertThat(e.path()).hasValue("task.captured[0]"));
        assertThatThrownBy(model::value)
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("is closed");
    }

    @ParameterizedTest
    @MethodSource("serializers")
    void itTravelsWithTasksOfItsOwnExecutorOnly(String serializer) throws Exception {
        ProcessExecutor executor = executor(serializer);
        ProcessExecutor other = executor(serializer.equals("kryo") ? "closure" : "kryo");
        try (Broadcast<Model> model = executor.broadcast(new Model(1));
                Broadcast<Model> others = other.broadcast(new Model(1))) {
            String words = "travels with the tasks of that executor, and nowhere else";
            assertThatExceptionOfType(TaskSerializationException.class)
                    .isThrownBy(() -> executor.submit(() -> others.value().weights.length))
                    .withMessageContainingAll("task.captured[0]: Broadcast", "of " + other.name(), words);
            assertThatExceptionOfType(TaskSerializationException.class)
                    .isThrownBy(() -> executor.broadcast(new ArrayList<>(List.of(others))))
                    .withMessageContainingAll("Cannot encode the broadcast: value[0]: Broadcast", words);
            assertThatThrownBy(() -> new ObjectOutputStream(new ByteArrayOutputStream()).writeObject(model))
                    .hasMessageContaining(words);
            assertThat(get(executor.submit(() -> model.value().weights.length))).isEqualTo(1);
        }
    }

    @ParameterizedTest
    @MethodSource("serializers")
    void whatCannotBeEncodedIsSaidAtOnceWithThePathToIt(String serializer) throws Exception {
        List<Object> value = new ArrayList<>(List.of("fine", Thread.currentThread()));
        assertThatExceptionOfType(TaskSerializationException.class)
                .isThrownBy(() -> executor(serializer).broadcast(value))
                .withMessageContaining("Cannot encode the broadcast: value[1]: java.lang.Thread")
                .satisfies(e -> assertThat(e.phase()).isEqualTo(Phase.ENCODE_BROADCAST));
        SharedFilesOnDisk.awaitNone();
    }

    @ParameterizedTest
    @MethodSource("serializers")
    void aTaskThatCannotBeEncodedKeepsNothing(String serializer) {
        ProcessExecutor executor = executor(serializer);
        try (Broadcast<Model> model = executor.broadcast(new Model(1))) {
            List<Object> value = new ArrayList<>(List.of(model, Thread.currentThread()));
            assertThatExceptionOfType(TaskSerializationException.class)
                    .isThrownBy(() -> executor.submit(() -> value.size()))
                    .withMessageContaining("task.captured[0][1]: java.lang.Thread");
        }
        SharedFilesOnDisk.awaitNone();
    }

    static final class Moody implements Serializable {
        private static final long serialVersionUID = 1L;
        final String good;

        Moody(Path good) {
            this.good = good.toString();
        }

        private void readObject(ObjectInputStream in) throws IOException, ClassNotFoundException {
            in.defaultReadObject();
            if (!Files.exists(Path.of(good))) {
                throw new IOException("not in the mood");
            }
        }
    }

    @ParameterizedTest
    @MethodSource("serializers")
    void whatCannotBeDecodedFailsItsTaskAndTheNextOneTriesAgain(String serializer, @TempDir Path directory)
            throws Exception {
        ProcessExecutor executor = executor(serializer);
        Path good = directory.resolve("good");
        try (Broadcast<Moody> moody = executor.broadcast(new Moody(good))) {
            ProcessTask<String> task = () -> moody.value().good;
            for (int i = 0; i < 2; i++) {
                assertThat(failureOf(serializer, task))
                        .isInstanceOfSatisfying(
                                TaskSerializationException.class,
                                e -> assertThat(e.phase()).isEqualTo(Phase.DECODE_TASK))
                        .hasMessageContainingAll("Broadcast", "could not be decoded", "not in the mood");
            }
            Files.createFile(good);
            assertThat(get(executor.submit(task))).isEqualTo(good.toString());
        }
    }

    @Test
    void whatDoesNotFitIntoTheHeapOfAWorkerFailsItsTaskOnly() throws Exception {
        try (ProcessExecutor executor =
                ProcessPoolExecutor.builder().workers(1).maxHeapBytes(64 << 20).build()) {
            long pid = pidOfWorker(executor);
            try (Broadcast<byte[]> large = executor.broadcast(new byte[60 << 20])) {
                assertThatExceptionOfType(ExecutionException.class)
                        .isThrownBy(() -> get(executor.submit(() -> large.value().length)))
                        .havingCause()
                        .isInstanceOf(TaskSerializationException.class)
                        .withMessageContainingAll("Cannot decode the task: Broadcast", "do not fit", "max heap");
            }
            assertThat(pidOfWorker(executor)).isEqualTo(pid);
            assertThat(executor.stats().workerExits()).isZero();
        }
    }

    @Test
    void whereThereIsPlentyOfRoomAWorkerTakesNoMoreThanTheValueIsLarge() throws Exception {
        ProcessExecutor executor = executor("kryo");
        int size = 32 << 20;
        try (Broadcast<byte[]> large = executor.broadcast(new byte[size])) {
            long before = get(executor.submit(() -> allocated()));
            long after = get(executor.submit(() -> large.value().length == size ? allocated() : -1));
            assertThat(after - before).isBetween((long) size, size + (8L << 20));
        }
    }

    private static long allocated() {
        return ((com.sun.management.ThreadMXBean) ManagementFactory.getThreadMXBean()).getCurrentThreadAllocatedBytes();
    }

    @NonSerializableTask
    static final class Marked {
        final Supplier<String> supplier;

        Marked(String text) {
            supplier = () -> text;
        }
    }

    @ParameterizedTest
    @MethodSource("serializers")
    void whatIsMarkedGoesThroughTheClosureSerializer(String serializer) throws Exception {
        ProcessExecutor executor = executor(serializer);
        Supplier<String> lambda = Closures.wrap(() -> "wrapped");
        try (Broadcast<Marked> marked = executor.broadcast(new Marked("marked"));
                Broadcast<Supplier<String>> wrapped = executor.broadcast(lambda)) {
            Marked around = new Marked("around");
            assertThat(get(executor.submit(() -> around.supplier.get()
                            + marked.value().supplier.get()
                            + wrapped.value().get())))
                    .isEqualTo("aroundmarkedwrapped");
        }
    }

    /** The platform's protocol, by a stranger. */
    public static final class Plain implements TaskSerializer {
        @Override
        public void encode(Object value, OutputStream sink) {
            try {
                ObjectOutputStream out = new ObjectOutputStream(sink);
                out.writeObject(value);
                out.flush();
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }

        @Override
        public Object decode(InputStream source) {
            try {
                return new ObjectInputStream(source).readObject();
            } catch (IOException | ClassNotFoundException e) {
                throw new IllegalStateException(e);
            }
        }
    }

    static final class Reading implements ProcessTask<Broadcast<Model>> {
        private static final long serialVersionUID = 1L;
        final Broadcast<Model> model;

        Reading(Broadcast<Model> model) {
            this.model = model;
        }

        @Override
        public Broadcast<Model> call() {
            if (model.value().weights.length != 5) {
                throw new IllegalStateException();
            }
            return model;
        }
    }

    @ParameterizedTest
    @MethodSource("serializers")
    void theTaskMayHaveAnotherSerializerThanTheExecutor(String serializer) throws Exception {
        ProcessExecutor executor = executor(serializer);
        try (Broadcast<Model> model = executor.broadcast(new Model(5))) {
            for (TaskSerializer each : List.of(TaskSerializers.java(), TaskSerializers.closure(), new Plain())) {
                assertThat(get(executor.with(TaskOptions.defaults().serializer(each))
                                .submit(new Reading(model))))
                        .isSameAs(model);
            }
        }
    }

    @Test
    void theExecutorMayHaveASerializerOfTheUsersOwn() throws Exception {
        try (ProcessExecutor executor = ProcessPoolExecutor.builder()
                        .workers(1)
                        .serializer(new Plain())
                        .build();
                Broadcast<Model> model = executor.broadcast(new Model(5))) {
            assertThat(get(executor.submit(new Reading(model)))).isSameAs(model);
        }
    }

    @Test
    void theAllowListOfAnExecutorNeedNotNameIt() throws Exception {
        for (String serializer : serializers()) {
            try (ProcessExecutor executor = ProcessPoolExecutor.builder()
                            .workers(1)
                            .serializer(TaskSerializers.named(serializer))
                            .serialization(
                                    SerializationOptions.defaults().allowedPackages(List.of("io.processexecutor.pool")))
                            .build();
                    Broadcast<Model> model = executor.broadcast(new Model(5));
                    SharedBuffer bytes = executor.share(ByteBuffer.allocate(3))) {
                assertThat(get(executor.submit(() ->
                                model.value().weights.length + bytes.buffer().remaining())))
                        .isEqualTo(8);
                assertThat(get(executor.submit(new Reading(model)))).isSameAs(model);
            }
        }
    }

    @ParameterizedTest
    @MethodSource("serializers")
    void itsClassesMayBeDefinedAtRunTime(String serializer) throws Exception {
        String source = "package run.time; public class Foo implements java.io.Serializable {"
                + " public static Object value() { return new Foo(); }"
                + " @Override public String toString() { return \"foo\"; } }";
        try (ProcessExecutor executor = ProcessPoolExecutor.builder()
                .workers(1)
                .serializer(TaskSerializers.named(serializer))
                .serialization(SerializationOptions.defaults().shipRuntimeClasses(true))
                .build()) {
            Object foo = InMemory.of("run.time.Foo", source).call("run.time.Foo", "value");
            try (Broadcast<Object> value = executor.broadcast(foo)) {
                assertThat(get(executor.submit(() -> value.value().toString()))).isEqualTo("foo");
                assertThat(get(executor.submit(() -> value.value().toString()))).isEqualTo("foo");
            }
        }
    }

    /** Stands for itself, after a hook of its own has run. */
    static final class Link implements Serializable {
        private static final long serialVersionUID = 1L;
        private final Object next;

        Link(Object next) {
            this.next = next;
        }

        private void writeObject(ObjectOutputStream out) throws IOException {
            out.defaultWriteObject();
        }

        Object end() {
            Object end = this;
            while (end instanceof Link link) {
                end = link.next;
            }
            return end;
        }
    }

    @Test
    void itIsNotedHoweverDeepItStands() throws Exception {
        ProcessExecutor executor = executor("kryo");
        Broadcast<Model> model = executor.broadcast(new Model(5));
        Object chain = model;
        for (int i = 0; i < 20_000; i++) {
            chain = new Link(chain);
        }
        Link deep = (Link) chain;
        CompletableFuture<Integer> length =
                executor.submit(() -> ((Broadcast<?>) deep.end()).value() instanceof Model m ? m.weights.length : -1);
        model.close();
        assertThat(get(length)).isEqualTo(5);
        SharedFilesOnDisk.awaitNone();
    }

    @Test
    void whatATaskKeptIsNotThereAnyMoreOnceItIsReleased() throws Exception {
        ProcessExecutor executor = executor("kryo");
        try (Broadcast<Model> model = executor.broadcast(new Model(5))) {
            get(executor.submit(() -> {
                kept = model;
            }));
        }
        assertThat(get(executor.submit(() -> kept.value().weights.length)))
                .as("a task may keep it, as anything else")
                .isEqualTo(5);
        assertThatThrownBy(() -> get(executor.submit(() -> kept)))
                .cause()
                .isInstanceOfSatisfying(
                        TaskSerializationException.class,
                        e -> assertThat(e.phase()).isEqualTo(Phase.DECODE_RESULT))
                .hasMessageContainingAll("Broadcast", "is not there any more");
    }

    @Test
    void nothingIsSharedWithAnExecutorThatIsShutDown() {
        ProcessExecutor executor =
                ProcessPoolExecutor.builder().name("gone").workers(1).build();
        Broadcast<Model> before = executor.broadcast(new Model(5));
        executor.close();
        assertThatExceptionOfType(RejectedExecutionException.class)
                .isThrownBy(() -> executor.broadcast("too late"))
                .withMessageContainingAll("gone", "shut down");
        assertThatExceptionOfType(RejectedExecutionException.class)
                .isThrownBy(() -> executor.share(ByteBuffer.allocate(1)))
                .withMessageContainingAll("gone", "shut down");
        assertThat(before.value().weights).hasSize(5);
        before.close();
    }

    record Named() implements ObjectReplacer {
        @Override
        public boolean replaces(Class<?> type) {
            return type == Thread.class;
        }

        @Override
        public Object replace(Object object) {
            return "a thread";
        }

        @Override
        public Object restore(Object reference) {
            return Thread.currentThread();
        }

        @Override
        public boolean needsPreparedWorker() {
            return true;
        }
    }

    @Test
    void aTaskWaitsForAPreparedWorkerIfWhatItUsesNeedsOne() throws Exception {
        try (ProcessExecutor executor = ProcessPoolExecutor.builder()
                        .workers(1)
                        .serialization(SerializationOptions.defaults().replacer(new Named()))
                        .preparation(() -> DECODED.set(1000))
                        .build();
                Broadcast<List<Object>> value = executor.broadcast(new ArrayList<>(List.of(Thread.currentThread())))) {
            assertThat(get(executor.submit(() -> DECODED.get()))).isZero();
            assertThat(get(executor.submit(() -> value.value().size() + DECODED.get())))
                    .isEqualTo(1001);
        }
    }

    @Test
    void inProcessATaskGetsACopyThatTravelledAndTheCallerItsOwn() throws Exception {
        try (ProcessExecutor executor =
                ProcessPoolExecutor.builder().workers(1).name("here").buildInProcess()) {
            Model own = new Model(5);
            Broadcast<Model> model = executor.broadcast(own);
            int first = get(executor.submit(() -> System.identityHashCode(model.value())));
            assertThat(first).isNotEqualTo(System.identityHashCode(own));
            assertThat(get(executor.submit(() -> System.identityHashCode(model.value()))))
                    .isEqualTo(first);
            assertThat(get(executor.submit(new Reading(model)))).isSameAs(model);
            CompletableFuture<Integer> last = executor.submit(() -> model.value().weights.length);
            model.close();
            assertThat(get(last)).isEqualTo(5);
            assertThatExceptionOfType(TaskSerializationException.class)
                    .isThrownBy(() -> executor.submit(() -> model.value().weights.length))
                    .withMessageContaining("is closed");
            assertThatExceptionOfType(TaskSerializationException.class)
                    .isThrownBy(() -> executor.broadcast(List.of(Thread.currentThread())))
                    .withMessageContaining("value[0]: java.lang.Thread");
            try (SharedBuffer bytes = executor.share(ByteBuffer.wrap(new byte[] {1, 2}))) {
                assertThat(get(executor.submit(() -> bytes.buffer().get(1)))).isEqualTo((byte) 2);
            }
        }
    }
}
