package io.processexecutor.serialization;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.processexecutor.TaskSerializationException;
import io.processexecutor.TaskSerializer;
import io.processexecutor.internal.files.FileInput;
import java.io.ByteArrayInputStream;
import java.io.Externalizable;
import java.io.IOException;
import java.io.InputStream;
import java.io.ObjectInput;
import java.io.ObjectInputStream;
import java.io.ObjectOutput;
import java.io.ObjectOutputStream;
import java.io.Serializable;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Hashtable;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.NullUnmarked;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Hooks in graphs that are deeper than a stack: each runs once, whatever locks there are. */
@NullUnmarked
@Timeout(value = 180, unit = TimeUnit.SECONDS, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class DeepHookTests {

    private static final TaskSerializer KRYO = TaskSerializers.kryo();
    private static final int DEEP = 1_000;

    /** So many numbers do not go through the engine's buffer. */
    private static final int LARGE = 10_000;

    private static final AtomicInteger WRITTEN = new AtomicInteger();
    private static final AtomicInteger READ = new AtomicInteger();
    private static final AtomicInteger RESOLVED = new AtomicInteger();

    static class Plain {
        Object next;
    }

    static class Hooked extends Plain implements Serializable {
        private void writeObject(ObjectOutputStream out) throws IOException {
            WRITTEN.incrementAndGet();
            out.defaultWriteObject();
            out.writeObject(next);
        }

        private void readObject(ObjectInputStream in) throws IOException, ClassNotFoundException {
            READ.incrementAndGet();
            in.defaultReadObject();
            next = in.readObject();
        }

        private Object readResolve() {
            RESOLVED.incrementAndGet();
            return this;
        }
    }

    static class Locked extends Plain implements Serializable {
        private void writeObject(ObjectOutputStream out) throws IOException {
            synchronized (Locked.class) {
                out.writeObject(next);
            }
        }

        private void readObject(ObjectInputStream in) throws IOException, ClassNotFoundException {
            synchronized (Locked.class) {
                next = in.readObject();
            }
        }
    }

    static class Replaced extends Plain implements Serializable {
        private Object writeReplace() {
            WRITTEN.incrementAndGet();
            return new Form(next);
        }
    }

    record Form(Object next) implements Serializable {
        Form {
            READ.incrementAndGet();
        }

        private Object readResolve() {
            RESOLVED.incrementAndGet();
            return linkedTo(new Replaced(), next);
        }
    }

    public static class External extends Plain implements Externalizable {
        @Override
        public void writeExternal(ObjectOutput out) throws IOException {
            WRITTEN.incrementAndGet();
            out.writeObject(next);
        }

        @Override
        public void readExternal(ObjectInput in) throws IOException, ClassNotFoundException {
            READ.incrementAndGet();
            next = in.readObject();
        }
    }

    static class Doubled extends Plain implements Serializable {
        final double[] samples = new double[LARGE];

        private void readObject(ObjectInputStream in) throws IOException, ClassNotFoundException {
            in.defaultReadObject();
            Arrays.setAll(samples, i -> 2 * samples[i]);
        }
    }

    private static Plain linkedTo(Plain head, Object next) {
        head.next = next;
        return head;
    }

    private interface Maker {
        Plain make();
    }

    private static Plain chain(int length, Maker maker, Object end) {
        Object head = end;
        for (int i = 0; i < length; i++) {
            head = linkedTo(maker.make(), head);
        }
        return (Plain) head;
    }

    private static int length(Object head) {
        int length = 0;
        for (Object each = head; each instanceof Plain plain; each = plain.next) {
            length++;
        }
        return length;
    }

    private static Object copied(Object value) {
        WRITTEN.set(0);
        byte[] bytes = KRYO.toBytes(value);
        READ.set(0);
        RESOLVED.set(0);
        return KRYO.fromBytes(bytes);
    }

    @BeforeEach
    void whatLoadsLateDoesNotLoadAtTheEndOfAStack() {
        assertThat(length(copied(chain(3, Hooked::new, null)))).isEqualTo(3);
    }

    @Test
    void everyHookOfADeepChainRunsOnce() {
        assertThat(length(copied(chain(DEEP, Hooked::new, null)))).isEqualTo(DEEP);
        assertThat(WRITTEN).hasValue(DEEP);
        assertThat(READ).hasValue(DEEP);
        assertThat(RESOLVED).hasValue(DEEP);
    }

    @Test
    void soDoesEveryExternalizable() {
        assertThat(length(copied(chain(DEEP, External::new, null)))).isEqualTo(DEEP);
        assertThat(WRITTEN).hasValue(DEEP);
        assertThat(READ).hasValue(DEEP);
    }

    @Test
    void soDoesEveryReplacementAndItsConstructorAndItsWayBack() {
        Plain chain = chain(DEEP, Replaced::new, null);
        assertThat(length(copied(chain))).isEqualTo(DEEP);
        assertThat(WRITTEN).hasValue(DEEP);
        // Written ones are made by their constructor as well, but before this was counted.
        assertThat(READ).hasValue(DEEP);
        assertThat(RESOLVED).hasValue(DEEP);
    }

    @Test
    void aHookBeforeOrBelowADeepPartRunsOnce() {
        Plain below = chain(DEEP, Plain::new, chain(3, Hooked::new, null));
        assertThat(length(copied(linkedTo(new Hooked(), below)))).isEqualTo(DEEP + 4);
        assertThat(WRITTEN).hasValue(4);
        assertThat(READ).hasValue(4);
        assertThat(length(copied(below))).isEqualTo(DEEP + 3);
        assertThat(WRITTEN).hasValue(3);
        assertThat(READ).hasValue(3);
    }

    @Test
    void hooksThatHoldALockWhichOthersBelowThemNeedDoNotHang() {
        assertThat(length(copied(chain(DEEP, Locked::new, null)))).isEqualTo(DEEP);
    }

    @Test
    void aHookFindsALargeArrayAsItWasWrittenThoughItRunsTwice(@TempDir Path directory) throws Exception {
        Doubled first = new Doubled();
        Arrays.fill(first.samples, 1);
        byte[] bytes = KRYO.toBytes(new Object[] {"before", first, chain(DEEP, Locked::new, null)});
        assertThat(sampleOf(KRYO.fromBytes(bytes))).isEqualTo(2);
        assertThat(sampleOf(KRYO.decode(new ByteArrayInputStream(bytes)))).isEqualTo(2);
        Path file = Files.write(directory.resolve("graph"), bytes);
        try (FileInput source = new FileInput(file, bytes.length)) {
            assertThat(sampleOf(KRYO.decode(source))).isEqualTo(2);
            assertThat(source.left()).isZero();
        }
        try (InputStream source = Files.newInputStream(file)) {
            assertThatExceptionOfType(TaskSerializationException.class)
                    .isThrownBy(() -> KRYO.decode(source))
                    .withMessageContaining("a hook waits for a lock");
        }
    }

    private static double sampleOf(Object graph) {
        return ((Doubled) ((Object[]) graph)[1]).samples[LARGE - 1];
    }

    @Test
    void aLockOfTheCallerIsARefusalAndNoHang() {
        Map<String, Object> table = new Hashtable<>(Map.of("key", "value"));
        Plain graph = chain(DEEP, Plain::new, table);
        synchronized (table) {
            assertThatExceptionOfType(TaskSerializationException.class)
                    .isThrownBy(() -> KRYO.toBytes(graph))
                    .withMessageContaining("a hook waits for a lock that the caller holds");
        }
        assertThat(length(copied(graph))).isEqualTo(DEEP);
    }

    static class Where extends Plain implements Serializable {
        static volatile ClassLoader context;
        static volatile Thread thread;

        private void writeObject(ObjectOutputStream out) throws IOException {
            context = Thread.currentThread().getContextClassLoader();
            thread = Thread.currentThread();
            out.writeObject(next);
        }
    }

    @Test
    void aHookDeepInsideFindsTheClassLoaderOfWhoeverEncodes() {
        ClassLoader before = Thread.currentThread().getContextClassLoader();
        try {
            for (int i = 0; i < 3; i++) {
                ClassLoader own = new ClassLoader(before) {};
                Thread.currentThread().setContextClassLoader(own);
                KRYO.toBytes(chain(DEEP, Where::new, null));
                assertThat(Where.thread).isNotSameAs(Thread.currentThread());
                assertThat(Where.context).isSameAs(own);
            }
        } finally {
            Thread.currentThread().setContextClassLoader(before);
            Where.context = null;
        }
    }

    @Test
    void theThreadWithTheLargeStackEndsSoonAfterItsLastGraph() throws InterruptedException {
        KRYO.toBytes(chain(DEEP, Where::new, null));
        Thread large = Where.thread;
        assertThat(large.getName()).isEqualTo("process-executor-deep-graph");
        large.join(60_000);
        assertThat(large.isAlive()).isFalse();
    }

    @Test
    void theJavaSerializerSaysThatAGraphIsTooDeepForIt() {
        Plain graph = chain(100_000, External::new, null);
        assertThatExceptionOfType(TaskSerializationException.class)
                .isThrownBy(() -> TaskSerializers.java().toBytes(graph))
                .withMessageContaining("more objects hold one another than the stack of this thread takes")
                .withMessageContaining("the serializer kryo or closure");
    }
}
