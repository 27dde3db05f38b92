package io.processexecutor.pool;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.catchThrowable;
import static org.awaitility.Awaitility.await;

import io.processexecutor.Closures;
import io.processexecutor.NonSerializableTask;
import io.processexecutor.ProcessExecutor;
import io.processexecutor.ProcessExecutorListener;
import io.processexecutor.ProcessExecutorStats;
import io.processexecutor.TaskOptions;
import io.processexecutor.TaskSerializationException;
import io.processexecutor.TaskSerializationException.Phase;
import io.processexecutor.TaskSerializer;
import io.processexecutor.WorkerExit;
import io.processexecutor.event.Serialization;
import io.processexecutor.event.TaskCompleted;
import io.processexecutor.serialization.Compiled;
import io.processexecutor.serialization.TaskSerializers;
import java.io.IOException;
import java.io.NotSerializableException;
import java.io.ObjectOutputStream;
import java.io.Serializable;
import java.net.URLClassLoader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import java.util.function.IntUnaryOperator;
import java.util.function.Supplier;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What may happen to a task on its way to a worker, in the order of the catalogue that the names refer to. */
@Timeout(180)
class SerializationScenariosTest extends OneWorkerEach {

    private static final Duration BOUND = Duration.ofSeconds(30);

    @BeforeAll
    static void build() {
        build(List.of());
    }

    static final class Customer implements Serializable {
        private static final long serialVersionUID = 1L;

        private void writeObject(ObjectOutputStream out) throws IOException {
            throw new NotSerializableException(Customer.class.getName());
        }
    }

    static final class Order implements Serializable {
        private static final long serialVersionUID = 1L;
        final List<Object> lines = new ArrayList<>(List.of(1, new Customer()));
    }

    @ParameterizedTest
    @MethodSource("serializers")
    void a01AnArgumentThatRefusesToBeWrittenFailsTheSubmitAndIsNamed(String serializer) throws Exception {
        Order order = new Order();
        assertThat(failureOf(serializer, () -> order.hashCode()))
                .isInstanceOfSatisfying(TaskSerializationException.class, e -> {
                    assertThat(e.phase()).isEqualTo(Phase.ENCODE_TASK);
                    assertThat(e.culprit()).hasValue(Customer.class.getName());
                    if (!serializer.equals("java")) {
                        assertThat(e.path()).hasValue("task.captured[0].lines[1]");
                    }
                })
                .hasCauseInstanceOf(NotSerializableException.class);
    }

    static final class Overflowing implements Serializable {
        private static final long serialVersionUID = 1L;

        @SuppressWarnings("InfiniteRecursion")
        private void writeObject(ObjectOutputStream out) {
            writeObject(out);
        }
    }

    @ParameterizedTest
    @MethodSource("serializers")
    void a02AnErrorInAHookOfAnArgumentStopsNoThreadOfTheExecutor(String serializer) throws Exception {
        Overflowing overflowing = new Overflowing();
        ProcessExecutor executor = executor(serializer);
        CompletableFuture<Long> before =
                executor.submit(() -> ProcessHandle.current().pid());
        Thread[] callers = new Thread[4];
        Queue<Throwable> failures = new ConcurrentLinkedQueue<>();
        for (int i = 0; i < callers.length; i++) {
            callers[i] =
                    new Thread(() -> failures.add(catchThrowable(() -> executor.submit(() -> overflowing.hashCode()))));
            callers[i].start();
        }
        for (Thread caller : callers) {
            caller.join();
        }
        assertThat(failures)
                .hasSize(callers.length)
                .allSatisfy(e -> assertThat(e)
                        .isInstanceOf(TaskSerializationException.class)
                        .hasCauseInstanceOf(StackOverflowError.class));
        assertThat(pidOfWorker(executor)).isEqualTo(before.get(30, TimeUnit.SECONDS));
    }

