package io.processexecutor.serialization;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.processexecutor.SerializationOptions;
import io.processexecutor.TaskSerializationException;
import io.processexecutor.TaskSerializer;
import io.processexecutor.serialization.shared.SharedScope;
import java.io.Serializable;
import java.lang.invoke.MethodHandles;
import java.lang.reflect.InvocationHandler;
import java.lang.reflect.Proxy;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.function.Supplier;
import org.jspecify.annotations.NullUnmarked;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** What is said where classes that were defined at run time may not travel, or cannot. */
@NullUnmarked
class RuntimeRefusalTests {

    private static final String SWITCH = "process-executor.closures.ship-runtime-classes=true";

    private static final String FOO = """
            package run.time;
            import java.io.Serializable;
            import java.util.function.Supplier;
            public class Foo implements Serializable {
                public enum Level { LOW, HIGH { } }
                public interface Named { }
                public static Supplier<Object> lambda() { return (Supplier<Object> & Serializable) () -> 1; }
            }
            """;

    static class Holder implements Serializable {
        Object[] values = new Object[1];
    }

    /** What a value is to the class that was defined at run time, and the class that is to be named. */
    private static List<Map.Entry<Object, String>> values() throws Exception {
        InMemory memory = InMemory.of("run.time.Foo", FOO);
        Class<?> foo = memory.loadClass("run.time.Foo");
        List<Map.Entry<Object, String>> values = new ArrayList<>();
        values.add(Map.entry(memory.make("run.time.Foo"), "run.time.Foo"));
        values.add(Map.entry(memory.call("run.time.Foo", "lambda"), "run.time.Foo"));
        values.add(Map.entry(foo, "run.time.Foo"));
        values.add(Map.entry(java.lang.reflect.Array.newInstance(foo, 0), "run.time.Foo"));
        values.add(Map.entry(memory.loadClass("run.time.Foo$Level").getEnumConstants()[0], "run.time.Foo$Level"));
        values.add(Map.entry(memory.loadClass("run.time.Foo$Level").getEnumConstants()[1], "run.time.Foo$Level"));
        Class<?> named = memory.loadClass("run.time.Foo$Named");
        InvocationHandler handler = (InvocationHandler & Serializable) (proxy, method, arguments) -> "handled";
        values.add(Map.entry(Proxy.newProxyInstance(memory, new Class<?>[] {named}, handler), "run.time.Foo$Named"));
        return values;
    }

    static List<TaskSerializer> serializers() {
        return List.of(TaskSerializers.java(), TaskSerializers.kryo(), TaskSerializers.closure());
    }

    @ParameterizedTest
    @MethodSource("serializers")
    void everythingOfSuchAClassIsRefusedByNameWithTheSwitchInTheError(TaskSerializer serializer) throws Exception {
        for (Map.Entry<Object, String> each : values()) {
            Holder holder = new Holder();
            holder.values[0] = each.getKey();
            Callable<Object> capturing = (Callable<Object> & Serializable) () -> holder;
            Object[] roots = serializer.name().equals("kryo")
                    ? new Object[] {each.getKey()}
                    : new Object[] {each.getKey(), holder, capturing};
            for (Object root : roots) {
                assertThatExceptionOfType(TaskSerializationException.class)
                        .as("%s as %s", each.getValue(), root.getClass())
                        .isThrownBy(() -> serializer.toBytes(root))
                        .withMessageContaining(each.getValue())
                        .withMessageContaining("was defined at run time")
                        .withMessageContaining(SWITCH)
                        .withMessageContaining("SerializationOptions.shipRuntimeClasses")
                        .satisfies(refusal ->
                                assertThat(refusal.culprit().orElseThrow()).contains(each.getValue()));
            }
        }
    }

    @Test
    void theErrorSaysWhereTheObjectStands() throws Exception {
        Holder holder = new Holder();
        holder.values[0] =
                new ArrayList<>(List.of(InMemory.of("run.time.Foo", FOO).make("run.time.Foo")));
        for (TaskSerializer serializer : serializers()) {
            assertThatExceptionOfType(TaskSerializationException.class)
                    .isThrownBy(() -> serializer.toBytes(holder))
                    .satisfies(refusal -> assertThat(refusal.path()).hasValue("task.values[0][0]"));
        }
    }

    @Test
    void hiddenClassesAndLambdasWrittenInThemAreRefusedByNameEvenWithTheSwitchOn() throws Exception {
        byte[] bytes = InMemory.compiled("io.processexecutor.serialization.Hidden", """
                package io.processexecutor.serialization;
                import java.util.function.Supplier;
                public class Hidden implements Supplier<Object> {
                    public Object get() { Supplier<Object> written = () -> "written"; return written; }
                }
                """)
                .get("io.processexecutor.serialization.Hidden");
        Supplier<?> hidden = (Supplier<?>) MethodHandles.lookup()
                .defineHiddenClass(bytes, true)
                .lookupClass()
                .getConstructor()
                .newInstance();
        ExecutorSerializers shipping =
                ExecutorSerializers.of(SerializationOptions.defaults().shipRuntimeClasses(true));
        TaskSerializer closure = shipping.configured(TaskSerializers.closure());
        for (Object value : List.of(hidden, hidden.get(), hidden.getClass())) {
            assertThatExceptionOfType(TaskSerializationException.class)
                    .isThrownBy(() -> shipping.encode(new SharedScope(), () -> closure.toBytes(value)))
                    .withMessageContaining("io.processexecutor.serialization.Hidden")
                    .withMessageContaining("hidden class");
        }
    }

    @Test
    void withoutDeepReflectionTheyAreRefusedByNameAndNoAgentIsLoaded() throws Exception {
        OtherJvm other = OtherJvm.run(List.of("-Dprocess-executor.closures.deep-reflection=false"), Closed.class);
        assertThat(other.err()).isEmpty();
        assertThat(other.out())
                .contains("run.time.Foo was defined at run time, and this JVM does not let the library have its bytes")
                .contains("deep-reflection=false");
    }

    static final class Closed {
        public static void main(String[] arguments) throws Exception {
            ExecutorSerializers shipping =
                    ExecutorSerializers.of(SerializationOptions.defaults().shipRuntimeClasses(true));
            try {
                Object made = InMemory.of("run.time.Foo", FOO).make("run.time.Foo");
                shipping.encode(
                        new SharedScope(),
                        () -> shipping.configured(TaskSerializers.kryo()).toBytes(made));
            } catch (TaskSerializationException e) {
                System.out.println(e.getMessage());
            }
        }
    }

    @Test
    void aClassDefinedIntoTheLoaderOfTheClassPathHasNoFileThereAndIsRefusedToo() throws Exception {
        byte[] bytes = InMemory.compiled("io.processexecutor.serialization.Injected", """
                package io.processexecutor.serialization;
                public class Injected { public int number = 7; }
                """)
                .get("io.processexecutor.serialization.Injected");
        Object injected =
                MethodHandles.lookup().defineClass(bytes).getConstructor().newInstance();
        assertThatExceptionOfType(TaskSerializationException.class)
                .isThrownBy(() -> TaskSerializers.kryo().toBytes(injected))
                .withMessageContaining("io.processexecutor.serialization.Injected was defined at run time")
                .withMessageContaining(SWITCH);
    }
}
