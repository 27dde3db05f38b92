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
import io.processexecutor.serialization.OtherJvm;
import io.processexecutor.serialization.TaskSerializers;
import io.processexecutor.serialization.policy.far.Stranger;
import java.io.Serializable;
import java.lang.reflect.InvocationHandler;
import java.lang.reflect.Proxy;
import java.math.BigDecimal;
import java.net.URI;
import java.time.ZonedDateTime;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.Comparator;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TimeZone;
import java.util.TreeMap;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import java.util.regex.Pattern;
import org.jspecify.annotations.NullUnmarked;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.ValueSource;

/** Which classes travel under a list, and that the others are not even loaded. */
@NullUnmarked
@ParameterizedClass
@ValueSource(strings = {"java", "kryo", "closure"})
class AllowListTests {

    private static final String OWN = AllowListTests.class.getPackageName();
    private static final String FAR = Stranger.class.getPackageName();

    static class Holder implements Serializable {
        Object any;

        Holder(Object any) {
            this.any = any;
        }
    }

    static class Child extends Stranger {}

    static class Handler implements InvocationHandler, Serializable {
        @Override
        public Object invoke(Object proxy, java.lang.reflect.Method method, Object[] arguments) {
            return 1;
        }
    }

    private final String mode;

    AllowListTests(String mode) {
        this.mode = mode;
    }

    private TaskSerializer allowing(String... packages) {
        SerializationOptions options = SerializationOptions.defaults().allowedPackages(List.of(packages));
        return ExecutorSerializers.of(options).configured(TaskSerializers.named(mode));
    }

    private static Object copy(TaskSerializer serializer, Object value) {
        return Objects.requireNonNull(serializer.fromBytes(serializer.toBytes(value)));
    }

    private void refusedOnBothEnds(Object value) {
        TaskSerializer strict = allowing(OWN + ".elsewhere", "io.processexecutor.serialization.policy.nowhere");
        refused(() -> strict.toBytes(value), Phase.ENCODE_TASK);
        byte[] bytes = TaskSerializers.named(mode).toBytes(value);
        refused(() -> strict.fromBytes(bytes), Phase.DECODE_TASK);
    }

    private static void refused(Supplier<Object> work, Phase phase) {
        assertThatExceptionOfType(TaskSerializationException.class)
                .isThrownBy(work::get)
                .withMessageContaining("is in no allowed package: add " + OWN)
                .withMessageContaining("to process-executor.serialization.allowed-packages")
                .satisfies(e -> {
                    assertThat(e.phase()).isEqualTo(phase);
                    assertThat(e.culprit().orElseThrow()).startsWith(OWN);
                });
    }

    @Test
    void everyKindOfClassIsCheckedOnBothEnds() throws Exception {
        refusedOnBothEnds(new Holder(null));
        refusedOnBothEnds(new ArrayList<>(List.of(new Stranger())));
        refusedOnBothEnds(new Stranger[0]);
        refusedOnBothEnds(new Stranger[1][1]);
        refusedOnBothEnds(new HashMap<>(Map.of(Stranger.Kind.ONE, 1)));
        refusedOnBothEnds(new EnumMap<>(Map.of(Stranger.Kind.ONE, 1)));
        refusedOnBothEnds(new Stranger.Pair(1, 2));
        refusedOnBothEnds(new Stranger.Failure("no"));
        refusedOnBothEnds(new IllegalStateException("outer", new Stranger.Failure("inner")));
        refusedOnBothEnds(Stranger.class);
        refusedOnBothEnds(new ArrayList<>(List.of(Stranger[].class)));
        refusedOnBothEnds((ProcessTask<Integer>) Stranger::compute);
        refusedOnBothEnds((ProcessTask<Integer>) () -> 1);
        refusedOnBothEnds(Proxy.newProxyInstance(
                Stranger.class.getClassLoader(), new Class<?>[] {Stranger.Contract.class}, new Handler()));
        refusedOnBothEnds(Closures.wrap(new Holder(1)));
        if (!mode.equals("java")) {
            refusedOnBothEnds(Stranger.class.getMethod("compute"));
            refusedOnBothEnds((Runnable) () -> {});
        }
    }

