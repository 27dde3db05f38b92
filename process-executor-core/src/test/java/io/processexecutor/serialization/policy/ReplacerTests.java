package io.processexecutor.serialization.policy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.processexecutor.Closures;
import io.processexecutor.ObjectReplacer;
import io.processexecutor.ProcessTask;
import io.processexecutor.SerializationOptions;
import io.processexecutor.TaskSerializationException;
import io.processexecutor.TaskSerializationException.Phase;
import io.processexecutor.TaskSerializer;
import io.processexecutor.serialization.ExecutorSerializers;
import io.processexecutor.serialization.TaskSerializers;
import java.io.IOException;
import java.io.ObjectInputStream;
import java.io.ObjectOutputStream;
import java.io.Serializable;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.NullUnmarked;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.ValueSource;

/** What replacers see, and what comes out of their references. */
@NullUnmarked
@ParameterizedClass
@ValueSource(strings = {"java", "kryo", "closure"})
class ReplacerTests {

    /** Cannot travel in any mode: it holds a thread, and is not Serializable. */
    static final class Service {
        static final Map<String, Service> HERE = new ConcurrentHashMap<>();

        final String name;
        final Thread thread = Thread.currentThread();

        Service(String name) {
            this.name = name;
            HERE.put(name, this);
        }
    }

    record Reference(String name) implements Serializable {}

    /** Swaps services for their names, and counts. */
    static class ByName implements ObjectReplacer, Serializable {
        static final AtomicInteger REPLACED = new AtomicInteger();
        static final AtomicInteger RESTORED = new AtomicInteger();

        @Override
        public boolean replaces(Class<?> type) {
            return type == Service.class;
        }

        @Override
        public Object replace(Object object) {
            REPLACED.incrementAndGet();
            return new Reference(((Service) object).name);
        }

        @Override
        public Object restore(Object reference) {
            RESTORED.incrementAndGet();
            return Service.HERE.get(((Reference) reference).name());
        }
    }

    interface Answer {
        Object of(Object object) throws Exception;
    }

    record Any(Class<?> type, Answer replacement, Answer restored) implements ObjectReplacer {
        @Override
        public boolean replaces(Class<?> other) {
            return type.isAssignableFrom(other);
        }

        @Override
        public Object replace(Object object) throws Exception {
            return replacement.of(object);
        }

        @Override
        public Object restore(Object reference) throws Exception {
            return restored.of(reference);
        }
    }

    static class Holder implements Serializable {
        Object any;
        Service service;
        final Object[] array = new Object[2];
    }

    static class Hooked implements Serializable {
        transient Object inside;

        Hooked(Object inside) {
            this.inside = inside;
        }

        private void writeObject(ObjectOutputStream out) throws IOException {
            out.defaultWriteObject();
            out.writeInt(1);
            out.writeObject(inside);
        }

        private void readObject(ObjectInputStream in) throws IOException, ClassNotFoundException {
            in.defaultReadObject();
            assertThat(in.readInt()).isEqualTo(1);
            inside = in.readObject();
        }
    }

    record Component(Service service, String text) implements Serializable {}

    static class Failed extends Exception {
        final Object service;

        Failed(Object service) {
            super("failed");
            this.service = service;
        }
    }

    private final String mode;

    ReplacerTests(String mode) {
        this.mode = mode;
    }

    private TaskSerializer with(ObjectReplacer... replacers) {
        SerializationOptions options = SerializationOptions.defaults();
        for (ObjectReplacer each : replacers) {
            options = options.replacer(each);
        }
        return ExecutorSerializers.of(options).configured(TaskSerializers.named(mode));
    }

    @SuppressWarnings("unchecked")
    private static <T> T copy(TaskSerializer serializer, T value) {
        return (T) Objects.requireNonNull(serializer.fromBytes(serializer.toBytes(value)));
    }