    @Test
    void a03ClosingAfterAFailedArgumentIsPromptHoweverOften() throws Exception {
        Customer customer = new Customer();
        for (int i = 0; i < 20; i++) {
            ProcessPoolExecutor executor = oneWorker().build();
            try (executor) {
                // Every fifth has a worker that must go, too.
                if (i % 5 == 0) {
                    pidOfWorker(executor);
                }
                assertThatExceptionOfType(TaskSerializationException.class)
                        .isThrownBy(() -> executor.submit(() -> customer.hashCode()));
            }
            assertThat(executor.isTerminated()).isTrue();
        }
    }

    @Test
    void a04ArgumentsThatCannotBeWrittenTakeNoPlaceInTheQueue() {
        Customer customer = new Customer();
        try (ProcessExecutor executor = oneWorker().queueCapacity(100).build()) {
            for (int i = 0; i < 100; i++) {
                assertThatExceptionOfType(TaskSerializationException.class)
                        .isThrownBy(() -> executor.submit(() -> customer.hashCode()));
            }
            List<CompletableFuture<Integer>> good = IntStream.range(0, 100)
                    .mapToObj(i -> executor.submit(() -> i))
                    .toList();
            for (int i = 0; i < 100; i++) {
                assertThat(good.get(i)).succeedsWithin(BOUND).isEqualTo(i);
            }
        }
    }

    /** An argument whose writing waits until the test lets it go on. */
    static final class Gated implements Serializable {
        private static final long serialVersionUID = 1L;
        private static CountDownLatch reached = new CountDownLatch(1);
        private static CountDownLatch open = new CountDownLatch(1);

        final int answer = 42;
        private final boolean fails;

        Gated(boolean fails) {
            this.fails = fails;
            reached = new CountDownLatch(1);
            open = new CountDownLatch(1);
        }

        private void writeObject(ObjectOutputStream out) throws IOException {
            reached.countDown();
            try {
                open.await();
            } catch (InterruptedException e) {
                throw new IOException(e);
            }
            if (fails) {
                throw new NotSerializableException("only now");
            }
            out.defaultWriteObject();
        }
    }

    @Test
    void a05AnArgumentThatFailsAfterShutdownFailsItsSubmitAndTheExecutorEnds() throws Exception {
        assertEndsThough(new Gated(true), TaskSerializationException.class);
    }

    @Test
    void a06WorkersThatRetireWhileAnArgumentIsWrittenLoseNoTask() throws Exception {
        try (ProcessExecutor executor =
                oneWorker().idleTimeout(Duration.ofMillis(1)).build()) {
            for (int i = 0; i < 3; i++) {
                pidOfWorker(executor);
                Gated gated = new Gated(false);
                CompletableFuture<Integer> slow = CompletableFuture.supplyAsync(
                                () -> executor.submit(() -> gated.answer))
                        .thenCompose(Function.identity());
                Gated.reached.await();
                await().atMost(BOUND).until(() -> hasNoWorker(executor.stats()));
                Gated.open.countDown();
                assertThat(slow).succeedsWithin(BOUND).isEqualTo(42);
            }
            assertThat(executor.stats().exits()).containsOnlyKeys(WorkerExit.Reason.IDLE);
        }
    }

    private static boolean hasNoWorker(ProcessExecutorStats stats) {
        return stats.workerExits() == stats.workerStarts();
    }

    @Test
    void a07AnArgumentThatIsStillWrittenAtShutdownIsRejectedAndTheExecutorEnds() throws Exception {
        assertEndsThough(new Gated(false), RejectedExecutionException.class);
    }

