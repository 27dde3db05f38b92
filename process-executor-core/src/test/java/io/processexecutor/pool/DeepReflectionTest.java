package io.processexecutor.pool;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import io.processexecutor.ProcessTask;
import io.processexecutor.TaskOptions;
import io.processexecutor.TaskSerializationException;
import io.processexecutor.serialization.OtherJvm;
import io.processexecutor.serialization.TaskSerializers;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** The switch that keeps the library out of the JDK's internals, here and in the workers. */
@Timeout(240)
class DeepReflectionTest {

    private static final String OFF = "-Dprocess-executor.closures.deep-reflection=false";

    record Order(String id, List<Integer> lines) {}

    static final class Main {
        public static void main(String[] arguments) throws Exception {
            if (arguments.length > 0) {
                TaskSerializers.deepReflection(false);
            }
            try (ProcessPoolExecutor executor = ProcessPoolExecutor.builder()
                    .workers(1)
                    .maxHeapBytes(64 << 20)
                    .build()) {
                Order order = new Order("o", List.of(1, 2));
                System.out.println("worker: "
                        + executor.submit(() -> System.getProperty("process-executor.closures.deep-reflection"))
                                .get());
                for (String mode : List.of("kryo", "closure")) {
                    var in = executor.with(TaskOptions.defaults().serializer(TaskSerializers.named(mode)));
                    ProcessTask<Object> task = () -> Map.of(order.id(), new Order("back", order.lines()));
                    System.out.println(mode + ": " + in.submit(task).get());
                }
                Callable<Integer> plain = List.of(1, 2)::size;
                try {
                    System.out.println("plain: " + executor.submit(plain).get());
                } catch (TaskSerializationException e) {
                    System.out.println("plain refused: " + e.getMessage());
                }
            }
            System.out.println(TaskSerializers.diagnose());
        }
    }

    @Test
    void switchedOffWhatNeedsNoInternalsWorksOnBothEnds() throws Exception {
        for (OtherJvm jvm : List.of(
                OtherJvm.run(List.of(OFF), Main.class), OtherJvm.run(List.of(), Main.class, "by the program"))) {
            assertThat(jvm.out())
                    .contains("worker: false")
                    .contains("kryo: {o=Order[id=back, lines=[1, 2]]}")
                    .contains("closure: {o=Order[id=back, lines=[1, 2]]}")
                    .contains("no deep access (turned off by " + OFF + ")")
                    .contains("deep reflection: off; start this JVM without " + OFF)
                    .contains("those that are Serializable");
            assertThat(jvm.exitCode()).isZero();
        }
    }

    @Test
    void aDiagnosisNamesTheRungTheSwitchAndWhatIsRefused() {
        assertThat(TaskSerializers.diagnose().lines())
                .hasSizeGreaterThan(4)
                .anyMatch(line -> line.contains("on Java " + System.getProperty("java.vm.version")))
                .anyMatch(line -> line.contains("sun.reflect.ReflectionFactory"))
                .anyMatch(line -> line.contains("deep reflection: on; " + OFF + " turns it off"))
                .anyMatch(line -> line.contains("lambdas: all travel"))
                .anyMatch(line -> line.contains("refused: ") && line.contains("threads"));
    }

    @Test
    void switchingTooLateIsAnErrorAndChangesNothing() {
        TaskSerializers.kryo().toBytes("used");
        TaskSerializers.deepReflection(true);
        System.clearProperty("process-executor.closures.deep-reflection");
        assertThatIllegalStateException()
                .isThrownBy(() -> TaskSerializers.deepReflection(false))
                .withMessageContaining("deep-reflection=false comes too late")
                .withMessageContaining("Start the JVM with " + OFF);
        assertThat(System.getProperty("process-executor.closures.deep-reflection"))
                .isNull();
    }

    @Test
    void theWorkersAreNotSwitchedAlone() {
        assertThatIllegalArgumentException()
                .isThrownBy(() ->
                        ProcessPoolExecutor.builder().jvmArgs(List.of(OFF)).build())
                .withMessageContaining("jvmArgs must not switch the workers alone, was " + OFF);
    }
}
