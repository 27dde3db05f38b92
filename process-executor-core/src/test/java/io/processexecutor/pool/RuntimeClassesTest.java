package io.processexecutor.pool;

import static org.assertj.core.api.Assertions.assertThat;

import io.processexecutor.ProcessExecutor;
import io.processexecutor.SerializationOptions;
import io.processexecutor.TaskSerializationException;
import io.processexecutor.TaskSerializer;
import io.processexecutor.WorkerCrashedException;
import io.processexecutor.serialization.InMemory;
import io.processexecutor.serialization.TaskSerializers;
import java.lang.management.ManagementFactory;
import java.lang.module.Configuration;
import java.lang.module.ModuleFinder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import java.util.stream.Stream;
import javax.tools.ToolProvider;
import org.jspecify.annotations.NullUnmarked;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Classes defined at run time, through real workers. */
@NullUnmarked
class RuntimeClassesTest {

    /** Has a namesake that is defined at run time. */
    public static class Shadowed implements Callable<Object> {
        @Override
        public Object call() {
            return "of the class path";
        }
    }

    static Stream<TaskSerializer> serializers() {
        return Stream.of(TaskSerializers.java(), TaskSerializers.kryo(), TaskSerializers.closure());
    }

    static ProcessExecutor shipping(TaskSerializer serializer, int workers) {
        return ProcessPoolExecutor.builder()
                .workers(workers)
                .serializer(serializer)
                .serialization(SerializationOptions.defaults().shipRuntimeClasses(true))
                .build();
    }

    static <T> T get(Future<T> future) throws Exception {
        return future.get(60, TimeUnit.SECONDS);
    }

    static Callable<Object> returning(InMemory memory) throws Exception {
        return memory.call("run.time.Foo", "task");
    }

    static String foo(String answer) {
        return "package run.time; public class Foo { public static java.util.concurrent.Callable<Object> task() {"
                + " return (java.util.concurrent.Callable<Object> & java.io.Serializable) () -> " + answer + "; } }";
    }

    private static final String TASK = """
            package run.time;
            import java.util.*;
            import java.util.concurrent.*;
            public class Task implements Callable<Object>, java.io.Serializable {
                record Pair(String name, Level level) implements java.io.Serializable {}
                enum Level { LOW, HIGH { @Override public String toString() { return "high!"; } } }
                public static class Answer implements java.io.Serializable {
                    public final List<Object> values = new ArrayList<>();
                }
                public static class Trouble extends RuntimeException {
                    public final Level level = Level.LOW;
                    public Trouble() { super("as asked"); }
                }
                interface Named { String name(); }
                public boolean fail;
                private final Pair pair = new Pair("x", Level.HIGH);
                private final Pair[][] pairs = {{pair}};
                private final Class<?> type = Pair[].class;
                private final Named proxy = (Named) java.lang.reflect.Proxy.newProxyInstance(
                        Task.class.getClassLoader(), new Class<?>[] {Named.class}, new Handler());
                static class Handler implements java.lang.reflect.InvocationHandler, java.io.Serializable {
                    public Object invoke(Object proxy, java.lang.reflect.Method method, Object[] arguments) {
                        return method.getName();
                    }
                }
                public Object call() {
                    if (fail) { throw new Trouble(); }
                    Answer answer = new Answer();
                    Callable<String> lambda = () -> pair.name() + pair.level();
                    try {
                        answer.values.add(lambda.call());
                        answer.values.add(pair);
                        answer.values.add(new Object() { public String toString() { return "anonymous"; } }.toString());
                        answer.values.add(pairs[0][0] == pair && type == Pair[].class);
                        answer.values.add(proxy.name());
                        answer.values.add(Class.forName("run.time.Task", true,
                                Thread.currentThread().getContextClassLoader()) == Task.class);
                        answer.values.add(new Object() {}.getClass().getEnclosingMethod().getName());
                    } catch (Exception e) {
                        throw new IllegalStateException(e);
                    }
                    return answer;
                }
            }
            """;

