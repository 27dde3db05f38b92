package io.processexecutor.pool;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.processexecutor.ObjectReplacer;
import io.processexecutor.ProcessExecutorListener;
import io.processexecutor.ProcessTask;
import io.processexecutor.RemoteTaskException;
import io.processexecutor.SerializationOptions;
import io.processexecutor.TaskOptions;
import io.processexecutor.TaskSerializationException;
import io.processexecutor.TaskSerializationException.Phase;
import io.processexecutor.TaskSubmitter;
import io.processexecutor.event.WorkerPrepared;
import io.processexecutor.internal.protocol.WorkerSettings;
import io.processexecutor.serialization.TaskSerializers;
import io.processexecutor.serialization.stranger.Stranger;
import java.io.InvalidObjectException;
import java.io.ObjectInputStream;
import java.io.Serializable;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.atomic.AtomicInteger;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** The options of an executor, in force in its workers as they are here. */
@Timeout(240)
class SerializationOptionsTest {

    private static final Duration TIMEOUT = Duration.ofSeconds(60);
    private static final List<String> MODES = List.of("java", "kryo", "closure");

    /** Something that lives in its JVM and has the same name in every other. */
    static final class Service {
        private static final Map<String, Service> HERE = new ConcurrentHashMap<>();

        final String name;
        final long pid = ProcessHandle.current().pid();
        final Thread thread = Thread.currentThread();

        private Service(String name) {
            this.name = name;
        }

        static Service named(String name) {
            return HERE.computeIfAbsent(name, Service::new);
        }
    }

    static class ByName implements ObjectReplacer, Serializable {
        private final String suffix;

        ByName(String suffix) {
            this.suffix = suffix;
        }

        @Override
        public boolean replaces(Class<?> type) {
            return type == Service.class;
        }

        @Override
        public Object replace(Object object) {
            return ((Service) object).name + suffix;
        }

        @Override
        public Object restore(Object reference) {
            return Service.named((String) reference);
        }
    }

    private static ProcessPoolExecutor executor(SerializationOptions options, String... jvmArgs) {
        return ProcessPoolExecutor.builder()
                .name("options")
                .workers(1)
                .maxHeapBytes(96 << 20)
                .jvmArgs(List.of(jvmArgs))
                .serialization(options)
                .build();
    }

    private static TaskSubmitter in(ProcessPoolExecutor executor, String mode) {
        return executor.with(TaskOptions.defaults().serializer(TaskSerializers.named(mode)));
    }

    private static TaskSerializationException failure(CompletableFuture<?> future) {
        return assertThat(future)
                .failsWithin(TIMEOUT)
                .withThrowableOfType(ExecutionException.class)
                .havingCause()
                .asInstanceOf(org.assertj.core.api.InstanceOfAssertFactories.type(TaskSerializationException.class))
                .actual();
    }

    private static SerializationOptions replacing(ObjectReplacer replacer) {
        return SerializationOptions.defaults().replacer(replacer);
    }

    @Test
    void anObjectGoesAsAReferenceInBothDirectionsAndInEveryMode() {
        Service here = Service.named("a");
        try (ProcessPoolExecutor executor = executor(replacing(new ByName("")))) {
            for (String mode : MODES) {
                assertThat(in(executor, mode).submit(() -> here.pid))
                        .succeedsWithin(TIMEOUT)
                        .isNotEqualTo(here.pid);
                CompletableFuture<ArrayList<Service>> back =
                        in(executor, mode).submit(() -> new ArrayList<>(List.of(here, Service.named("a"))));
                assertThat(back).succeedsWithin(TIMEOUT).isEqualTo(List.of(here, here));
            }
        }
    }

    /** Says no, as far as it knows: it is not told whether it is a task or a result. */
    static class Refusing extends ByName {

        Refusing() {
            super("");
        }

        @Override
        public Object replace(Object object) {
            throw new TaskSerializationException(
                    Phase.ENCODE_TASK, null, Service.class.getName(), "it stays where it is", null);
        }
    }

    @Test
    void whatAReplacerSaysOfAResultIsSaidOfTheResultThroughout() {
        try (ProcessPoolExecutor executor = executor(replacing(new Refusing()))) {
            for (String mode : MODES) {
                TaskSerializationException failure =
                        failure(in(executor, mode).submit(() -> new ArrayList<>(List.of(Service.named("a")))));
                assertThat(failure)
                        .hasMessageStartingWith("Cannot encode the result: ")
                        .hasMessageEndingWith("it stays where it is");
                assertThat(failure.getCause())
                        .as(mode)
                        .isInstanceOf(TaskSerializationException.class)
                        .hasMessage("Cannot encode the result: it stays where it is");
            }
        }
    }

