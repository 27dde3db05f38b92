package io.processexecutor.serialization;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import groovy.lang.Reference;
import io.processexecutor.Closures;
import io.processexecutor.NonSerializableTask;
import io.processexecutor.TaskSerializationException;
import io.processexecutor.TaskSerializer;
import java.io.IOException;
import java.io.NotSerializableException;
import java.io.ObjectOutputStream;
import java.io.Serializable;
import java.lang.reflect.InvocationHandler;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.net.URLClassLoader;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.DelayQueue;
import java.util.function.Function;
import java.util.function.IntUnaryOperator;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import javax.script.SimpleBindings;
import org.jspecify.annotations.NullUnmarked;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

/** Lambdas, where they may stand, and what is said where they may not. */
@NullUnmarked
class ClosureTravelTests {

    static Stream<TaskSerializer> engines() {
        return Stream.of(TaskSerializers.kryo(), TaskSerializers.closure());
    }

    static class Item {
        String name = "item";
        Supplier<String> callback = () -> "called";
        List<Item> items = new ArrayList<>();
    }

    @NonSerializableTask
    static class Marked extends Item {}

    static class Service {
        final Thread thread = new Thread("worker-1");
        final int factor = Integer.parseInt("3");

        Callable<Integer> task() {
            return () -> factor * 2;
        }

        Callable<Object> ownThread() {
            return () -> thread;
        }

        Callable<Object> anonymous() {
            return new Callable<>() {
                @Override
                public Object call() {
                    return factor;
                }
            };
        }
    }

    static <T> T copy(TaskSerializer serializer, T value) {
        return SerializerBehaviourTests.copy(serializer, value);
    }

    @ParameterizedTest
    @MethodSource("engines")
    void aTaskThatIsALambdaTravelsWithWhatItCaptures(TaskSerializer serializer) throws Exception {
        int i = 1;
        long l = 2;
        double d = 0.5;
        boolean flag = true;
        String text = "t";
        List<Integer> list = new ArrayList<>(List.of(1, 2));
        Callable<String> task = () -> i + l + d + text + flag + list;
        assertThat(copy(serializer, task).call()).isEqualTo("3.5ttrue[1, 2]");
        assertThat(copy(serializer, task)).isNotSameAs(task);
    }

    @ParameterizedTest
    @MethodSource("engines")
    void lambdasThatItCapturesDirectlyTravelToo(TaskSerializer serializer) throws Exception {
        Function<Integer, Integer> twice = x -> x * 2;
        Function<Integer, Integer> both = twice.andThen(x -> x + 1);
        Callable<Integer> task = () -> both.apply(4);
        assertThat(copy(serializer, task).call()).isEqualTo(9);
        Supplier<String> reference = "abc"::trim;
        assertThat(copy(serializer, reference).get()).isEqualTo("abc");
        Callable<Integer> anonymous = new Callable<>() {
            @Override
            public Integer call() {
                return twice.apply(4);
            }
        };
        assertThat(copy(serializer, anonymous).call()).isEqualTo(8);
    }

    @Test
    void lambdasInsideDataTravelInClosureMode() {
        Item item = new Item();
        item.items.add(new Item());
        Map<String, Item> map =
                new TreeMap<>(Comparator.comparing(String::length).thenComparing(s -> s));
        map.put("k", item);
        Map<String, Item> copy = copy(TaskSerializers.closure(), map);
        assertThat(copy.get("k").items.get(0).callback.get()).isEqualTo("called");
        assertThat(copy.containsKey("none")).isFalse();
        assertThat(copy(TaskSerializers.closure(), Collectors.groupingBy((String s) -> s.length())))
                .matches(grouping -> Stream.of("a", "bb").collect(grouping).size() == 2);
    }

    @Test
    void aLambdaStaysOneObjectAndMayReferToItself() {
        IntUnaryOperator[] holder = new IntUnaryOperator[1];
        holder[0] = n -> n < 2 ? 1 : n * holder[0].applyAsInt(n - 1);
        IntUnaryOperator factorial = copy(TaskSerializers.closure(), holder[0]);
        assertThat(factorial.applyAsInt(5)).isEqualTo(120);
        List<IntUnaryOperator> twice = copy(TaskSerializers.closure(), new ArrayList<>(List.of(holder[0], holder[0])));
        assertThat(twice.get(0)).isSameAs(twice.get(1));
    }