    @ParameterizedTest
    @MethodSource("serializers")
    void aTaskOfAClassCompiledInMemoryRunsAndItsResultIsOfTheVeryClass(TaskSerializer serializer) throws Exception {
        InMemory memory = InMemory.of("run.time.Task", TASK);
        try (ProcessExecutor executor = shipping(serializer, 1)) {
            for (int i = 0; i < 3; i++) {
                Callable<Object> task = memory.<Callable<Object>>made("run.time.Task");
                Object answer = get(executor.submit(task));
                assertThat(answer.getClass()).isSameAs(memory.loadClass("run.time.Task$Answer"));
                assertThat(answer.getClass().getField("values").get(answer))
                        .hasToString("[xhigh!, Pair[name=x, level=high!], anonymous, true, name, true, call]");
            }
        }
    }

    @Test
    void aClassThatIsLargerThanTheWorkersHeapFailsItsTaskAndNotTheWorker() throws Exception {
        StringBuilder source = new StringBuilder("package run.time; public class Large implements"
                + " java.util.concurrent.Callable<Object>, java.io.Serializable { public Object call() { return 1; }");
        for (int i = 0; i < 400; i++) {
            source.append("static final String S").append(i).append(" = \"").append(i);
            source.append("x".repeat(65_000)).append("\";\n");
        }
        InMemory memory = InMemory.of("run.time.Large", source.append('}').toString());
        assertThat(memory.bytes("run.time.Large").length).isGreaterThan(24 << 20);
        try (ProcessExecutor executor = ProcessPoolExecutor.builder()
                .workers(1)
                .maxHeapBytes(24 << 20)
                .serialization(SerializationOptions.defaults().shipRuntimeClasses(true))
                .build()) {
            long pid = get(executor.submit(() -> ProcessHandle.current().pid()));
            Future<Object> tooLarge = executor.submit(memory.<Callable<Object>>made("run.time.Large"));
            assertThat(tooLarge)
                    .failsWithin(Duration.ofSeconds(60))
                    .withThrowableThat()
                    .withCauseInstanceOf(TaskSerializationException.class)
                    .withMessageContaining("of the classes that it needs do not fit into the worker's heap");
            assertThat(get(executor.submit(() -> ProcessHandle.current().pid())))
                    .isEqualTo(pid);
        }
    }

    @ParameterizedTest
    @MethodSource("serializers")
    void whatItThrowsArrivesAsItself(TaskSerializer serializer) throws Exception {
        InMemory memory = InMemory.of("run.time.Task", TASK);
        Callable<Object> task = memory.made("run.time.Task");
        task.getClass().getField("fail").set(task, true);
        try (ProcessExecutor executor = shipping(serializer, 1)) {
            assertThat(executor.submit(task))
                    .failsWithin(java.time.Duration.ofSeconds(60))
                    .withThrowableOfType(ExecutionException.class)
                    .havingCause()
                    .satisfies(
                            thrown -> assertThat(thrown.getClass()).isSameAs(memory.loadClass("run.time.Task$Trouble")))
                    .withMessage("as asked")
                    .extracting("level")
                    .hasToString("LOW");
        }
    }

    @ParameterizedTest
    @MethodSource("serializers")
    void ofTwoClassesOfOneNameEachRunsItsOwnBody(TaskSerializer serializer) throws Exception {
        InMemory one = InMemory.of("run.time.Foo", foo("\"one\""));
        InMemory two = InMemory.of("run.time.Foo", foo("\"two\""));
        try (ProcessExecutor executor = shipping(serializer, 1)) {
            assertThat(get(executor.submit(returning(one)))).isEqualTo("one");
            assertThat(get(executor.submit(returning(two)))).isEqualTo("two");
            assertThat(get(executor.submit(returning(one)))).isEqualTo("one");
        }
    }