    private static void assertEndsThough(Gated gated, Class<? extends Throwable> outcome) throws Exception {
        ProcessPoolExecutor executor =
                oneWorker().name("ends-" + outcome.getSimpleName()).build();
        try (executor) {
            pidOfWorker(executor);
            CompletableFuture<Object> submit = CompletableFuture.supplyAsync(() -> executor.submit(() -> gated.answer));
            Gated.reached.await();
            executor.shutdown();
            Gated.open.countDown();
            assertThat(submit).failsWithin(BOUND).withThrowableThat().withCauseInstanceOf(outcome);
            assertThat(executor.awaitTermination(30, TimeUnit.SECONDS)).isTrue();
        }
        await().atMost(BOUND)
                .until(() -> Thread.getAllStackTraces().keySet().stream()
                        .noneMatch(thread -> thread.getName().contains("ends-")));
    }

    @ParameterizedTest
    @MethodSource("serializers")
    void a08WhatIsChangedAfterSubmitWhileTheTaskIsQueuedIsNotSeen(String serializer, @TempDir Path directory)
            throws Exception {
        ProcessExecutor executor = executor(serializer);
        String gate = directory.resolve("gate").toString();
        CompletableFuture<?> blocker = executor.submit(() -> {
            while (!Files.exists(Path.of(gate))) {
                Thread.sleep(10);
            }
            return null;
        });
        int[] captured = {1};
        List<Integer> list = new ArrayList<>(List.of(1));
        CompletableFuture<Integer> queued = executor.submit(() -> captured[0] + list.size());
        captured[0] = 42;
        list.add(2);
        Files.createFile(Path.of(gate));
        assertThat(blocker).succeedsWithin(BOUND);
        assertThat(queued).succeedsWithin(BOUND).isEqualTo(2);
    }

    record Written(int value) implements Callable<Integer> {
        @Override
        public Integer call() {
            return value;
        }
    }

    enum Constant implements Callable<Integer> {
        WITH_BODY {
            @Override
            public Integer call() {
                return 42;
            }
        }
    }

    static class Box {
        int value = 42;

        int value() {
            return value;
        }

        class Inner implements Callable<Integer> {
            @Override
            public Integer call() {
                return value;
            }
        }
    }

    private static int fortyTwo() {
        return 42;
    }

    /** Everything that is code, all of which answers 42. */
    private static Map<String, Callable<Integer>> everythingThatIsCode() {
        int number = Integer.parseInt("42");
        Supplier<Box> constructor = Box::new;
        Function<Box, Integer> unbound = Box::value;
        IntUnaryOperator[] recursion = new IntUnaryOperator[1];
        recursion[0] = n -> n == 0 ? 0 : 2 + recursion[0].applyAsInt(n - 1);
        Supplier<Supplier<Integer>> nested = () -> () -> number;
        class Local implements Callable<Integer> {
            @Override
            public Integer call() {
                return number;
            }
        }
        Map<String, Callable<Integer>> all = new LinkedHashMap<>();
        all.put("lambda", () -> 42);
        all.put("capturing lambda", () -> number);
        all.put("static reference", SerializationScenariosTest::fortyTwo);
        all.put("bound reference", new Box()::value);
        all.put("unbound reference", () -> unbound.apply(new Box()));
        all.put("constructor reference", () -> constructor.get().value);
        all.put("anonymous class", new Callable<>() {
            @Override
            public Integer call() {
                return number;
            }
        });
        all.put("local class", new Local());
        all.put("inner class", new Box().new Inner());
        all.put("recursive lambda", () -> recursion[0].applyAsInt(21));
        all.put("record", new Written(42));
        all.put("constant with a body", Constant.WITH_BODY);
        all.put("lambda in a lambda", () -> nested.get().get());
        all.put("lambda of two types", (Callable<Integer> & Serializable) () -> number);
        return all;
    }