    @Test
    void kryoRefusesALambdaInsideDataAndSaysWhereAndWhatToDo() {
        Item root = new Item();
        root.callback = null;
        root.items.add(new Item());
        Callable<Object> task = () -> root;
        assertThatExceptionOfType(TaskSerializationException.class)
                .isThrownBy(() -> TaskSerializers.kryo().toBytes(task))
                .satisfies(refusal -> {
                    assertThat(refusal.path()).hasValue("task.captured[0].items[0].callback");
                    assertThat(refusal)
                            .hasMessageContaining("Cannot encode the task: task.captured[0].items[0].callback: ")
                            .hasMessageContaining(
                                    "the lambda at " + Item.class.getName() + ".<init>(ClosureTravelTests.java:")
                            .hasMessageContaining("mark " + Item.class.getName() + " with @NonSerializableTask")
                            .hasMessageContaining("Closures.wrap")
                            .hasMessageContaining("process-executor.serializer=closure")
                            .hasMessageContaining("transient")
                            .hasMessageContaining("local variable");
                });
    }

    interface Step extends Supplier<String> {}

    @Test
    void kryoTellsToMarkNoArrayOfLambdas() {
        Item item = new Item();
        item.callback = null;
        Step[] steps = {() -> "step"};
        assertThatExceptionOfType(TaskSerializationException.class)
                .isThrownBy(() -> TaskSerializers.kryo().toBytes(List.of(item, List.of(steps, "x"))))
                .withMessageContaining(
                        "Ways out: mark the object with Closures.wrap(object); use the serializer closure");
        Steps holder = new Steps(steps);
        assertThatExceptionOfType(TaskSerializationException.class)
                .isThrownBy(() -> TaskSerializers.kryo().toBytes(holder))
                .withMessageContaining("mark " + Steps.class.getName() + " with @NonSerializableTask");
    }

    record Steps(Step[] steps) {}

    @Test
    void nobodyIsToldToEditAClassThatCameInAJarOrIsAProxy() {
        Step step = () -> "step";
        Reference<Object> library = new Reference<>(step);
        Comparator<?> proxy = (Comparator<?>) Proxy.newProxyInstance(
                getClass().getClassLoader(), new Class<?>[] {Comparator.class}, new Answering(step));
        for (Object holder : List.of(library, proxy)) {
            Callable<Object> task = () -> holder;
            assertThatExceptionOfType(TaskSerializationException.class)
                    .isThrownBy(() -> TaskSerializers.kryo().toBytes(task))
                    .satisfies(refusal -> assertThat(refusal.getMessage())
                            .contains("Closures.wrap(object)")
                            .doesNotContain("mark " + Reference.class.getName(), "of " + Reference.class.getName())
                            .doesNotContain("mark " + proxy.getClass().getName()));
        }
    }

    @Test
    void nobodyIsToldToEditAClassOfTheJdkThatIsNotSerializable() {
        Callable<Object> task = (Callable<Object> & Serializable) new Holding(Optional.of(1))::held;
        assertThatExceptionOfType(TaskSerializationException.class)
                .isThrownBy(() -> TaskSerializers.java().toBytes(task))
                .withMessageContaining(
                        "Ways out: mark it with Closures.wrap(object); use the serializer kryo or closure;")
                .withMessageContaining("mark the field held of " + Holding.class.getTypeName() + " transient");
    }