    @Test
    void aClassThatHasANamesakeOnTheClassPathRunsItsOwnBody() throws Exception {
        InMemory memory = InMemory.of("io.processexecutor.pool.RuntimeClassesTest", """
                package io.processexecutor.pool;
                public class RuntimeClassesTest {
                    public static class Shadowed implements java.util.concurrent.Callable<Object> {
                        private final int other = 1;
                        public Object call() { return "of run time" + other; }
                    }
                }
                """);
        Callable<Object> task = memory.made(Shadowed.class.getName());
        try (ProcessExecutor executor = shipping(TaskSerializers.kryo(), 1)) {
            assertThat(get(executor.submit(task))).isEqualTo("of run time1");
            assertThat(get(executor.submit(new Shadowed()))).isEqualTo("of the class path");
        }
    }

    @Test
    void lambdasOfOneFactoryKeepWhatEachCaptured() throws Exception {
        InMemory memory = InMemory.of("run.time.Factory", """
                package run.time;
                public class Factory {
                    public static java.util.concurrent.Callable<Object> adding(int x) { return () -> x + 1; }
                }
                """);
        try (ProcessExecutor executor = shipping(TaskSerializers.closure(), 1)) {
            Callable<Object> five = memory.call("run.time.Factory", "adding", 4);
            Callable<Object> six = memory.call("run.time.Factory", "adding", 5);
            assertThat(get(executor.submit(five))).isEqualTo(5);
            assertThat(get(executor.submit(six))).isEqualTo(6);
            Callable<Supplier<Object>> data = () -> () -> "plain";
            assertThat(get(executor.submit(data)).get()).isEqualTo("plain");
            Callable<Callable<Object>> back = () -> five;
            assertThat(get(executor.submit(back)).call()).isEqualTo(5);
        }
    }

    @Test
    void aClassThatWasRedefinedRunsItsNewBodyInALiveWorker() throws Exception {
        InMemory memory = InMemory.of("run.time.Foo", foo("\"old\""));
        byte[] newer = InMemory.compiled("run.time.Foo", foo("\"new\"")).get("run.time.Foo");
        try (ProcessExecutor executor = shipping(TaskSerializers.closure(), 1)) {
            Callable<Object> before = returning(memory);
            assertThat(get(executor.submit(before))).isEqualTo("old");
            Redefinition.of(memory.loadClass("run.time.Foo"), newer);
            assertThat(before.call()).isEqualTo("new");
            assertThat(get(executor.submit(returning(memory)))).isEqualTo("new");
            assertThat(get(executor.submit(before))).isEqualTo("new");
            Redefinition.of(
                    memory.loadClass("run.time.Foo"),
                    InMemory.compiled("run.time.Foo", foo("\"newest\"")).get("run.time.Foo"));
            assertThat(get(executor.submit(before))).isEqualTo("newest");
        }
    }

    @Test
    void s103AThousandLoadersLeaveNothingBehindInTheWorker() throws Exception {
        InMemory memory = InMemory.of("run.time.Foo", foo("new Object() { int x = 42; }.x"));
        Callable<Integer> loadedClasses = () -> {
            System.gc();
            return ManagementFactory.getClassLoadingMXBean().getLoadedClassCount();
        };
        try (ProcessExecutor executor = shipping(TaskSerializers.closure(), 1)) {
            assertThat(get(executor.submit(returning(memory)))).isEqualTo(42);
            int first = get(executor.submit(loadedClasses));
            for (int i = 0; i < 1000; i++) {
                assertThat(get(executor.submit(returning(memory.again())))).isEqualTo(42);
            }
            assertThat(get(executor.submit(loadedClasses)) - first).isLessThan(200);
        }
    }

