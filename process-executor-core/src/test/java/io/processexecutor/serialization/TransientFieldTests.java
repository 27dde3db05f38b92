package io.processexecutor.serialization;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.processexecutor.TaskSerializationException;
import io.processexecutor.TaskSerializer;
import java.io.Serializable;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.NullUnmarked;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** What becomes of transient fields, which do not travel. */
@NullUnmarked
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
        assertThat(arrived.lock).isNull();
        assertThat(arrived.id).isEqualTo("w");
        assertThat(sent(serializer, new Alone("a")).lock).isNull();
    }

    @ParameterizedTest
    @MethodSource("serializers")
    void anInnerClassTravelsWithoutItsTransientFields(TaskSerializer serializer) {
        Inner arrived = sent(serializer, new Inner());

        assertThat(arrived.id).isEqualTo("inner");
        assertThat(arrived.lock).isNull();
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