    @ParameterizedTest
    @CsvSource({
        "tools.jackson.databind.ObjectWriter, send the mapper and make another one in the task",
        "tools.jackson.databind.ObjectReader, send the mapper and make another one in the task",
        "com.google.protobuf.Descriptors$GenericDescriptor, send the bytes of its message and parse them in the task"
    })
    void whatOtherLibrariesCompareWithTheirOwnIsRefusedWithAWayOut(String name, String wayOut, @TempDir Path folder)
            throws Exception {
        String simple = name.substring(name.lastIndexOf('.') + 1);
        String outer = simple.split("\\$")[0];
        String inner = simple.equals(outer) ? "" : "public static class " + simple.split("\\$")[1] + " {}";
        String source =
                "package " + name.substring(0, name.lastIndexOf('.')) + "; public class " + outer + " {" + inner + "}";
        String file = name.split("\\$")[0];
        try (URLClassLoader loader =
                Compiled.of(Compiled.javac(), 17, folder, file, source).loader()) {
            Object made = loader.loadClass(name).getConstructor().newInstance();
            for (TaskSerializer each : List.of(TaskSerializers.kryo(), TaskSerializers.closure())) {
                assertThatExceptionOfType(TaskSerializationException.class)
                        .isThrownBy(() -> each.toBytes(List.of(made)))
                        .withMessageContaining(name + " cannot travel: ")
                        .withMessageContaining(wayOut);
            }
        }
    }

    static final class Holding implements Serializable {
        final Object held;

        Holding(Object held) {
            this.held = held;
        }

        Object held() {
            return held;
        }
    }

    record Answering(Object answer) implements InvocationHandler {
        @Override
        public Object invoke(Object proxy, Method method, Object[] arguments) {
            return answer;
        }
    }

    @Test
    void aCollectionOfTheJdkThatIsNotSerializableIsNotTakenForAView() {
        for (Object each : List.of(new DelayQueue<>(), new SimpleBindings())) {
            assertThatExceptionOfType(TaskSerializationException.class)
                    .isThrownBy(() -> TaskSerializers.closure().toBytes(List.of(each, "x")))
                    .withMessageContaining(
                            "it is a class of the JDK that is not Serializable; send what is in it, such as new "
                                    + (each instanceof SimpleBindings ? "LinkedHashMap" : "ArrayList"));
        }
        for (Object view : List.of(
                new CopyOnWriteArrayList<>(List.of(1, 2)).subList(0, 1),
                new TreeMap<>().headMap("z").entrySet())) {
            assertThatExceptionOfType(TaskSerializationException.class)
                    .isThrownBy(() -> TaskSerializers.closure().toBytes(List.of(view, "x")))
                    .withMessageContaining("it is no collection of its own; send a copy");
        }
    }

    @Test
    void aMarkLetsLambdasThroughBelowIt() {
        Marked marked = new Marked();
        marked.items.add(new Item());
        List<Object> data = new ArrayList<>(List.of("before", marked));
        @SuppressWarnings("unchecked")
        List<Object> copy = copy(TaskSerializers.kryo(), data);
        assertThat(copy.get(1))
                .isInstanceOfSatisfying(
                        Marked.class,
                        it -> assertThat(it.items.get(0).callback.get()).isEqualTo("called"));

        Item wrapped = Closures.wrap(new Item());
        assertThat(copy(TaskSerializers.kryo(), List.of(wrapped))
                        .get(0)
                        .callback
                        .get())
                .isEqualTo("called");
        Item alone = new Item();
        Closures.wrap(alone.callback);
        assertThat(copy(TaskSerializers.kryo(), alone).callback.get()).isEqualTo("called");
    }

    @Test
    void aMarkLetsWhatIsNotSerializableThroughTheJavaSerializerAndKeepsItsType() {
        Item wrapped = Closures.wrap(new Item());
        List<Object> data = new ArrayList<>(List.of(wrapped, wrapped, new Marked()));
        List<Object> copy = copy(TaskSerializers.java(), data);
        assertThat(copy.get(0)).isSameAs(copy.get(1)).isExactlyInstanceOf(Item.class);
        assertThat(((Item) copy.get(0)).callback.get()).isEqualTo("called");
        assertThat(copy.get(2)).isExactlyInstanceOf(Marked.class);
    }