    @Test
    void tasksOfOneLoaderRunOnTwoWorkersAndOnOneThatReplacesThem() throws Exception {
        InMemory memory = InMemory.of("run.time.Foo", foo("ProcessHandle.current().pid()"));
        try (ProcessExecutor executor = shipping(TaskSerializers.kryo(), 2)) {
            List<Future<Object>> all = new ArrayList<>();
            for (int i = 0; i < 20; i++) {
                all.add(executor.submit(returning(memory)));
            }
            for (Future<Object> each : all) {
                assertThat((long) get(each))
                        .isNotEqualTo(ProcessHandle.current().pid());
            }
            for (int i = 0; i < 2; i++) {
                assertThat(executor.submit(() -> Runtime.getRuntime().halt(3)))
                        .failsWithin(java.time.Duration.ofSeconds(60))
                        .withThrowableThat()
                        .withCauseInstanceOf(WorkerCrashedException.class);
                assertThat((long) get(executor.submit(returning(memory)))).isPositive();
            }
        }
    }

    @Test
    void tasksThatAreStoppedWhileTheirClassesAreOnTheWayLeaveTheExecutorWhole() throws Exception {
        InMemory memory = InMemory.of("run.time.Foo", foo("\"done\""));
        try (ProcessExecutor executor = shipping(TaskSerializers.kryo(), 2)) {
            for (int i = 0; i < 60; i++) {
                var future = executor.submit(returning(memory.again()));
                if (i % 3 == 0) {
                    assertThat(get(executor.submit(returning(memory.again())))).isEqualTo("done");
                }
                future.cancel(true);
                assertThat(future.isDone()).isTrue();
            }
            for (int i = 0; i < 6; i++) {
                var future = executor.submit(returning(memory.again()));
                ProcessHandle.current().children().forEach(ProcessHandle::destroyForcibly);
                assertThat(future.handle((value, failure) -> "over")).succeedsWithin(java.time.Duration.ofSeconds(60));
            }
            assertThat(get(executor.submit(returning(memory)))).isEqualTo("done");
        }
    }

    @Test
    void aClassThatTheWorkerDefinedItselfIsRefusedByNameInTheResult() {
        Callable<Object> task = () -> InMemory.of("run.time.Foo", "package run.time; public class Foo {}")
                .make("run.time.Foo");
        try (ProcessExecutor executor = shipping(TaskSerializers.kryo(), 1)) {
            assertThat(executor.submit(task))
                    .failsWithin(java.time.Duration.ofSeconds(60))
                    .withThrowableOfType(ExecutionException.class)
                    .havingCause()
                    .isInstanceOf(TaskSerializationException.class)
                    .withMessageContaining("Cannot encode the result: ")
                    .withMessageContaining("run.time.Foo was defined at run time in the worker");
        }
    }

    @Test
    void aClassOfAModuleLayerMadeAtRunTimeTravels(@TempDir Path folder) throws Exception {
        Path sources = Files.createDirectories(folder.resolve("src/in/layer"));
        Files.writeString(folder.resolve("src/module-info.java"), "module in.layer { exports in.layer; }");
        Files.writeString(sources.resolve("Task.java"), """
                package in.layer;
                public class Task implements java.util.concurrent.Callable<Object> {
                    public Object call() { java.util.function.Supplier<Object> s = () -> "layered"; return s.get(); }
                }
                """);
        Path classes = folder.resolve("classes");
        assertThat(ToolProvider.getSystemJavaCompiler()
                        .run(
                                null,
                                null,
                                null,
                                "-d",
                                classes.toString(),
                                folder.resolve("src/module-info.java").toString(),
                                sources.resolve("Task.java").toString()))
                .isZero();
        ModuleLayer boot = ModuleLayer.boot();
        Configuration found =
                boot.configuration().resolve(ModuleFinder.of(classes), ModuleFinder.of(), Set.of("in.layer"));
        ClassLoader loader = boot.defineModulesWithOneLoader(found, RuntimeClassesTest.class.getClassLoader())
                .findLoader("in.layer");
        @SuppressWarnings("unchecked")
        Callable<Object> task = (Callable<Object>)
                loader.loadClass("in.layer.Task").getConstructor().newInstance();
        try (ProcessExecutor executor = shipping(TaskSerializers.kryo(), 1)) {
            assertThat(get(executor.submit(task))).isEqualTo("layered");
        }
    }
}