    @ParameterizedTest
    @ValueSource(strings = {"kryo", "closure"})
    void a09WhateverIsCodeRunsInTheWorker(String serializer) {
        Map<String, Object> answers = new LinkedHashMap<>();
        everythingThatIsCode().forEach((name, task) -> {
            // Kryo takes no closure out of an array, which is data.
            if (!(serializer.equals("kryo") && name.equals("recursive lambda"))) {
                answers.put(
                        name,
                        executor(serializer)
                                .submit(task)
                                .orTimeout(30, TimeUnit.SECONDS)
                                .join());
            }
        });
        assertThat(answers)
                .hasSizeGreaterThan(12)
                .allSatisfy((name, answer) -> assertThat(answer).isEqualTo(42));
    }

    @Test
    void a10UnderJavaALambdaThatIsNotSerializableIsRefusedAtSubmit() throws Exception {
        Supplier<Integer> plain = () -> 42;
        assertThat(failureOf("java", () -> plain.get()))
                .isInstanceOfSatisfying(TaskSerializationException.class, e -> {
                    assertThat(e.phase()).isEqualTo(Phase.ENCODE_TASK);
                    assertThat(e.path()).hasValue("task.captured[0]");
                })
                .hasCauseInstanceOf(NotSerializableException.class)
                .hasMessageContaining("is not Serializable, which the serializer java demands");
    }

    @ParameterizedTest
    @MethodSource("serializers")
    void a10AClassThatTheWorkerCannotSeeFailsThatTaskOnly(String serializer, @TempDir Path directory) throws Exception {
        String source = "public class Unseen implements java.io.Serializable {}";
        Compiled compiled = Compiled.of(Compiled.javac(), 17, directory, "Unseen", source);
        try (URLClassLoader loader = compiled.loader()) {
            Object unseen = loader.loadClass("Unseen").getConstructor().newInstance();
            assertThat(failureOf(serializer, () -> unseen.hashCode()))
                    .isInstanceOfSatisfying(TaskSerializationException.class, e -> {
                        assertThat(e.phase()).isEqualTo(Phase.DECODE_TASK);
                        assertThat(e.culprit()).hasValue("Unseen");
                    })
                    .hasCauseInstanceOf(ClassNotFoundException.class)
                    .hasMessageContaining("Unseen is not on the class path of this JVM");
        }
    }

    private static Callable<Integer> adder(int base) {
        int[] state = {base};
        return (Callable<Integer> & Serializable) () -> state[0] + 1;
    }

    @ParameterizedTest
    @MethodSource("serializers")
    void a12ClosuresOfOneFactoryKeepTheirOwnState(String serializer) {
        CompletableFuture<Integer> five = executor(serializer).submit(adder(4));
        CompletableFuture<Integer> six = executor(serializer).submit(adder(5));
        assertThat(five).succeedsWithin(BOUND).isEqualTo(5);
        assertThat(six).succeedsWithin(BOUND).isEqualTo(6);
    }