    @Test
    void anObjectIsReplacedWhereverItStandsAndOnceOnly() {
        TaskSerializer serializer = with(new ByName());
        Service service = new Service("everywhere");
        Service other = new Service("other");
        ByName.REPLACED.set(0);
        ByName.RESTORED.set(0);
        Holder holder = new Holder();
        holder.any = service;
        holder.service = service;
        holder.array[0] = service;
        holder.array[1] = other;
        List<Object> all = new ArrayList<>();
        all.add(holder);
        all.add(new ArrayList<>(List.of(service, service)));
        all.add(new HashMap<>(Map.of(service, "key")));
        all.add(new LinkedHashMap<>(Map.of("value", service)));
        all.add(new ConcurrentHashMap<>(Map.of("value", service)));
        all.add(new TreeMap<>(Map.of("value", service)));
        all.add(new HashSet<>(Set.of(service)));
        all.add(new ArrayDeque<>(List.of(service)));
        all.add(List.of(service, "x", "y"));
        all.add(Arrays.asList(service, service));
        all.add(new Service[] {service, other, null});
        all.add(new Component(service, "text"));
        all.add(new Hooked(service));
        all.add(new Failed(service));
        List<Object> copy = copy(serializer, all);
        Holder held = (Holder) copy.get(0);
        assertThat(new Object[] {held.any, held.service, held.array[0], held.array[1]})
                .containsExactly(service, service, service, other);
        assertThat(copy.get(1)).isEqualTo(List.of(service, service));
        assertThat(copy.get(2)).isEqualTo(Map.of(service, "key"));
        assertThat(copy.subList(3, 6)).allSatisfy(map -> assertThat(map).isEqualTo(Map.of("value", service)));
        assertThat(copy.get(6)).isEqualTo(Set.of(service));
        assertThat(new ArrayList<>((ArrayDeque<?>) copy.get(7))).isEqualTo(List.of(service));
        assertThat(copy.get(8)).isEqualTo(List.of(service, "x", "y"));
        assertThat(copy.get(9)).isEqualTo(List.of(service, service));
        assertThat((Service[]) copy.get(10)).containsExactly(service, other, null);
        assertThat(copy.get(11)).isEqualTo(new Component(service, "text"));
        assertThat(((Hooked) copy.get(12)).inside).isSameAs(service);
        assertThat(((Failed) copy.get(13)).service).isSameAs(service);
        assertThat(ByName.REPLACED).hasValue(2);
        assertThat(ByName.RESTORED).hasValue(2);
    }

    @Test
    void theRootAndWhatALambdaCapturedAreReplaced() throws Exception {
        TaskSerializer serializer = with(new ByName());
        Service service = new Service("captured");
        assertThat(copy(serializer, service)).isSameAs(service);
        ProcessTask<String> task = () -> service.name + System.identityHashCode(service);
        assertThat(copy(serializer, task).call()).isEqualTo("captured" + System.identityHashCode(service));
    }

    @Test
    void insideAMarkedObjectToo() {
        Service service = new Service("marked");
        Holder holder = Closures.wrap(new Holder());
        holder.any = (Runnable) () -> System.out.println(service);
        holder.service = service;
        Holder copy = copy(with(new ByName()), new ArrayList<>(List.of("before", holder))).stream()
                .filter(Holder.class::isInstance)
                .map(Holder.class::cast)
                .findFirst()
                .orElseThrow();
        assertThat(copy.service).isSameAs(service);
        assertThat(copy.any).isInstanceOf(Runnable.class);
    }

    @Test
    void whatTheModeWouldRefuseIsAskedAboutFirst() {
        Thread thread = Thread.currentThread();
        Runnable lambda = () -> {};
        TaskSerializer serializer = with(
                new Any(Thread.class, any -> "thread", any -> thread),
                new Any(Runnable.class, any -> 'r', any -> lambda),
                new Any(TimeUnit.class, any -> 1, any -> TimeUnit.DAYS));
        List<Object> copy = copy(serializer, new ArrayList<>(List.of(thread, lambda, TimeUnit.HOURS, thread)));
        assertThat(copy).containsExactly(thread, lambda, TimeUnit.DAYS, thread);
    }