    @Test
    void whatIsListedTravelsAndWhatIsBelowItToo() throws Exception {
        TaskSerializer serializer = allowing("io.processexecutor.serialization.policy");
        Holder copy = (Holder) copy(serializer, new Holder(new ArrayList<>(List.of(new Stranger(), new Child()))));
        assertThat((List<?>) copy.any).hasSize(2);
        assertThat(copy(serializer, Stranger.Kind.ONE)).isSameAs(Stranger.Kind.ONE);
        assertThat(copy(serializer, Stranger.class)).isEqualTo(Stranger.class);
        Stranger captured = new Stranger();
        ProcessTask<Integer> task = () -> captured.number;
        assertThat(((ProcessTask<?>) copy(serializer, task)).call()).isEqualTo(7);
        assertThat(((ProcessTask<?>) copy(serializer, (ProcessTask<Integer>) Stranger::compute)).call())
                .isEqualTo(42);
        Stranger.Contract proxy = (Stranger.Contract) copy(
                serializer,
                Proxy.newProxyInstance(
                        Stranger.class.getClassLoader(), new Class<?>[] {Stranger.Contract.class}, new Handler()));
        assertThat(proxy.get()).isEqualTo(1);
    }

    @Test
    void aNeighbourWithTheSameBeginningIsNotBelow() {
        refused(() -> allowing("io.processexecutor.serialization.pol").toBytes(new Stranger()), Phase.ENCODE_TASK);
        refused(() -> allowing("com.acme").toBytes(new Stranger()), Phase.ENCODE_TASK);
    }

    @Test
    void whatALambdaCapturedAndCallsIsCheckedToo() {
        TaskSerializer serializer = allowing(OWN + ".AllowListTests", "io.processexecutor.nothing");
        Stranger captured = new Stranger();
        refused(() -> serializer.toBytes((ProcessTask<Integer>) () -> captured.number), Phase.ENCODE_TASK);
    }

    @Test
    void theErrorNamesTheWay() {
        assertThatExceptionOfType(TaskSerializationException.class)
                .isThrownBy(() -> allowing("com.acme").toBytes(new ArrayList<>(List.of("x", new Stranger()))))
                .withMessageContaining("task[1]: " + Stranger.class.getName())
                .withMessageContaining("add " + FAR + " to")
                .withMessageContaining("(allowed now: com.acme, and data of the JDK)");
    }

    @Test
    void dataOfTheJdkTravelsUnderAnyList() {
        TaskSerializer serializer = allowing("com.acme");
        List<Object> values = new ArrayList<>(Arrays.asList(
                1,
                2.5,
                'c',
                "text",
                true,
                new BigDecimal("1.5"),
                new UUID(1, 2),
                URI.create("http://a/b"),
                ZonedDateTime.parse("2026-01-01T00:00:00Z[Europe/Berlin]"),
                TimeUnit.DAYS,
                new int[] {1},
                new String[] {"a"},
                new Object[] {1, "b"},
                List.of(1, 2, 3),
                Map.of("a", List.of(1)),
                new TreeMap<>(Map.of("k", 1)),
                Collections.unmodifiableList(new ArrayList<>(List.of(1))),
                TimeZone.getTimeZone("Europe/Berlin"),
                new java.sql.Timestamp(5),
                String.class,
                int.class,
                new IllegalStateException("x", new java.io.IOException("y"))));
        List<?> copy = (List<?>) copy(serializer, values);
        assertThat(copy).hasSameSizeAs(values);
        assertThat(copy.get(17)).isEqualTo(values.get(17));
        Pattern pattern = (Pattern) copy(serializer, Pattern.compile("a+"));
        assertThat(pattern.pattern()).isEqualTo("a+");
        Comparator<?> order = (Comparator<?>) copy(serializer, Comparator.naturalOrder());
        assertThat(order).isNotNull();
    }

