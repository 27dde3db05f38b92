package io.processexecutor.pool;

import static org.assertj.core.api.Assertions.assertThat;

import io.processexecutor.ProcessExecutor;
import io.processexecutor.SerializationOptions;
import io.processexecutor.TaskSerializer;
import io.processexecutor.serialization.InMemory;
import io.processexecutor.serialization.TaskSerializers;
import java.time.Duration;
import java.util.concurrent.Callable;
import org.jspecify.annotations.NullUnmarked;
import org.junit.jupiter.api.Test;

/** Classes defined at run time, through real workers. */
@NullUnmarked
class RuntimeClassesTest {

    private static final Duration LONG = Duration.ofSeconds(30);

    private static ProcessExecutor shipping(TaskSerializer serializer) {
        return ProcessPoolExecutor.builder()
                .workers(1)
                .serializer(serializer)
                .serialization(SerializationOptions.defaults().shipRuntimeClasses(true))
                .build();
    }

    static final String TASK = """
            package run.time;
            import java.util.*;
            import java.util.concurrent.*;
            public class Task implements Callable<Object>, java.io.Serializable {
                record Pair(String name, Level level) implements java.io.Serializable {}
                enum Level { LOW, HIGH { @Override public String toString() { return "high!"; } } }
                public static class Answer implements java.io.Serializable { public final List<Object> values = new ArrayList<>(); }
                private final Pair pair = new Pair("x", Level.HIGH);
                public Object call() {
                    Answer answer = new Answer();
                    Callable<String> lambda = () -> pair.name() + pair.level();
                    try { answer.values.add(lambda.call()); } catch (Exception e) { throw new IllegalStateException(e); }
                    answer.values.add(pair);
                    answer.values.add(new Object() { public String toString() { return "anonymous"; } }.toString());
                    return answer;
                }
            }
            """;

    @Test
    void aTaskOfAClassCompiledInMemoryRunsAndItsResultIsOfTheVeryClass() throws Exception {
        InMemory memory = InMemory.of("run.time.Task", TASK);
        try (ProcessExecutor executor = shipping(TaskSerializers.kryo())) {
            @SuppressWarnings("unchecked")
            Object answer = executor.submit((Callable<Object>) memory.make("run.time.Task"))
                    .get(30, java.util.concurrent.TimeUnit.SECONDS);
            assertThat(answer.getClass()).isSameAs(memory.loadClass("run.time.Task$Answer"));
            assertThat(answer)
                    .extracting("values")
                    .asList()
                    .hasSize(3)
                    .startsWith("xhigh!")
                    .endsWith("anonymous");
        }
    }
}