    @Test
    void stringsNumbersAndArraysAreObjectsLikeOthers() {
        TaskSerializer serializer = with(
                new Any(String.class, any -> ((String) any).toCharArray(), any -> new String((char[]) any) + "!"),
                new Any(Integer.class, any -> (long) (int) any, any -> -(int) (long) any),
                new Any(int[].class, any -> "array", any -> new int[] {1}));
        List<Object> numbers = new ArrayList<>();
        for (int i = 0; i < 20; i++) {
            numbers.add(i);
        }
        assertThat(copy(serializer, numbers)).startsWith(0, -1, -2).endsWith(-19);
        String[] texts = {"a", "b", "a"};
        texts[2] = texts[0];
        String[] copy = copy(serializer, texts);
        assertThat(copy).containsExactly("a!", "b!", "a!");
        assertThat(copy[2]).isSameAs(copy[0]);
        assertThat(copy(serializer, new Component(null, "text")).text()).isEqualTo("text!");
        assertThat(copy(serializer, new int[5])).containsExactly(1);
    }

    @Test
    void theFirstReplacerThatAnswersWithSomethingElseWins() {
        TaskSerializer serializer = with(
                new Any(Service.class, any -> ((Service) any).name.equals("mine") ? "first" : any, any -> any + "!"),
                new Any(Service.class, any -> "second", any -> any + "?"));
        List<Object> copy = copy(serializer, new ArrayList<>(List.of(new Service("mine"), new Service("yours"))));
        assertThat(copy).containsExactly("first!", "second?");
    }

    @Test
    void whatAReferenceHoldsIsReplacedInTurnButNotTheReferenceItself() {
        Service inner = new Service("inner");
        Service outer = new Service("outer");
        TaskSerializer serializer = with(
                new Any(
                        Service.class,
                        any -> any == outer ? new ArrayList<>(List.of(inner)) : "inner",
                        any -> any instanceof List<?> list ? list : inner),
                new Any(ArrayList.class, any -> "never for a reference", any -> any));
        assertThat((Object) copy(serializer, outer)).isEqualTo(List.of(inner));
    }

    @Test
    void whatNoReplacerWantsTravelsAsEver() {
        TaskSerializer serializer = with(new ByName());
        List<Object> values = List.of(1, "text", new ArrayList<>(List.of(1, 2, 3, 4, 5, 6, 7, 8, 9)), Map.of("a", 1));
        assertThat(copy(serializer, values)).isEqualTo(values);
        if (!mode.equals("java")) {
            TaskSerializer plain = TaskSerializers.named(mode);
            assertThat(serializer.toBytes(values)).isEqualTo(plain.toBytes(values));
        }
    }

    @Test
    void aFailingReplacerIsNamedWithTheWayToTheObject() {
        Holder holder = new Holder();
        holder.service = new Service("x");
        IOException thrown = new IOException("no");
        for (Answer answer : List.<Answer>of(
                any -> {
                    throw thrown;
                },
                any -> null)) {
            TaskSerializer serializer = with(new Any(Service.class, answer, any -> any));
            assertThatExceptionOfType(TaskSerializationException.class)
                    .isThrownBy(() -> serializer.toBytes(new ArrayList<>(List.of(holder))))
                    .withMessageContaining("task[0].service")
                    .withMessageContaining("the replacer " + Any.class.getTypeName())
                    .satisfies(e -> {
                        assertThat(e.culprit()).contains(Service.class.getTypeName());
                        assertThat(e.getCause()).isIn(thrown, null);
                    });
        }
    }

