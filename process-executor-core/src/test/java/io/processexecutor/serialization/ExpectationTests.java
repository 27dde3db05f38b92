package io.processexecutor.serialization;

import static org.assertj.core.api.Assertions.assertThat;

import io.processexecutor.SerializationOptions;
import io.processexecutor.TaskSerializer;
import java.io.IOException;
import java.io.InputStream;
import java.io.Serializable;
import java.util.List;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What is made ready for a task that may come. */
@Timeout(120)
class ExpectationTests {

    /** Loaded twice: by the usual loader and by the one that expects. */
    private static final class Author {

        static {
            System.out.println("initialized by " + Author.class.getClassLoader().getName());
        }

        static Callable<Integer> task() {
            return (Callable<Integer> & Serializable) () -> 42;
        }
    }

    private static final class SecondLoader extends ClassLoader {

        SecondLoader() {
            super("second", ExpectationTests.class.getClassLoader());
        }

        @Override
        protected Class<?> loadClass(String name, boolean resolve) throws ClassNotFoundException {
            if (!name.equals(Author.class.getName())) {
                return super.loadClass(name, resolve);
            }
            System.out.println("loaded by " + getName());
            Class<?> known = findLoadedClass(name);
            return known == null ? define(name) : known;
        }

        private Class<?> define(String name) throws ClassNotFoundException {
            try (InputStream in = getResourceAsStream(name.replace('.', '/') + ".class")) {
                byte[] bytes = in.readAllBytes();
                return defineClass(name, bytes, 0, bytes.length);
            } catch (IOException e) {
                throw new ClassNotFoundException(name, e);
            }
        }
    }

    static final class Main {

        public static void main(String[] arguments) {
            if (arguments.length > 0) {
                TaskSerializers.deepReflection(false);
            }
            ExecutorSerializers serializers = ExecutorSerializers.of(SerializationOptions.defaults());
            System.out.println("before [" + serializers.expected() + "]");
            TaskSerializer kryo = serializers.named("kryo");
            byte[] task = kryo.toBytes(Author.task());
            Thread.currentThread().setContextClassLoader(new SecondLoader());
            ExecutorSerializers.expect(serializers.expected());
            System.out.println("expected");
            @Nullable Object arrived = kryo.fromBytes(task);
            System.out.println("arrived by "
                    + (arrived == null
                            ? ""
                            : arrived.getClass().getClassLoader().getName()));
        }
    }

    @Test
    void theClassThatWroteTheLambdaIsLoadedAndNotInitialized() throws Exception {
        OtherJvm jvm = OtherJvm.run(List.of(), Main.class);
        assertThat(jvm.out())
                .contains("before []")
                .containsSubsequence("initialized by app", "loaded by second", "expected", "arrived by second")
                .doesNotContain("initialized by second");
    }

    @Test
    void whereTheClassItselfMustMakeTheLambdaItIsLeftAloneUntilThatArrives() throws Exception {
        OtherJvm jvm = OtherJvm.run(List.of(), Main.class, "without deep access");
        assertThat(jvm.out())
                .containsSubsequence("initialized by app", "expected", "loaded by second", "arrived by second");
    }
}