    @Test
    void theReplacersOfTwoExecutorsNeverMix() {
        Service here = Service.named("s");
        try (ProcessPoolExecutor one = executor(replacing(new ByName("+1")));
                ProcessPoolExecutor two = executor(replacing(new ByName("+2")));
                ProcessPoolExecutor plain = executor(SerializationOptions.defaults())) {
            // Once on the way there and once on the way back, each with its own.
            assertThat(one.submit(() -> here)).succeedsWithin(TIMEOUT).isSameAs(Service.named("s+1+1"));
            assertThat(two.submit(() -> here)).succeedsWithin(TIMEOUT).isSameAs(Service.named("s+2+2"));
            assertThatExceptionOfType(TaskSerializationException.class)
                    .isThrownBy(() -> plain.submit(() -> here))
                    .withMessageContaining("java.lang.Thread");
        }
    }

    @Test
    void eachTaskHasTheSerializerItAskedForAndSoHasItsResult() {
        try (ProcessPoolExecutor executor = executor(SerializationOptions.defaults())) {
            ProcessTask<Object> lambdasInData = () -> new ArrayList<>(List.of((Runnable) () -> {}));
            assertThat(in(executor, "closure").submit(lambdasInData)).succeedsWithin(TIMEOUT);
            assertThat(failure(in(executor, "kryo").submit(lambdasInData)))
                    .hasMessageContaining("stands inside data")
                    .satisfies(e -> assertThat(e.phase()).isEqualTo(Phase.ENCODE_RESULT));
            assertThat(failure(in(executor, "java").submit(lambdasInData)))
                    .hasMessageContaining("is not Serializable")
                    .satisfies(e -> assertThat(e.phase()).isEqualTo(Phase.ENCODE_RESULT));
            assertThat(executor.submit(() -> "still there")).succeedsWithin(TIMEOUT);
            assertThat(executor.stats().workerStarts()).isEqualTo(1);
        }
    }

    @Test
    void whatIsNotAllowedFailsItsTaskAndNoOther() {
        SerializationOptions options = SerializationOptions.defaults()
                .allowedPackages(List.of(SerializationOptionsTest.class.getPackageName()));
        try (ProcessPoolExecutor executor = executor(options)) {
            for (String mode : MODES) {
                Stranger stranger = new Stranger();
                assertThatExceptionOfType(TaskSerializationException.class)
                        .isThrownBy(() -> in(executor, mode).submit(() -> stranger.number))
                        .withMessageContaining("add " + Stranger.class.getPackageName() + " to")
                        .satisfies(e -> assertThat(e.phase()).isEqualTo(Phase.ENCODE_TASK));
                assertThat(failure(in(executor, mode).submit(() -> (Object) new Stranger())))
                        .hasMessageContaining(Stranger.class.getName())
                        .satisfies(e -> assertThat(e.phase()).isEqualTo(Phase.ENCODE_RESULT));
                assertThat(in(executor, mode).submit(() -> {
                            throw new Stranger.Failure("what a task throws is always told");
                        }))
                        .failsWithin(TIMEOUT)
                        .withThrowableOfType(ExecutionException.class)
                        .havingCause()
                        .isInstanceOf(RemoteTaskException.class)
                        .withMessageContaining("what a task throws is always told")
                        .withMessageContaining(Stranger.Failure.class.getName());
                assertThat(in(executor, mode).submit(() -> List.of(1, "b")))
                        .succeedsWithin(TIMEOUT)
                        .isEqualTo(List.of(1, "b"));
            }
        }
    }

    @Test
    void aResultIsHeldToTheLimitsInTheWorker() {
        SerializationOptions options =
                SerializationOptions.defaults().maxArrayLength(1000).maxBytes(50_000);
        try (ProcessPoolExecutor executor = executor(options)) {
            for (String mode : MODES) {
                assertThat(failure(in(executor, mode).submit(() -> new int[1001])))
                        .hasMessageContaining("its length is 1001, and the limit is 1000")
                        .satisfies(e -> assertThat(e.phase()).isEqualTo(Phase.ENCODE_RESULT));
                assertThat(failure(in(executor, mode)
                                .submit(() -> new ArrayList<>(Collections.nCopies(20, 0))
                                        .stream().map(each -> new long[1000]).toArray())))
                        .hasMessageContaining("the limit is 50000");
                assertThat(in(executor, mode).submit(() -> new int[1000])).succeedsWithin(TIMEOUT);
            }
        }
    }

