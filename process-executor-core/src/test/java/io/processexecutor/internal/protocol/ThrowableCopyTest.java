package io.processexecutor.internal.protocol;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(180)
class ThrowableCopyTest {

    @Test
    void namesTextsAndFramesAreCopied() throws Exception {
        IOException thrown = new IOException("disk is gone", new IllegalStateException("why"));
        thrown.addSuppressed(new ArithmeticException("also"));
        ThrowableCopy copy = ThrowableCopy.of(thrown);
        assertThat(copy.className()).isEqualTo("java.io.IOException");
        assertThat(copy.message()).isEqualTo("disk is gone");
        assertThat(copy.stack()).containsExactly(thrown.getStackTrace());
        assertThat(copy.cause().message()).isEqualTo("why");
        assertThat(copy.suppressed()).extracting(ThrowableCopy::message).containsExactly("also");
        assertThat(readBack(copy)).isEqualTo(copy);
    }

    @Test
    void causesInACircleEnd() throws Exception {
        RuntimeException one = new RuntimeException("one");
        RuntimeException other = new RuntimeException("other", one);
        one.initCause(other);
        one.addSuppressed(other);
        other.addSuppressed(one);
        ThrowableCopy copy = ThrowableCopy.of(one);
        assertThat(copy.cause().message()).isEqualTo("other");
        assertThat(copy.cause().cause()).isNull();
        assertThat(readBack(copy)).isEqualTo(copy);
    }

    @Test
    void aLongChainOfCausesIsCutAndStillTravels() throws Exception {
        Throwable thrown = new RuntimeException("root");
        for (int i = 0; i < 10_000; i++) {
            thrown = new RuntimeException("link", thrown);
        }
        ThrowableCopy copy = ThrowableCopy.of(thrown);
        assertThat(readBack(copy)).isEqualTo(copy);
    }

    @Test
    void aChainThatGrowsWhileItIsReadIsCut() throws Exception {
        ThrowableCopy copy = ThrowableCopy.of(new Growing());
        assertThat(readBack(copy)).isEqualTo(copy);
    }

    @Test
    void manySuppressedOfManySuppressedDoNotMultiply() throws Exception {
        RuntimeException[] all = new RuntimeException[60];
        for (int i = 0; i < all.length; i++) {
            all[i] = new RuntimeException("" + i);
            for (int before = 0; before < i; before++) {
                all[i].addSuppressed(all[before]);
            }
        }
        ThrowableCopy copy = ThrowableCopy.of(all[all.length - 1]);
        assertThat(readBack(copy)).isEqualTo(copy);
    }

    @Test
    void anUnboundedStackIsCut() {
        StackTraceElement[] frames = new StackTraceElement[100_000];
        java.util.Arrays.fill(frames, new StackTraceElement("a.B", "c", null, 1));
        RuntimeException thrown = new RuntimeException();
        thrown.setStackTrace(frames);
        assertThat(ThrowableCopy.of(thrown).stack()).hasSize(1024);
    }

    @Test
    void theFramesOfAThousandFailuresTogetherAreCut() {
        StackTraceElement[] frames = new StackTraceElement[200];
        java.util.Arrays.fill(frames, new StackTraceElement("a.B", "c", null, 1));
        RuntimeException thrown = new RuntimeException();
        for (int i = 0; i < 999; i++) {
            RuntimeException each = new RuntimeException("item " + i);
            each.setStackTrace(frames);
            thrown.addSuppressed(each);
        }
        ThrowableCopy copy = ThrowableCopy.of(thrown);
        assertThat(copy.suppressed()).hasSize(999);
        assertThat(copy.suppressed().get(0).stack()).hasSize(200);
        assertThat(copy.suppressed().get(998).message()).isEqualTo("item 998");
        assertThat(copy.stack().size()
                        + copy.suppressed().stream()
                                .mapToInt(each -> each.stack().size())
                                .sum())
                .isEqualTo(10_000);
    }

    @Test
    void throwablesThatThrowAreCopiedAllTheSame() throws Exception {
        for (Throwable hostile : new Throwable[] {
            new RuntimeException("x"), new StackOverflowError(), new OutOfMemoryError("y"), new Hostile()
        }) {
            ThrowableCopy copy = ThrowableCopy.of(new Hostile(hostile));
            assertThat(copy.className()).isEqualTo(Hostile.class.getName());
            assertThat(copy.message())
                    .contains("getMessage() threw " + hostile.getClass().getName());
            assertThat(copy.stack()).isEmpty();
            assertThat(copy.cause()).isNull();
            assertThat(readBack(copy)).isEqualTo(copy);
        }
    }

    @Test
    void framesThatAreNullAreNoFrames() throws Exception {
        ThrowableCopy copy = ThrowableCopy.of(new RuntimeException("x") {
            @Override
            public StackTraceElement[] getStackTrace() {
                return new StackTraceElement[] {null};
            }
        });
        assertThat(copy.message()).isEqualTo("x");
        assertThat(copy.stack()).isEmpty();
        assertThat(readBack(copy)).isEqualTo(copy);
    }

    private static ThrowableCopy readBack(ThrowableCopy copy) throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        copy.writeTo(new DataOutputStream(bytes));
        return ThrowableCopy.readFrom(new DataInputStream(new ByteArrayInputStream(bytes.toByteArray())));
    }

    private static final class Growing extends RuntimeException {

        @Override
        public synchronized Throwable getCause() {
            return new Growing();
        }
    }

    private static final class Hostile extends RuntimeException {

        private final transient Throwable thrown;

        Hostile(Throwable thrown) {
            this.thrown = thrown;
        }

        Hostile() {
            this.thrown = this;
        }

        @Override
        public String getMessage() {
            throw sneaky(thrown);
        }

        @Override
        public synchronized Throwable getCause() {
            throw sneaky(thrown);
        }

        @Override
        public StackTraceElement[] getStackTrace() {
            throw sneaky(thrown);
        }

        @Override
        public String toString() {
            throw sneaky(thrown);
        }

        @SuppressWarnings("unchecked")
        private static <T extends Throwable> RuntimeException sneaky(Throwable thrown) throws T {
            throw (T) thrown;
        }
    }
}
