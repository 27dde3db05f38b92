package io.processexecutor.pool;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.processexecutor.serialization.OtherJvm;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What encodes tasks if the builder is not told. */
@Timeout(240)
class DefaultSerializerTest {

    private static String found(Map<String, String> properties, Map<String, String> variables) {
        return DefaultSerializer.find(properties::get, variables::get).name();
    }

    @Test
    void thePropertyGoesBeforeTheVariableAndBothBeforeKryo() {
        Map<String, String> property = Map.of("process-executor.serializer", "java");
        Map<String, String> variable = Map.of("PROCESS_EXECUTOR_SERIALIZER", "CLOSURE");
        assertThat(found(property, variable)).isEqualTo("java");
        assertThat(found(Map.of(), variable)).isEqualTo("closure");
        assertThat(found(Map.of(), Map.of())).isEqualTo("kryo");
        assertThat(found(Map.of(), Map.of("PROCESS_EXECUTOR_SERIALIZER", ""))).isEqualTo("kryo");
    }

    @Test
    void anUnknownNameIsRefusedWithItsSourceAndTheValidOnes() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> found(Map.of("process-executor.serializer", "pickle"), Map.of()))
                .withMessage(
                        "the system property process-executor.serializer names the serializer \"pickle\", and there is"
                                + " none: the valid names are java, kryo and closure");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> found(Map.of(), Map.of("PROCESS_EXECUTOR_SERIALIZER", "os")))
                .withMessageContaining("the environment variable PROCESS_EXECUTOR_SERIALIZER")
                .withMessageContaining("\"os\"")
                .withMessageContaining("java, kryo and closure");
    }

    static final class Main {
        public static void main(String[] arguments) throws Exception {
            try (ProcessPoolExecutor executor = ProcessPoolExecutor.builder()
                    .workers(1)
                    .maxHeapBytes(64 << 20)
                    .build()) {
                Object done = executor.submit(() -> new ArrayList<>(List.of((Runnable) () -> {})))
                        .get();
                System.out.println("a lambda in data came back: " + done.getClass());
            } catch (IllegalArgumentException e) {
                System.out.println("not built: " + e.getMessage());
            }
        }
    }

    @Test
    void aRealExecutorObeysTheSystemProperty() throws Exception {
        OtherJvm closure = OtherJvm.run(List.of("-Dprocess-executor.serializer=closure"), Main.class);
        assertThat(closure.out()).contains("a lambda in data came back: class java.util.ArrayList");
        OtherJvm unknown = OtherJvm.run(List.of("-Dprocess-executor.serializer=no_module"), Main.class);
        assertThat(unknown.out()).contains("not built: ", "no_module", "java, kryo and closure");
    }
}
