package io.processexecutor.pool;

import static org.assertj.core.api.Assertions.assertThat;

import io.processexecutor.ProcessExecutor;
import io.processexecutor.TaskSerializationException;
import io.processexecutor.TaskSerializationException.Phase;
import io.processexecutor.serialization.TaskSerializers;
import java.io.Externalizable;
import java.io.IOException;
import java.io.InvalidClassException;
import java.io.InvalidObjectException;
import java.io.ObjectInput;
import java.io.ObjectInputStream;
import java.io.ObjectOutput;
import java.io.ObjectOutputStream;
import java.io.ObjectStreamException;
import java.io.Serializable;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Whatever a serialization hook throws, wherever it runs: its task fails with the phase, and nothing else does. */
@Timeout(180)
class FailureAtBothEndsTest extends OneWorkerEach {

    @BeforeAll
    static void build() {
        build(List.of());
    }

    enum Thrown {
        CHECKED(InvalidObjectException.class),
        UNCHECKED(IllegalStateException.class),
        ASSERTION(AssertionError.class),
        OVERFLOW(StackOverflowError.class),
        LINKAGE(NoClassDefFoundError.class);

        final Class<? extends Throwable> type;

        Thrown(Class<? extends Throwable> type) {
            this.type = type;
        }

        Object raise() throws ObjectStreamException {
            return switch (this) {
                case CHECKED -> throw new InvalidObjectException("on purpose");
                case UNCHECKED -> throw new IllegalStateException("on purpose");
                case ASSERTION -> throw new AssertionError("on purpose");
                case OVERFLOW -> raise().hashCode() + 1;
                case LINKAGE -> throw new NoClassDefFoundError("on/purpose");
            };
        }
    }

    enum Hook {
        WRITE_OBJECT(true, WriteObject::new),
        WRITE_REPLACE(true, WriteReplace::new),
        WRITE_EXTERNAL(true, WriteExternal::new),
        READ_OBJECT(false, ReadObject::new),
        READ_RESOLVE(false, ReadResolve::new),
        READ_EXTERNAL(false, ReadExternal::new);

        final boolean writing;
        private final Function<Thrown, Serializable> made;

        Hook(boolean writing, Function<Thrown, Serializable> made) {
            this.writing = writing;
            this.made = made;
        }

        /** Something that holds the object whose hook throws. */
        List<Object> failing(Thrown thrown) {
            return new ArrayList<>(List.of("before", made.apply(thrown)));
        }
    }

    static class Failing implements Serializable {
        private static final long serialVersionUID = 1L;
        Thrown thrown;

        Failing(Thrown thrown) {
            this.thrown = thrown;
        }
    }

    static final class WriteObject extends Failing {
        WriteObject(Thrown thrown) {
            super(thrown);
        }

        private void writeObject(ObjectOutputStream out) throws IOException {
            thrown.raise();
        }
    }

    static final class WriteReplace extends Failing {
        WriteReplace(Thrown thrown) {
            super(thrown);
        }

        private Object writeReplace() throws ObjectStreamException {
            return thrown.raise();
        }
    }

    static final class ReadObject extends Failing {
        ReadObject(Thrown thrown) {
            super(thrown);
        }

        private void readObject(ObjectInputStream in) throws IOException {
            thrown.raise();
        }
    }

    static final class ReadResolve extends Failing {
        ReadResolve(Thrown thrown) {
            super(thrown);
        }

        private Object readResolve() throws ObjectStreamException {
            return thrown.raise();
        }
    }

    public static final class WriteExternal implements Externalizable {
        private Thrown thrown;

        public WriteExternal() {}

        WriteExternal(Thrown thrown) {
            this.thrown = thrown;
        }

        @Override
        public void writeExternal(ObjectOutput out) throws IOException {
            thrown.raise();
        }

        @Override
        public void readExternal(ObjectInput in) {}
    }

    public static final class ReadExternal implements Externalizable {
        private Thrown thrown;

        public ReadExternal() {}

        ReadExternal(Thrown thrown) {
            this.thrown = thrown;
        }

        @Override
        public void writeExternal(ObjectOutput out) throws IOException {
            out.writeInt(thrown.ordinal());
        }

        @Override
        public void readExternal(ObjectInput in) throws IOException {
            Thrown.values()[in.readInt()].raise();
        }
    }

    static Stream<Arguments> hooks() {
        return serializers().stream()
                .flatMap(serializer -> Arrays.stream(Hook.values())
                        .flatMap(hook ->
                                Arrays.stream(Thrown.values()).map(thrown -> Arguments.of(serializer, hook, thrown))));
    }