    @Test
    void a14ASerializerThatThereIsNotIsNamedWithThoseThereAre() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> TaskSerializers.named("no_module"))
                .withMessageContaining("\"no_module\"")
                .withMessageContaining("java, kryo and closure");
    }

    @Test
    void a15EachTaskOfOneExecutorTravelsBothWaysThroughTheSerializerItAskedFor() {
        Queue<TaskCompleted> events = new ConcurrentLinkedQueue<>();
        ProcessExecutorListener recorder = new ProcessExecutorListener() {
            @Override
            public void onTaskCompleted(TaskCompleted event) {
                events.add(event);
            }
        };
        List<String> asked = List.of("java", "closure", "kryo", "java");
        try (ProcessExecutor executor = oneWorker().listener(recorder).build()) {
            for (String name : asked) {
                assertThat(executor.with(TaskOptions.defaults().serializer(TaskSerializers.named(name)))
                                .submit(() -> name))
                        .succeedsWithin(BOUND)
                        .isEqualTo(name);
            }
            assertThat(executor.with(TaskOptions.defaults().serializer(new Shouting()))
                            .submit(() -> "quiet"))
                    .succeedsWithin(BOUND)
                    .isEqualTo("quiet!");
            await().atMost(BOUND).until(() -> events.size() == asked.size() + 1);
        }
        // Who tells of one may be overtaken by who tells of the next.
        assertThat(events.stream()
                        .sorted(Comparator.comparingLong(TaskCompleted::taskId))
                        .limit(asked.size())
                        .map(SerializationScenariosTest::serializersOf))
                .containsExactlyElementsOf(asked.stream()
                        .map(name -> List.of(name, name, name, name))
                        .toList());
    }

    private static List<String> serializersOf(TaskCompleted event) {
        return event.serializations().stream().map(Serialization::serializer).toList();
    }

    /** A serializer of a user's own. */
    public static final class Shouting implements TaskSerializer {

        @Override
        public void encode(Object value, java.io.OutputStream sink) {
            TaskSerializers.closure().encode(value instanceof String text ? text + "!" : value, sink);
        }

        @Override
        public Object decode(java.io.InputStream source) {
            return TaskSerializers.closure().decode(source);
        }
    }

    @ParameterizedTest
    @MethodSource("serializers")
    void a16AnExecutorAndItsFuturesAreRefusedByName(String serializer) throws Exception {
        ProcessExecutor executor = executor(serializer);
        CompletableFuture<Integer> future = executor.submit(() -> 42);
        Map<String, Object> captured = new LinkedHashMap<>(Map.of("executor", executor));
        assertThat(failureOf(serializer, () -> captured.size()))
                .isInstanceOfSatisfying(TaskSerializationException.class, e -> {
                    assertThat(e.path()).hasValue("task.captured[0][\"executor\"]");
                    assertThat(e.culprit()).hasValue(ProcessPoolExecutor.class.getName());
                });
        assertThat(failureOf(serializer, () -> future.isDone()))
                .isInstanceOfSatisfying(
                        TaskSerializationException.class,
                        e -> assertThat(e.path()).hasValue("task.captured[0]"));
    }

    @Test
    void a17AnArgumentThatIsTooLargeFailsItsSubmitAndTheParentGoesOn() throws Exception {
        try (ParentJvm parent = ParentJvm.start(ParentJvm.withoutRoomForFiles(
                ParentJvm.command(ParentJvm.Greedy.class, List.of("-Xmx450m", "-Xmn32m"))))) {
            for (String serializer : List.of("java", "kryo", "closure")) {
                for (String argument : List.of("300 MB", "2.2 GB")) {
                    assertThat(parent.says())
                            .as(serializer + ", " + argument)
                            .startsWith("encode the task: ")
                            .contains("does not fit");
                    assertThat(parent.says()).isEqualTo("42");
                }
            }
        }
    }

    @NonSerializableTask
    static class Marked {
        String state = "made";
        final Supplier<String> callback = () -> state;
    }

    @ParameterizedTest
    @ValueSource(strings = {"java", "kryo"})
    void aMarkedObjectKeepsItsTypeAndArrivesAsItWasAtSubmit(String serializer) {
        Marked annotated = new Marked();
        Box wrapped = Closures.wrap(new Box());
        List<Object> data = new ArrayList<>(List.of(annotated, wrapped));
        annotated.state = "written before submit";
        wrapped.value = 7;
        CompletableFuture<String> seen = executor(serializer).submit(() -> {
            Marked marked = (Marked) data.get(0);
            String words = marked.callback.get()
                    + ((Box) data.get(1)).value
                    + data.get(1).getClass().getSimpleName();
            marked.state = "written in the worker";
            return words;
        });
        annotated.state = "written after submit";
        assertThat(seen).succeedsWithin(BOUND).isEqualTo("written before submit7Box");
        assertThat(annotated.state).isEqualTo("written after submit");
        assertThat(data.get(1)).isSameAs(wrapped);
    }

    private static ProcessPoolExecutor.Builder oneWorker() {
        return ProcessPoolExecutor.builder().name("scenarios").workers(1);
    }
}
