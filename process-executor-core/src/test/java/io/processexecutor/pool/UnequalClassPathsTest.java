package io.processexecutor.pool;

import static org.assertj.core.api.Assertions.assertThat;

import io.processexecutor.ProcessTask;
import io.processexecutor.TaskSerializationException;
import io.processexecutor.TaskSerializationException.Phase;
import io.processexecutor.serialization.Compiled;
import java.io.File;
import java.net.URLClassLoader;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** What happens when the parent and its worker do not have the same classes: one task fails, and says why. */
@Timeout(180)
class UnequalClassPathsTest extends OneWorkerEach {

    private static final String CLASS = "different.Extra";

    @TempDir
    static Path directory;

    private static URLClassLoader loader;

    @BeforeAll
    static void compileTwoVersions() throws Exception {
        loader = compiled("here", """
                int amount = 1;
                public enum Grade { LOW, HIGH }
                public record Pair(int left, int right) implements Serializable {}
                public static Object constant() { return Grade.HIGH; }
                public static Object pair() { return new Pair(1, 2); }
                public static Callable<Integer> lambda() { int n = 7; return (Callable<Integer> & Serializable) () -> n + 1; }
                """).loader();
        Compiled there = compiled("there", """
                String amount = "1"; long other;
                public enum Grade { LOW }
                public record Pair(int left, String right) implements Serializable {}
                public static Object constant() { return Grade.LOW; }
                """);
        List<Path> classPath = new ArrayList<>(List.of(there.folder()));
        for (String entry : System.getProperty("java.class.path").split(File.pathSeparator)) {
            classPath.add(Path.of(entry));
        }
        build(classPath);
    }

    @AfterAll
    static void closeTheLoader() throws Exception {
        loader.close();
    }

    @ParameterizedTest
    @MethodSource("serializers")
    void aClassThatOnlyTheWorkerHasFailsTheTaskThatReturnsIt(String serializer) throws Exception {
        TaskSerializationException failure = failureIn(
                Phase.DECODE_RESULT,
                serializer,
                () -> Class.forName(CLASS).getConstructor().newInstance());
        assertThat(failure.culprit()).hasValue(CLASS);
        assertThat(failure)
                .hasMessageContaining("Cannot decode the result: " + CLASS + " is not on the class path")
                .hasCauseInstanceOf(ClassNotFoundException.class);
    }

    @ParameterizedTest
    @MethodSource("serializers")
    void anotherVersionOfAClassIsNoticedAndNamed(String serializer) throws Exception {
        String words = serializer.equals("java") ? "incompatible" : "the class paths are not the same";
        Class<?> here = loader.loadClass(CLASS);
        Object bean = here.getConstructor().newInstance();
        assertThat(failureIn(Phase.DECODE_TASK, serializer, () -> bean.hashCode()))
                .hasMessageContaining(CLASS)
                .hasMessageContaining(words);
        Object constant = here.getMethod("constant").invoke(null);
        assertThat(failureIn(Phase.DECODE_TASK, serializer, () -> constant.hashCode()))
                .hasMessageContaining(CLASS + "$Grade")
                .hasMessageContaining("HIGH");
        Object pair = here.getMethod("pair").invoke(null);
        assertThat(failureIn(Phase.DECODE_TASK, serializer, () -> pair.hashCode()))
                .hasMessageContaining(CLASS + "$Pair")
                .hasMessageContaining(words);
    }

    @ParameterizedTest
    @MethodSource("serializers")
    void aLambdaWhoseClassHasItNoMoreIsNotTakenForAnother(String serializer) throws Exception {
        Callable<?> lambda =
                (Callable<?>) loader.loadClass(CLASS).getMethod("lambda").invoke(null);
        assertThat(failureIn(Phase.DECODE_TASK, serializer, () -> lambda.call()))
                .hasStackTraceContaining(CLASS);
    }

    private static TaskSerializationException failureIn(Phase phase, String serializer, ProcessTask<?> task)
            throws Exception {
        TaskSerializationException failure = (TaskSerializationException) failureOf(serializer, task);
        assertThat(failure.phase()).isEqualTo(phase);
        return failure;
    }

    private static Compiled compiled(String folder, String members) throws Exception {
        String text = "package different; import java.io.Serializable; import java.util.concurrent.Callable;"
                + " public class Extra implements Serializable {" + members + "}";
        return Compiled.of(Compiled.javac(), 17, directory.resolve(folder), CLASS, text);
    }
}