    @ParameterizedTest
    @MethodSource("hooks")
    void aHookOfATaskThatThrowsFailsThatTaskWithItsPhase(String serializer, Hook hook, Thrown thrown) throws Exception {
        List<Object> captured = hook.failing(thrown);
        Throwable failure = failureOf(serializer, captured::size);
        Phase phase = hook.writing ? Phase.ENCODE_TASK : Phase.DECODE_TASK;
        assertSays(phase, phase == Phase.ENCODE_TASK ? "task.captured[0][1]" : null, thrown, serializer, failure);
    }

    @ParameterizedTest
    @MethodSource("hooks")
    void aHookOfAResultThatThrowsFailsThatTaskWithItsPhase(String serializer, Hook hook, Thrown thrown)
            throws Exception {
        Throwable failure = failureOf(serializer, () -> hook.failing(thrown));
        Phase phase = hook.writing ? Phase.ENCODE_RESULT : Phase.DECODE_RESULT;
        assertSays(phase, phase == Phase.ENCODE_RESULT ? "result[1]" : null, thrown, serializer, failure);
    }

    /** Where in the graph a hook threw is not always to be told of the platform's own streams. */
    private static void assertSays(Phase phase, String path, Thrown thrown, String serializer, Throwable failure) {
        assertThat(failure).isInstanceOfSatisfying(TaskSerializationException.class, it -> {
            assertThat(it.phase()).isEqualTo(phase);
            assertThat(it).hasCauseInstanceOf(thrown.type);
            if (it.path().isPresent() || !serializer.equals("java")) {
                assertThat(it.path()).isEqualTo(Optional.ofNullable(path));
            }
        });
    }

    static final class Node implements Serializable {
        private static final long serialVersionUID = 1L;
        Node next;

        static Node chain(int length) {
            Node head = null;
            for (int i = 0; i < length; i++) {
                Node node = new Node();
                node.next = head;
                head = node;
            }
            return head;
        }
    }

    @Test
    void aGraphThatOverflowsTheStackOfTheReaderFailsThatTaskOnly() throws Exception {
        CompletableFuture<Throwable> failure = new CompletableFuture<>();
        Node deep = Node.chain(20_000);
        Thread submitter = new Thread(
                null,
                () -> {
                    try {
                        failure.complete(failureOf("java", () -> deep.next.hashCode()));
                    } catch (Throwable e) {
                        failure.completeExceptionally(e);
                    }
                },
                "with a large stack",
                512L << 20);
        submitter.start();
        assertSays(Phase.DECODE_TASK, null, Thrown.OVERFLOW, "java", failure.get(30, TimeUnit.SECONDS));
    }

    @Test
    void aGraphThatOverflowsTheStackOfTheWriterFailsThatTaskOnly() throws Exception {
        Node deep = Node.chain(20_000);
        assertSays(Phase.ENCODE_TASK, null, Thrown.OVERFLOW, "java", failureOf("java", () -> deep.next.hashCode()));
        assertSays(Phase.ENCODE_RESULT, null, Thrown.OVERFLOW, "java", failureOf("java", () -> Node.chain(20_000)));
    }

    @Test
    void aResultThatOverflowsTheStackOfTheParentsReaderFailsThatTaskOnly() throws Exception {
        try (ProcessExecutor executor = javaExecutor("-Xss64m")) {
            long pid = pidOfWorker(executor);
            assertThat(executor.submit(() -> Node.chain(20_000)))
                    .failsWithin(Duration.ofSeconds(30))
                    .withThrowableThat()
                    .satisfies(e -> assertSays(Phase.DECODE_RESULT, null, Thrown.OVERFLOW, "java", e.getCause()));
            assertThat(pidOfWorker(executor)).isEqualTo(pid);
        }
    }

    @Test
    void whatTheFilterOfTheWorkerRejectsFailsThatTaskOnly() throws Exception {
        Node rejected = new Node();
        try (ProcessExecutor executor = javaExecutor("-Djdk.serialFilter=!" + Node.class.getName())) {
            long pid = pidOfWorker(executor);
            assertThat(executor.submit(() -> rejected.hashCode()))
                    .failsWithin(Duration.ofSeconds(30))
                    .withThrowableThat()
                    .satisfies(e -> assertThat(e.getCause())
                            .isInstanceOfSatisfying(
                                    TaskSerializationException.class,
                                    it -> assertThat(it.phase()).isEqualTo(Phase.DECODE_TASK))
                            .hasCauseInstanceOf(InvalidClassException.class)
                            .hasMessageContaining("was refused by the filter of this JVM"));
            assertThat(pidOfWorker(executor)).isEqualTo(pid);
        }
    }

    private static ProcessExecutor javaExecutor(String jvmArgument) {
        return ProcessPoolExecutor.builder()
                .workers(1)
                .serializer(TaskSerializers.java())
                .jvmArgs(List.of(jvmArgument))
                .build();
    }
}
