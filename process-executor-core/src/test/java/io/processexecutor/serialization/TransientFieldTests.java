package io.processexecutor.serialization;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.processexecutor.TaskSerializationException;
import io.processexecutor.TaskSerializer;
import io.processexecutor.serialization.graph.field.TransientFields;
import java.io.Serializable;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Lock;
import java.util.concurrent.locks.ReentrantLock;
import java.util.stream.Stream;
import net.bytebuddy.ByteBuddy;
import net.bytebuddy.description.modifier.FieldPersistence;
import net.bytebuddy.description.modifier.SyntheticState;
import net.bytebuddy.description.modifier.Visibility;
import org.jspecify.annotations.NullUnmarked;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** What becomes of transient fields, which do not travel. */
@NullUnmarked
@Timeout(value = 120, unit = TimeUnit.SECONDS, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class TransientFieldTests {

    private static final List<String> CONSTRUCTED = new ArrayList<>();
    private static boolean failing;

    static Stream<TaskSerializer> serializers() {
        return Stream.of(TaskSerializers.kryo(), TaskSerializers.closure());
    }

    @BeforeEach
    void nothingWasConstructed() {
        CONSTRUCTED.clear();
        failing = false;
    }

    @Test
    void whatACompilerAddsIsNoReasonToRunAConstructor() {
        assertThat(TransientFields.constructorFor(withTransientField(SyntheticState.PLAIN)))
                .isNotNull();
        assertThat(TransientFields.constructorFor(withTransientField(SyntheticState.SYNTHETIC)))
                .isNull();
    }

    private static Class<?> withTransientField(SyntheticState by) {
        return new ByteBuddy()
                .subclass(Object.class)
                .defineField("metaClass", Object.class, Visibility.PRIVATE, FieldPersistence.TRANSIENT, by)
                .make()
                .load(TransientFieldTests.class.getClassLoader())
                .getLoaded();
    }

    abstract static class Aggregate {
        private final transient List<Object> events = new ArrayList<>();
        final String kind;

        private Aggregate() {
            CONSTRUCTED.add("Aggregate");
            kind = "made";
        }

        Aggregate(String kind) {
            this.kind = kind;
        }

        int register(Object event) {
            events.add(event);
            return events.size();
        }
    }

    static class Order extends Aggregate {
        final String id;
        final List<Object> lines = new ArrayList<>();
        Order self = this;

        Order() {
            super("none");
            throw new AssertionError("it declares no transient field");
        }

        Order(String id) {
            super("order");
            this.id = id;
        }
    }

    static class Guarded {
        private final transient Object lock = new Object();
        private transient int cached = 5;
        int count = 1;

        private Guarded() {
            CONSTRUCTED.add("Guarded");
        }

        static Guarded of(int count) {
            Guarded made = new Guarded();
            made.count = count;
            made.cached = count;
            return made;
        }
    }

    static class WithoutConstructor extends Aggregate {
        private final transient Object lock = new Object();
        final String id;

        WithoutConstructor(String id) {
            super("without");
            this.id = id;
        }
    }

    static class Alone {
        private final transient Object lock = new Object();
        final String id;

        Alone(String id) {
            this.id = id;
        }
    }

    static final class Point {
        final String name;
        private final transient int hash;
        private final transient List<Object> letters;
        private final transient Size size;
        private final transient Lock lock = new ReentrantLock();
        private final transient Object worker;
        private final transient List<Object> running = new ArrayList<>();
        private final transient Object task = (Runnable) () -> {};
        private final transient Map<String, Object> attributes = new TreeMap<>((one, other) -> one.compareTo(other));
        private transient String lazy;

        Point(String name) {
            this.name = name;
            hash = name.hashCode();
            letters = Collections.unmodifiableList(new ArrayList<>(List.of(name.charAt(0), Optional.of(new Size(1)))));
            size = new Size(name.length());
            worker = Thread.currentThread();
            running.add(worker);
            lazy = name + name;
        }

        @Override
        public boolean equals(Object other) {
            return other instanceof Point point && point.hash == hash && point.name.equals(name);
        }

        @Override
        public int hashCode() {
            return hash;
        }
    }

    static final class Size {
        final int length;
        final List<String> units = List.of("m");
        private transient String text;

        Size(int length) {
            this.length = length;
        }
    }

    static final class Tree {
        final List<Branch> branches = new ArrayList<>();
        private final transient List<Branch> sorted;
        private final transient Class<?> made = new Object() {}.getClass();
        private final transient Set<String> names;

        Tree(int size, Map<String, Object> byName) {
            for (int i = 0; i < size; i++) {
                branches.add(new Branch(branches));
            }
            sorted = new ArrayList<>(branches);
            names = byName.keySet();
        }
    }

    static final class Branch {
        final List<Branch> siblings;

        Branch(List<Branch> siblings) {
            this.siblings = siblings;
        }
    }

    static class Node {
        final transient int hash;
        final Set<Node> all = new HashSet<>();

        Node(int hash) {
            this.hash = hash;
            all.add(this);
        }

        @Override
        public boolean equals(Object other) {
            return other instanceof Node node && node.hash == hash;
        }

        @Override
        public int hashCode() {
            return hash;
        }
    }

    class Inner {
        private final transient Object lock = new Object();
        String id = "inner";

        Object outer() {
            return TransientFieldTests.this;
        }
    }

    static class Bean {
        String id = "bean";

        Bean() {
            CONSTRUCTED.add("Bean");
        }
    }

    static class Platform implements Serializable {
        transient Object lock = new Object();

        Platform() {
            CONSTRUCTED.add("Platform");
        }
    }

    static class Failing {
        private final transient Object lock = new Object();

        Failing() {
            if (failing) {
                throw new IllegalStateException("no licence");
            }
        }
    }

    @ParameterizedTest
    @MethodSource("serializers")
    void theConstructorThatDeclaresTransientFieldsMakesThem(TaskSerializer serializer) {
        Order order = new Order("o-1");
        order.register("before");
        order.lines.add(order);

        Order arrived = sent(serializer, order);

        assertThat(arrived.register("after")).isEqualTo(1);
        assertThat(arrived.id + " " + arrived.kind).isEqualTo("o-1 order");
        assertThat(arrived.self).isSameAs(arrived);
        assertThat(arrived.lines).singleElement().isSameAs(arrived);
        assertThat(CONSTRUCTED).containsExactly("Aggregate");
    }

    @ParameterizedTest
    @MethodSource("serializers")
    void aPrivateConstructorMakesTheLockThatDoesNotTravel(TaskSerializer serializer) {
        Guarded guarded = Guarded.of(7);

        Guarded arrived = sent(serializer, guarded);

        assertThat(arrived.lock).isNotNull().isNotSameAs(guarded.lock);
        assertThat(arrived.count).isEqualTo(7);
        assertThat(arrived.cached).isEqualTo(5);
    }

    @ParameterizedTest
    @MethodSource("serializers")
    void withoutANoArgumentConstructorThatOfTheSuperclassMakesItsOwn(TaskSerializer serializer) {
        WithoutConstructor arrived = sent(serializer, new WithoutConstructor("w"));

        assertThat(arrived.register("event")).isEqualTo(1);
        assertThat(arrived.lock).isNotNull();
        assertThat(arrived.id).isEqualTo("w");
        assertThat(sent(serializer, new Alone("a")).lock).isNotNull();
    }

    @ParameterizedTest
    @MethodSource("serializers")
    void aFinalTransientFieldThatNobodyMakesTravelsIfItHoldsData(TaskSerializer serializer) {
        Point point = new Point("pq");

        Point arrived = sent(serializer, point);

        assertThat(arrived).isEqualTo(point).hasSameHashCodeAs(point);
        assertThat(arrived.letters).hasSize(2).startsWith('p');
        assertThat(arrived.size.length).isEqualTo(2);
        assertThat(arrived.size.units).containsExactly("m");
        assertThat(arrived.lock.tryLock()).isTrue();
    }

    @ParameterizedTest
    @MethodSource("serializers")
    void whatMayHoldWhatCannotTravelIsNullInAFinalTransientField(TaskSerializer serializer) {
        Point arrived = sent(serializer, new Point("pq"));

        assertThat(arrived.worker).isNull();
        assertThat(arrived.running).isNull();
        assertThat(arrived.task).isNull();
        assertThat(arrived.attributes).isNull();
        assertThat(arrived.lazy).isNull();
    }

    @ParameterizedTest
    @MethodSource("serializers")
    void whatLeadsBackToItselfIsLookedIntoOnce(TaskSerializer serializer) {
        Tree arrived = sent(serializer, new Tree(100, new HashMap<>(Map.of("thread", Thread.currentThread()))));

        assertThat(arrived.sorted).containsExactlyElementsOf(arrived.branches);
        assertThat(arrived.sorted.get(0).siblings).isSameAs(arrived.branches);
        assertThat(arrived.made.getEnclosingClass()).isEqualTo(Tree.class);
        assertThat(arrived.names).isNull();
    }

    @ParameterizedTest
    @MethodSource("serializers")
    void aHashThatWasMadeBeforeIsThereWhenWhatTheObjectHoldsAsksForIt(TaskSerializer serializer) {
        Node arrived = sent(serializer, new Node(7));

        assertThat(arrived.all).containsExactly(arrived);
    }

    @ParameterizedTest
    @MethodSource("serializers")
    void anInnerClassTravelsWithALockOfItsOwn(TaskSerializer serializer) {
        Inner arrived = sent(serializer, new Inner());

        assertThat(arrived.id).isEqualTo("inner");
        assertThat(arrived.lock).isNotNull();
        assertThat(arrived.outer()).isInstanceOf(TransientFieldTests.class);
    }

    @ParameterizedTest
    @MethodSource("serializers")
    void noConstructorRunsForClassesWithoutTransientFieldsAndForSerializableOnes(TaskSerializer serializer) {
        Bean bean = new Bean();
        Platform platform = new Platform();
        CONSTRUCTED.clear();

        assertThat(sent(serializer, bean).id).isEqualTo("bean");
        assertThat(sent(serializer, platform).lock).isNull();
        assertThat(CONSTRUCTED).isEmpty();
    }

    @ParameterizedTest
    @MethodSource("serializers")
    void aConstructorThatFailsIsNamed(TaskSerializer serializer) {
        byte[] bytes = serializer.toBytes(new Object[] {new Failing()});
        failing = true;

        assertThatExceptionOfType(TaskSerializationException.class)
                .isThrownBy(() -> serializer.fromBytes(bytes))
                .withMessageStartingWith("Cannot decode the task: " + Failing.class.getTypeName()
                        + " could not be read: the no-argument constructor of " + Failing.class.getTypeName()
                        + ", which makes its transient fields, failed with java.lang.IllegalStateException; ")
                .withRootCauseInstanceOf(IllegalStateException.class);
    }

    @SuppressWarnings("unchecked")
    private static <T> T sent(TaskSerializer serializer, T value) {
        return (T) serializer.fromBytes(serializer.toBytes(value));
    }
}
