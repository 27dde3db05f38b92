package io.processexecutor.serialization.classfile;

import static org.assertj.core.api.Assertions.assertThat;

import io.processexecutor.serialization.Compiled;
import java.net.URLClassLoader;
import java.nio.file.Path;
import java.util.stream.Stream;
import javax.tools.JavaCompiler;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class OuterReferenceTests {

    /** Serializable inner classes keep their outer reference with every compiler. */
    private static final String OUTER = """
            package acme;
            import java.io.Serializable;
            import java.util.function.Supplier;
            public class Outer {
                private int x;
                public class Unused implements Serializable {
                    int own = 1;
                    int twice() { return own * 2; }
                }
                public class Reading implements Serializable {
                    int get() { return x; }
                }
                public class ReadByLambda implements Serializable {
                    Supplier<Integer> get() { return () -> x; }
                }
                public class ReadByInner implements Serializable {
                    public class Deeper implements Serializable {
                        int get() { return x; }
                    }
                }
                public class Handed implements Serializable {
                    Outer get() { return Outer.this; }
                }
                public class WithSwitch implements Serializable {
                    int get(int n, String s) {
                        switch (n) { case 1: return 5; case 2: return 6; case 3: return 7; default: break; }
                        switch (s) { case "a": return 1; case "bb": return 2; default: return 300000; }
                    }
                }
                public static Class<?> anonymousUnused() {
                    return new Outer().make().getClass();
                }
                Object make() {
                    return new Serializable() { int own = 1; };
                }
                public static class Nested {}
            }
            """;

    static Stream<JavaCompiler> compilers() {
        return Stream.of(Compiled.javac(), Compiled.ecj());
    }

    @ParameterizedTest
    @MethodSource("compilers")
    void onlyWhatNobodyReadsIsUnused(JavaCompiler compiler, @TempDir Path folder) throws Exception {
        try (URLClassLoader loader =
                Compiled.of(compiler, 17, folder, "acme.Outer", OUTER).loader()) {
            assertThat(OuterReference.field(inner(loader, "Unused")))
                    .hasValueSatisfying(field -> assertThat(field.getName()).startsWith("this$"));
            assertThat(OuterReference.unused(inner(loader, "Unused"))).isTrue();
            assertThat(OuterReference.unused(inner(loader, "WithSwitch"))).isTrue();
            assertThat(OuterReference.unused(inner(loader, "Reading"))).isFalse();
            assertThat(OuterReference.unused(inner(loader, "ReadByLambda"))).isFalse();
            assertThat(OuterReference.unused(inner(loader, "ReadByInner"))).isFalse();
            assertThat(OuterReference.unused(inner(loader, "ReadByInner$Deeper")))
                    .isFalse();
            assertThat(OuterReference.unused(inner(loader, "Handed"))).isFalse();
            Class<?> anonymous = (Class<?>)
                    loader.loadClass("acme.Outer").getMethod("anonymousUnused").invoke(null);
            assertThat(OuterReference.unused(anonymous)).isTrue();
        }
    }

    @Test
    void aClassWithoutAnOuterInstanceHasNothingToLeaveOut(@TempDir Path folder) throws Exception {
        try (URLClassLoader loader =
                Compiled.of(Compiled.javac(), 17, folder, "acme.Outer", OUTER).loader()) {
            assertThat(OuterReference.field(inner(loader, "Nested"))).isEmpty();
            assertThat(OuterReference.unused(inner(loader, "Nested"))).isFalse();
        }
        assertThat(OuterReference.unused(String.class)).isFalse();
    }

    private static Class<?> inner(ClassLoader loader, String name) throws ClassNotFoundException {
        return loader.loadClass("acme.Outer$" + name);
    }
}
