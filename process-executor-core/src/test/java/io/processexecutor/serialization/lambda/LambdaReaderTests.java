package io.processexecutor.serialization.lambda;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.processexecutor.serialization.Compiled;
import io.processexecutor.serialization.InMemory;
import io.processexecutor.serialization.OtherJvm;
import java.io.InputStream;
import java.lang.invoke.MethodHandles;
import java.lang.ref.WeakReference;
import java.lang.reflect.Proxy;
import java.net.URLClassLoader;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.function.Function;
import java.util.function.IntSupplier;
import java.util.function.Supplier;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LambdaReaderTests {

    private static final String JOB = """
            package acme;
            public class Job implements java.util.function.Supplier<Runnable> {
                public Runnable get() {
                    int number = Integer.parseInt("1");
                    return () -> System.setProperty("acme", "" + number);
                }
            }
            """;

    @Test
    @SuppressWarnings("UnnecessaryLambda")
    void onlyLambdaClassesAreLambdas() throws Exception {
        Runnable lambda = () -> {};
        Runnable anonymous = new Runnable() {
            @Override
            public void run() {}
        };
        Object proxy = Proxy.newProxyInstance(
                getClass().getClassLoader(), new Class<?>[] {Runnable.class}, (self, method, arguments) -> null);
        assertThat(Lambdas.isLambda(lambda.getClass())).isTrue();
        assertThat(Lambdas.isLambda(anonymous.getClass())).isFalse();
        assertThat(Lambdas.isLambda(proxy.getClass())).isFalse();
        assertThat(Lambdas.isLambda(hiddenClass())).isFalse();
        assertThat(Lambdas.hostName(lambda.getClass())).isEqualTo(getClass().getName());
        assertThatIllegalArgumentException().isThrownBy(() -> LambdaReader.read(anonymous));
    }

    @Test
    void theSiteSaysWhatItIs() {
        int number = Integer.parseInt("3");
        IntSupplier lambda = () -> number;
        LambdaSite site = LambdaReader.read(lambda);
        assertThat(site.host().className()).isEqualTo(getClass().getName());
        assertThat(site.type().interfaceName()).isEqualTo("java/util/function/IntSupplier");
        assertThat(site.type().methodName()).isEqualTo("getAsInt");
        assertThat(site.captureKinds()).isEqualTo("I");
        assertThat(site.implementation().member().name()).startsWith("lambda$");
        LambdaShape shape = LambdaShape.of(lambda.getClass());
        assertThat(shape.count()).isEqualTo(1);
        assertThat(shape.field(0).kind()).isEqualTo('I');
        assertThat(shape.captured(lambda)).containsExactly(3);
    }

    @Test
    void lambdasOfOneClassAreReadOnceAndNothingCapturedIsKept() {
        Supplier<Integer> first = capturing(1);
        Supplier<Integer> second = capturing(2);
        assertThat(first.getClass()).isSameAs(second.getClass());
        assertThat(LambdaReader.read(first)).isSameAs(LambdaReader.read(second));
        assertThat(LambdaHolder.read(LambdaHolder.write(first)))
                .isInstanceOfSatisfying(
                        Supplier.class, it -> assertThat(it.get()).isEqualTo(1));
        assertThat(LambdaHolder.read(LambdaHolder.write(second)))
                .isInstanceOfSatisfying(
                        Supplier.class, it -> assertThat(it.get()).isEqualTo(2));
    }

    @Test
    void aLookAlikeThatNothingTellsApartIsRefused() {
        // The cast names the class that is called, so that both have the same constants in the same order.
        Function<String, String> narrow = String::valueOf;
        Function<Object, String> wide = String::valueOf;
        assertThat(narrow.getClass()).isNotSameAs(wide.getClass());
        assertThatExceptionOfType(UnreadableLambdaException.class)
                .isThrownBy(() -> LambdaReader.read(narrow))
                .withMessageContaining("Cannot tell which of 2 look-alike lambdas in "
                        + getClass().getName())
                .withMessageContaining("casts")
                .withMessageContaining("ProcessTask");
    }

    @Test
    void aLambdaOfAHiddenClassIsRefused() throws Exception {
        Object hidden = hiddenClass().getConstructor().newInstance();
        Object lambda = ((Supplier<?>) hidden).get();
        assertThat(Lambdas.isLambda(lambda.getClass())).isTrue();
        assertThatExceptionOfType(UnreadableLambdaException.class)
                .isThrownBy(() -> LambdaReader.read(lambda))
                .withMessageContaining("is a hidden class")
                .matches(e -> e.lambdaClass().equals(lambda.getClass().getName()));
    }

    @Test
    void aLambdaOfAClassWithoutAClassFileIsRefusedWhereNothingIsCaptured() throws Exception {
        // Another test may have made this JVM capture the bytes of classes, which cannot be undone.
        assertThat(OtherJvm.run(List.of(), WithoutAClassFile.class).out())
                .contains("class file of that class was not found");
    }

    static final class WithoutAClassFile {
        public static void main(String[] arguments) throws Exception {
            Supplier<?> job = (Supplier<?>) InMemory.of("acme.Job", JOB).make("acme.Job");
            try {
                System.out.println(LambdaReader.read(job.get()));
            } catch (UnreadableLambdaException e) {
                System.out.println(e.getMessage());
            }
        }
    }

    @Test
    void noClassLoaderIsHeld(@TempDir Path folder) throws Exception {
        Compiled compiled = Compiled.of(Compiled.javac(), 17, folder, "acme.Job", JOB);
        WeakReference<ClassLoader> loader = readAndLink(compiled);
        Awaitility.await().atMost(Duration.ofSeconds(60)).until(() -> {
            System.gc();
            return loader.refersTo(null);
        });
    }

    private static WeakReference<ClassLoader> readAndLink(Compiled compiled) throws Exception {
        try (URLClassLoader loader = compiled.loader()) {
            Object lambda = lambdaOf(loader);
            LinkedLambda linked = LambdaLinker.link(LambdaReader.read(lambda), loader);
            assertThat(linked.create(5).getClass().getClassLoader()).isSameAs(loader);
            assertThat(LambdaSource.whereWritten(lambda.getClass())).contains("acme.Job.get(Job.java:5)");
            return new WeakReference<>(loader);
        }
    }

    @Test
    void theSameBytesLinkInTheLoaderThatAsks(@TempDir Path folder) throws Exception {
        Compiled compiled = Compiled.of(Compiled.javac(), 17, folder, "acme.Job", JOB);
        try (URLClassLoader first = compiled.loader();
                URLClassLoader second = compiled.loader()) {
            byte[] site = LambdaReader.read(lambdaOf(first)).encoded();
            assertThat(site).isEqualTo(LambdaReader.read(lambdaOf(second)).encoded());
            assertThat(LambdaLinker.link(site, first).create(1).getClass().getClassLoader())
                    .isSameAs(first);
            assertThat(LambdaLinker.link(site, second).create(1).getClass().getClassLoader())
                    .isSameAs(second);
        }
    }

    private static Object lambdaOf(ClassLoader loader) throws Exception {
        return ((Supplier<?>) loader.loadClass("acme.Job").getConstructor().newInstance()).get();
    }

    private static Supplier<Integer> capturing(int number) {
        return () -> number;
    }

    /** Becomes a hidden class. */
    public static final class Template implements Supplier<Callable<String>> {
        @Override
        public Callable<String> get() {
            return () -> "hidden";
        }
    }

    private static Class<?> hiddenClass() throws Exception {
        try (InputStream in = Template.class.getResourceAsStream("LambdaReaderTests$Template.class")) {
            return MethodHandles.lookup()
                    .defineHiddenClass(java.util.Objects.requireNonNull(in).readAllBytes(), false)
                    .lookupClass();
        }
    }
}
