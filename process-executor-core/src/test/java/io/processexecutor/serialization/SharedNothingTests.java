package io.processexecutor.serialization;

import static org.assertj.core.api.Assertions.assertThat;

import io.processexecutor.TaskSerializer;
import java.io.IOException;
import java.io.ObjectInputStream;
import java.io.ObjectOutputStream;
import java.io.Serializable;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import java.util.function.Supplier;
import org.jspecify.annotations.NullUnmarked;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What callers do not wait for: each other, and what was found out before. */
@NullUnmarked
@Timeout(120)
class SharedNothingTests {

    private static final int HELD = 4 * Runtime.getRuntime().availableProcessors() + 4;

    /** Holds up whoever encodes or decodes it, if told to. */
    static class Hooked implements Serializable {

        static CountDownLatch inside;
        static CountDownLatch released;

        boolean heldUp;
        Supplier<String> lambda;

        Hooked(boolean heldUp, String text) {
            this.heldUp = heldUp;
            this.lambda = (Supplier<String> & Serializable) () -> text + "!";
        }

        private void writeObject(ObjectOutputStream out) throws IOException {
            out.defaultWriteObject();
            holdUp();
        }

        private void readObject(ObjectInputStream in) throws IOException, ClassNotFoundException {
            in.defaultReadObject();
            holdUp();
        }

        private void holdUp() throws IOException {
            if (heldUp) {
                inside.countDown();
                try {
                    released.await();
                } catch (InterruptedException e) {
                    throw new IOException(e);
                }
            }
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"java", "closure"})
    void callersThatAreHeldUpInAHookHoldUpNoOther(String name) throws Exception {
        TaskSerializer serializer = TaskSerializers.named(name);
        Hooked.inside = new CountDownLatch(HELD);
        Hooked.released = new CountDownLatch(1);
        ExecutorService threads = Executors.newCachedThreadPool();
        try {
            List<Future<byte[]>> heldUp = new ArrayList<>();
            for (int i = 0; i < HELD; i++) {
                heldUp.add(threads.submit(() -> serializer.toBytes(new Hooked(true, "held up"))));
            }
            Hooked.inside.await();
            List<Future<String>> others = new ArrayList<>();
            for (int i = 0; i < HELD; i++) {
                String text = "other " + i;
                others.add(threads.submit(() -> copy(serializer, text)));
            }
            for (int i = 0; i < HELD; i++) {
                assertThat(others.get(i).get(60, TimeUnit.SECONDS)).isEqualTo("other " + i + "!");
            }
            assertThat(heldUp).noneMatch(Future::isDone);
            Hooked.released.countDown();
            for (Future<byte[]> each : heldUp) {
                assertThat(each.get(60, TimeUnit.SECONDS)).isNotEmpty();
            }
        } finally {
            Hooked.released.countDown();
            threads.shutdownNow();
        }
    }

    private static String copy(TaskSerializer serializer, String text) {
        Hooked copy = (Hooked) serializer.fromBytes(serializer.toBytes(new Hooked(false, text)));
        return copy.lambda.get();
    }

    @Test
    void theSecondUseOfALambdaClassReadsNoBytecode(@TempDir Path folder) throws Exception {
        Compiled compiled = Compiled.of(Compiled.javac(), 17, folder, "acme.Job", """
                package acme;
                public class Job implements java.util.function.Function<String, Object> {
                    public Object apply(String text) {
                        return (java.util.function.Supplier<String>) () -> text + "!";
                    }
                }
                """);
        Queue<String> read = new ConcurrentLinkedQueue<>();
        ClassLoader before = Thread.currentThread().getContextClassLoader();
        try (URLClassLoader loader =
                new URLClassLoader(new URL[] {compiled.folder().toUri().toURL()}, before) {
                    @Override
                    public URL findResource(String name) {
                        read.add(name);
                        return super.findResource(name);
                    }
                }) {
            @SuppressWarnings("unchecked")
            Function<String, Object> job = (Function<String, Object>)
                    loader.loadClass("acme.Job").getConstructor().newInstance();
            Thread.currentThread().setContextClassLoader(loader);
            assertThat(copyOf(job.apply("first"))).isEqualTo("first!");
            assertThat(read).contains("acme/Job.class");
            read.clear();
            assertThat(copyOf(job.apply("second"))).isEqualTo("second!");
            // Nor does an engine that has never seen the class, as those of another loader.
            Thread.currentThread().setContextClassLoader(before);
            byte[] third = TaskSerializers.kryo().toBytes(job.apply("third"));
            Thread.currentThread().setContextClassLoader(loader);
            assertThat(((Supplier<?>) TaskSerializers.closure().fromBytes(third)).get())
                    .isEqualTo("third!");
            assertThat(read).isEmpty();
        } finally {
            Thread.currentThread().setContextClassLoader(before);
        }
    }

    private static String copyOf(Object lambda) {
        TaskSerializer serializer = TaskSerializers.kryo();
        return (String) ((Supplier<?>) serializer.fromBytes(serializer.toBytes(lambda))).get();
    }
}