    @Test
    void aReferenceThatStandsForNothingIsAFailureThatNamesTheReplacer() {
        for (Answer answer : List.<Answer>of(
                any -> {
                    throw new IllegalStateException("gone");
                },
                any -> null)) {
            TaskSerializer serializer = with(new Any(Service.class, any -> new Reference("x"), answer));
            byte[] bytes = serializer.toBytes(new ArrayList<>(List.of(new Service("x"))));
            assertThatExceptionOfType(TaskSerializationException.class)
                    .isThrownBy(() -> serializer.fromBytes(bytes))
                    .withMessageContaining("the replacer " + Any.class.getTypeName())
                    .withMessageContaining(Reference.class.getTypeName())
                    .satisfies(e -> assertThat(e.phase()).isEqualTo(Phase.DECODE_TASK));
        }
    }

    @Test
    void whatComesOutMustFitWhereItStands() {
        TaskSerializer serializer = with(new Any(Service.class, any -> 'x', any -> Thread.currentThread()));
        Holder holder = new Holder();
        holder.service = new Service("x");
        for (Object each : List.of(holder, new Service[] {holder.service}, new Component(holder.service, ""))) {
            byte[] bytes = serializer.toBytes(each);
            assertThatExceptionOfType(TaskSerializationException.class)
                    .isThrownBy(() -> serializer.fromBytes(bytes))
                    .withMessageContaining("java.lang.Thread")
                    // The platform's own words for an array name no more.
                    .withMessageContaining(mode.equals("java") && each instanceof Object[] ? "" : "Service");
        }
    }

    @Test
    void aReferenceThatCannotTravelIsRefusedWithItsPath() {
        TaskSerializer serializer = with(new Any(Service.class, any -> Thread.currentThread(), any -> any));
        Holder holder = new Holder();
        holder.service = new Service("x");
        assertThatExceptionOfType(TaskSerializationException.class)
                .isThrownBy(() -> serializer.toBytes(holder))
                .withMessageContaining("task.service")
                .withMessageContaining("java.lang.Thread")
                .satisfies(e -> assertThat(e.culprit()).contains("java.lang.Thread"));
    }

    @Test
    void replacersOfOneExecutorMeanNothingToAnother() {
        TaskSerializer one = with(new Any(Service.class, any -> 1, any -> "one"));
        TaskSerializer two = with(new Any(Service.class, any -> 1, any -> "two"));
        Service service = new Service("x");
        assertThat((Object) copy(one, service)).isEqualTo("one");
        assertThat((Object) copy(two, service)).isEqualTo("two");
        assertThatExceptionOfType(TaskSerializationException.class)
                .isThrownBy(() -> TaskSerializers.named(mode).toBytes(service));
        byte[] bytes = one.toBytes(service);
        assertThatExceptionOfType(TaskSerializationException.class)
                .isThrownBy(() -> TaskSerializers.named(mode).fromBytes(bytes))
                .withMessageContaining("replacer");
    }

    @Test
    void aReplacerThatCannotTellWhatItReplacesIsNamed() {
        TaskSerializer serializer = with(new ObjectReplacer() {
            @Override
            public boolean replaces(Class<?> type) {
                throw new IllegalStateException("broken");
            }

            @Override
            public Object replace(Object object) {
                return object;
            }

            @Override
            public Object restore(Object reference) {
                return reference;
            }
        });
        assertThatExceptionOfType(TaskSerializationException.class)
                .isThrownBy(() -> serializer.toBytes(new Reference("x")))
                .withMessageContaining("the replacer " + ReplacerTests.class.getTypeName())
                .withMessageContaining("could not tell whether it replaces");
    }

    @Test
    void aCycleThroughAReferenceIsRefusedAndNotAnsweredWithNull() {
        TaskSerializer serializer = with(new Any(
                Service.class,
                any -> {
                    Holder reference = new Holder();
                    reference.any = any;
                    return reference;
                },
                any -> any));
        Service service = new Service("cycle");
        assertThatExceptionOfType(TaskSerializationException.class)
                .isThrownBy(() -> copy(serializer, new ArrayList<>(List.of(service))));
    }
}
