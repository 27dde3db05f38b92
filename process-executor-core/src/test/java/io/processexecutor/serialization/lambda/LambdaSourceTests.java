package io.processexecutor.serialization.lambda;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.function.Function;
import java.util.function.IntSupplier;
import java.util.function.Supplier;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;

class LambdaSourceTests {

    private final int x = Integer.parseInt("2");
    private final long big = Long.parseLong("3");

    @Test
    void aLambdaIsFoundWhereItWasWritten() {
        int line = here() + 1;
        Runnable lambda = () -> System.setProperty("a", "b");
        assertThat(LambdaSource.whereWritten(lambda.getClass()))
                .contains(
                        getClass().getName() + ".aLambdaIsFoundWhereItWasWritten(LambdaSourceTests.java:" + line + ")");
    }

    @Test
    void aNestedLambdaIsFoundInTheMethodAroundBoth() {
        int line = here() + 1;
        Supplier<IntSupplier> outer = () -> () -> Integer.parseInt("1");
        assertThat(LambdaSource.whereWritten(outer.get().getClass()).orElseThrow())
                .endsWith(".aNestedLambdaIsFoundInTheMethodAroundBoth(LambdaSourceTests.java:" + line + ")");
    }

    @Test
    void aMethodReferenceIsQuoted() {
        int line = here() + 1;
        Function<String, Integer> reference = Integer::parseInt;
        assertThat(LambdaSource.whereWritten(reference.getClass()).orElseThrow())
                .endsWith("(LambdaSourceTests.java:" + line + ", Integer::parseInt)");
        Supplier<StringBuilder> constructor = StringBuilder::new;
        assertThat(LambdaSource.whereWritten(constructor.getClass()).orElseThrow())
                .endsWith(", StringBuilder::new)");
    }

    @Test
    void theJdksOwnLambdasAreFoundToo() {
        assertThat(LambdaSource.whereWritten(UnaryOperator.identity().getClass())
                        .orElseThrow())
                .startsWith("java.util.function.UnaryOperator.identity(UnaryOperator.java");
    }

    @Test
    void whatIsNoLambdaIsNowhere() {
        assertThat(LambdaSource.whereWritten(String.class)).isEmpty();
        assertThat(LambdaSource.capturedNames(String.class)).isEmpty();
        assertThat(LambdaSource.fieldsUsedOfThis(String.class)).isEmpty();
    }

    @Test
    void aLookAlikeIsFoundByItsClassAtLeast() {
        Function<String, String> narrow = String::valueOf;
        Function<Object, String> wide = String::valueOf;
        assertThat(LambdaSource.whereWritten(narrow.getClass()))
                .contains(getClass().getName());
        assertThat(LambdaSource.capturedNames(wide.getClass())).isEmpty();
    }

    @Test
    void capturedValuesHaveTheirNames() {
        long wide = Long.parseLong("1");
        String text = "t".trim();
        Supplier<String> all = () -> wide + text + x;
        assertThat(LambdaSource.capturedNames(all.getClass())).containsExactly("this", "wide", "text");
        Supplier<String> locals = () -> text + wide;
        assertThat(LambdaSource.capturedNames(locals.getClass())).containsExactly("text", "wide");
        Supplier<String> bound = text::trim;
        assertThat(LambdaSource.capturedNames(bound.getClass())).containsExactly("captured[0]");
    }

    @Test
    void aLambdaThatOnlyReadsFieldsOfThisSaysWhich() {
        IntSupplier one = () -> x * 2 + x;
        assertThat(LambdaSource.fieldsUsedOfThis(one.getClass())).contains(List.of("x"));
        Supplier<Object> two = () -> new long[] {big, this.x};
        assertThat(LambdaSource.fieldsUsedOfThis(two.getClass())).contains(List.of("big", "x"));
    }

    @Test
    void aLambdaThatUsesThisOtherwiseDoesNot() {
        Supplier<Object> escapes = () -> List.of(x, this);
        assertThat(LambdaSource.fieldsUsedOfThis(escapes.getClass())).isEmpty();
        Supplier<Object> calls = () -> x + hashCode();
        assertThat(LambdaSource.fieldsUsedOfThis(calls.getClass())).isEmpty();
        Supplier<Supplier<Object>> nested = () -> () -> x;
        assertThat(LambdaSource.fieldsUsedOfThis(nested.getClass())).contains(List.of("x"));
        String local = "l";
        Supplier<Supplier<Object>> withMore = () -> () -> local + x + big;
        assertThat(LambdaSource.fieldsUsedOfThis(withMore.getClass())).contains(List.of("x", "big"));
        Supplier<Supplier<Object>> escapesBelow = () -> () -> List.of(x, this);
        assertThat(LambdaSource.fieldsUsedOfThis(escapesBelow.getClass())).isEmpty();
        Supplier<Object> without = () -> "no this";
        assertThat(LambdaSource.fieldsUsedOfThis(without.getClass())).isEmpty();
        Supplier<String> reference = this::toString;
        assertThat(LambdaSource.fieldsUsedOfThis(reference.getClass())).isEmpty();
    }

    private static int here() {
        return StackWalker.getInstance()
                .walk(frames -> frames.skip(1).findFirst().orElseThrow().getLineNumber());
    }
}