    @Test
    void whatWorkersDoBeforeTheirTasksIsNotHeldToTheLimits() {
        String text = "x".repeat(3000);
        Object[] nested = {};
        for (int i = 0; i < 20; i++) {
            nested = new Object[] {nested};
        }
        Object[] deep = nested;
        SerializationOptions options = SerializationOptions.defaults()
                .maxArrayLength(1000)
                .maxBytes(2500)
                .maxDepth(10);
        for (String mode : MODES) {
            AtomicInteger prepared = new AtomicInteger();
            try (ProcessPoolExecutor executor = ProcessPoolExecutor.builder()
                    .workers(1)
                    .serializer(TaskSerializers.named(mode))
                    .serialization(options)
                    .initializer(() -> System.setProperty("initialized", text + deep.length))
                    .preparation(() -> System.setProperty("prepared", text + deep.length))
                    .prepareEagerly(true)
                    .listener(new ProcessExecutorListener() {
                        @Override
                        public void onWorkerPrepared(WorkerPrepared event) {
                            prepared.incrementAndGet();
                        }
                    })
                    .build()) {
                assertThat(executor.submit(
                                () -> System.getProperty("initialized").length()))
                        .as(mode)
                        .succeedsWithin(TIMEOUT)
                        .isEqualTo(3001);
                Awaitility.await().atMost(TIMEOUT).until(() -> prepared.get() == 1);
                assertThat(executor.submit(() -> System.getProperty("prepared").length()))
                        .succeedsWithin(TIMEOUT)
                        .isEqualTo(3001);
                assertThat(failure(executor.submit(() -> new int[1001]))).hasMessageContaining("the limit is 1000");
            }
        }
    }

    @Test
    void aReplacerThatCannotTravelFailsTheBuildByName() {
        Thread bound = Thread.currentThread();
        ObjectReplacer replacer = new ByName("") {
            final Thread here = bound;
        };
        assertThatExceptionOfType(TaskSerializationException.class)
                .isThrownBy(() -> executor(replacing(replacer)))
                .withMessageContaining(
                        "the replacer " + replacer.getClass().getTypeName() + " cannot go to the workers")
                .withMessageContaining("replacer.here")
                .withMessageContaining("java.lang.Thread");
    }

    static final class HereOnly implements ObjectReplacer, Serializable {
        final int state = 1;

        @Override
        public boolean replaces(Class<?> type) {
            return false;
        }

        @Override
        public Object replace(Object object) {
            return object;
        }

        @Override
        public Object restore(Object reference) {
            return reference;
        }

        private void readObject(ObjectInputStream in) throws Exception {
            in.defaultReadObject();
            if (WorkerSettings.inWorker()) {
                throw new InvalidObjectException("not in a worker");
            }
        }
    }

    @Test
    void aReplacerThatCannotBeDecodedInTheWorkerFailsTheTasksByName() {
        try (ProcessPoolExecutor executor = executor(replacing(new HereOnly()))) {
            for (int i = 0; i < 2; i++) {
                assertThat(failure(executor.submit(() -> 1)))
                        .hasMessageContaining(
                                "the replacer " + HereOnly.class.getTypeName() + " cannot be decoded in this process")
                        .satisfies(e -> assertThat(e.phase()).isEqualTo(Phase.DECODE_TASK));
            }
        }
    }

    @Test
    void theFilterOfTheWholeJvmHasItsSayInJavaMode() {
        String filter = "-Djdk.serialFilter=!" + Stranger.class.getName() + ";maxarray=5000";
        SerializationOptions options = SerializationOptions.defaults().allowedPackages(List.of("io.processexecutor"));
        Stranger stranger = new Stranger();
        byte[] large = new byte[6000];
        try (ProcessPoolExecutor executor = executor(options, filter)) {
            assertThat(failure(in(executor, "java").submit(() -> stranger.number)))
                    .hasMessageContaining(
                            Stranger.class.getName() + " was refused by the filter of this JVM (jdk.serialFilter")
                    .satisfies(e -> assertThat(e.phase()).isEqualTo(Phase.DECODE_TASK));
            assertThat(failure(in(executor, "java").submit(() -> large.length)))
                    .hasMessageContaining("jdk.serialFilter");
            assertThat(in(executor, "java").submit(() -> 3))
                    .succeedsWithin(TIMEOUT)
                    .isEqualTo(3);
        }
    }
}