    @Test
    void aRefusalUnderALambdaSaysHowToCaptureLess() {
        Callable<Integer> task = new Service().task();
        assertThatExceptionOfType(TaskSerializationException.class)
                .isThrownBy(() -> TaskSerializers.closure().toBytes(task))
                .satisfies(refusal -> {
                    assertThat(refusal.path()).hasValue("task.captured[0].thread");
                    assertThat(refusal.culprit()).hasValue("java.lang.Thread");
                    assertThat(refusal)
                            .hasMessageContaining("java.lang.Thread cannot travel: it lives in this JVM only")
                            .hasMessageContaining("uses 'this' only for field factor; capture a local instead")
                            .hasMessageContaining("write \"var factor = this.factor;\"")
                            .hasMessageContaining("mark the field thread of " + Service.class.getName() + " transient");
                });
    }

    @Test
    void aRefusalOfWhatTheLambdaItselfUsesDoesNotTellToCaptureIt() {
        Service service = new Service();
        Callable<Object> task = service.ownThread();
        assertThatExceptionOfType(TaskSerializationException.class)
                .isThrownBy(() -> TaskSerializers.kryo().toBytes(task))
                .satisfies(refusal -> assertThat(refusal)
                        .hasMessageContaining("It uses the field thread itself")
                        .message()
                        .doesNotContain("var thread"));
    }

    @Test
    void aRefusalThroughAnInnerClassNamesItsOuterInstance() {
        Service service = new Service();
        assertThatExceptionOfType(TaskSerializationException.class)
                .isThrownBy(() -> TaskSerializers.kryo().toBytes(service.anonymous()))
                .satisfies(refusal -> {
                    assertThat(refusal.path())
                            .hasValueSatisfying(path ->
                                    assertThat(path).startsWith("task.this$").endsWith(".thread"));
                    assertThat(refusal)
                            .hasMessageContaining("the outer instance that " + Service.class.getName() + "$1");
                });
    }

    @Test
    void aProxyIsCalledByWhatItStandsFor() {
        Object connection = Proxy.newProxyInstance(
                getClass().getClassLoader(), new Class<?>[] {java.sql.Connection.class}, (self, method, arguments) -> {
                    throw new IllegalStateException("asked for " + method);
                });
        Callable<Object> task = () -> connection;
        assertThatExceptionOfType(TaskSerializationException.class)
                .isThrownBy(() -> TaskSerializers.kryo().toBytes(task))
                .withMessageContaining("a proxy of java.sql.Connection cannot travel: its connection is open")
                .withMessageContaining("It is reached through connection, which the lambda at");
    }

    static class Failing implements Serializable {
        final int number;

        Failing(int number) {
            this.number = number;
        }

        private void writeObject(ObjectOutputStream out) throws IOException {
            if (number == 2) {
                throw new NotSerializableException("there is no second");
            }
            out.defaultWriteObject();
        }
    }

    @ParameterizedTest
    @MethodSource("io.processexecutor.serialization.SerializerBehaviourTests#serializers")
    void aHookThatFailsIsNamedWithTheWayToItsObject(TaskSerializer serializer) {
        Object[] root = {List.of(new Failing(1)), Map.of("k", new Failing(2)), new Failing(3)};
        assertThatExceptionOfType(TaskSerializationException.class)
                .isThrownBy(() -> serializer.toBytes(root))
                .satisfies(failure -> {
                    assertThat(failure.path()).hasValue("task[1][\"k\"]");
                    assertThat(failure.culprit()).hasValue(Failing.class.getName());
                    assertThat(failure).hasMessageContaining("there is no second");
                });
    }

    record Holder(List<Map<String, Object[]>> entries) implements Serializable {}

    @Test
    void theJavaSerializerNamesTheWayToWhatIsNotSerializable() {
        Holder holder = new Holder(List.of(Map.of("gold", new Object[] {1, new Item()})));
        assertThatExceptionOfType(TaskSerializationException.class)
                .isThrownBy(() -> TaskSerializers.java().toBytes(holder))
                .satisfies(refusal -> {
                    assertThat(refusal.path()).hasValue("task.entries[0][\"gold\"][1]");
                    assertThat(refusal.culprit()).hasValue(Item.class.getName());
                    assertThat(refusal).hasMessageContaining("is not Serializable");
                });
    }
}