    @Test
    void classesOfTheJdkThatAreNoPlainDataAreOnTheListOrStayBehind() {
        TaskSerializer serializer = allowing("com.acme");
        assertThatExceptionOfType(TaskSerializationException.class)
                .isThrownBy(() -> serializer.toBytes(new javax.management.BadAttributeValueExpException("x")))
                .withMessageContaining("add javax.management to");
        TaskSerializer wider = allowing("com.acme", "javax.management");
        assertThat(copy(wider, new javax.management.BadAttributeValueExpException("x")))
                .isInstanceOf(javax.management.BadAttributeValueExpException.class);
    }

    record Named(String name) implements Serializable {}

    static class StrangerByName implements ObjectReplacer {
        @Override
        public boolean replaces(Class<?> type) {
            return type == Stranger.class;
        }

        @Override
        public Object replace(Object object) {
            return "stranger";
        }

        @Override
        public Object restore(Object reference) {
            return new Stranger();
        }
    }

    @Test
    void whatGoesAsAReferenceNeedsNotBeAllowed() {
        SerializationOptions options = SerializationOptions.defaults()
                .allowedPackages(List.of("com.acme"))
                .replacer(new StrangerByName());
        TaskSerializer serializer = ExecutorSerializers.of(options).configured(TaskSerializers.named(mode));
        List<?> copy = (List<?>) copy(serializer, new ArrayList<>(List.of(new Stranger(), new Stranger())));
        assertThat(copy).hasSize(2).allSatisfy(each -> assertThat(each).isInstanceOf(Stranger.class));
    }

    /** Encodes without a list and decodes under one, in a JVM that never touched the class. */
    static final class DecodingMain {
        public static void main(String[] arguments) {
            SerializationOptions options = SerializationOptions.defaults().allowedPackages(List.of("com.acme"));
            TaskSerializer serializer = ExecutorSerializers.of(options).configured(TaskSerializers.named(arguments[0]));
            try {
                serializer.fromBytes(java.util.Base64.getDecoder().decode(arguments[1]));
                System.out.println("decoded");
            } catch (TaskSerializationException e) {
                System.out.println("refused " + System.getProperty(Stranger.INITIALIZED));
            }
        }
    }

    @Test
    void aRefusedClassIsNotEvenLoaded() throws Exception {
        byte[] bytes = TaskSerializers.named(mode).toBytes(new ArrayList<>(List.of(new Stranger())));
        OtherJvm other = OtherJvm.run(
                List.of("-Xlog:class+load:stdout"),
                DecodingMain.class,
                mode,
                java.util.Base64.getEncoder().encodeToString(bytes));
        assertThat(other.out()).contains("refused null").doesNotContain(Stranger.class.getName() + " source:");
        assertThat(other.out()).contains(AllowList.class.getName() + " source:");
    }

    /** Both ways without the JDK's internals, where its closed classes go through its own stream. */
    static final class WithoutDeepAccessMain {
        public static void main(String[] arguments) {
            SerializationOptions options = SerializationOptions.defaults()
                    .allowedPackages(List.of(OWN))
                    .maxArrayLength(100)
                    .replacer(new StrangerByName());
            TaskSerializer serializer = ExecutorSerializers.of(options).configured(TaskSerializers.named(arguments[0]));
            List<?> copy = (List<?>) copy(
                    serializer,
                    new ArrayList<>(List.of(
                            URI.create("http://a/b"),
                            new UUID(1, 2),
                            new IllegalStateException("x"),
                            new Holder(new Stranger()))));
            System.out.println(copy.subList(0, 3) + " "
                    + ((Holder) copy.get(3)).any.getClass().getSimpleName());
            try {
                serializer.toBytes(new javax.management.BadAttributeValueExpException("x"));
            } catch (TaskSerializationException e) {
                System.out.println("refused " + e.culprit().orElseThrow());
            }
        }
    }

    @Test
    void theListHoldsWithoutDeepAccessToo() throws Exception {
        OtherJvm other = OtherJvm.run(
                List.of("-Dprocess-executor.closures.deep-reflection=false"), WithoutDeepAccessMain.class, mode);
        assertThat(other.out())
                .as(other.err())
                .contains("[http://a/b, 00000000-0000-0001-0000-000000000002,"
                        + " java.lang.IllegalStateException: x] Stranger")
                .contains("refused javax.management.BadAttributeValueExpException");
    }
}
