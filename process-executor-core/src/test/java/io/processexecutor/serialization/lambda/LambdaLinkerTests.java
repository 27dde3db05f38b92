package io.processexecutor.serialization.lambda;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.processexecutor.serialization.classfile.HandleReference;
import io.processexecutor.serialization.classfile.MemberReference;
import io.processexecutor.serialization.lambda.LambdaLinkException.Reason;
import java.lang.invoke.MethodHandleInfo;
import java.util.List;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.function.UnaryOperator;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;

class LambdaLinkerTests {

    private static final ClassLoader LOADER = LambdaLinkerTests.class.getClassLoader();

    private final String text = "t".trim();
    private final Function<String, String> honest = String::trim;
    private final LambdaSite site = LambdaReader.read(honest);

    @Test
    void aLinkedSiteIsLinkedOnce() {
        LinkedLambda linked = LambdaLinker.link(site, LOADER);
        assertThat(LambdaLinker.link(site.encoded().clone(), LOADER)).isSameAs(linked);
        assertThat(linked.site()).isEqualTo(site);
        assertThat(linked.allocatable()).isTrue();
        assertThat(linked.allocate()).isNotSameAs(linked.allocate());
    }

    @Test
    void aLambdaThatHoldsItselfIsMadeFirstAndFilledLater() {
        @SuppressWarnings({"unchecked", "rawtypes"})
        Function<Integer, Integer>[] self = new Function[1];
        self[0] = n -> n == 0 ? 0 : n + self[0].apply(n - 1);
        LinkedLambda linked = LambdaLinker.link(LambdaReader.read(self[0]), LOADER);

        Object made = linked.allocate();
        @SuppressWarnings({"unchecked", "rawtypes"})
        Function<Integer, Integer>[] holder = new Function[] {(Function<Integer, Integer>) made};
        assertThat(linked.shape().field(0).type()).isSameAs(Function[].class);
        linked.shape().field(0).put(made, holder);

        assertThat(holder[0].apply(4)).isEqualTo(10);
    }

    @Test
    void whatIsPutMustFitTheField() {
        Supplier<String> lambda = () -> text;
        LinkedLambda linked = LambdaLinker.link(LambdaReader.read(lambda), LOADER);
        Object made = linked.allocate();
        CapturedField field = linked.shape().field(0);
        assertThatExceptionOfType(ClassCastException.class).isThrownBy(() -> field.put(made, "no test"));
        assertThatExceptionOfType(ClassCastException.class).isThrownBy(() -> field.put("no lambda", this));
        assertThatExceptionOfType(ClassCastException.class).isThrownBy(() -> field.get("no lambda"));
        assertThatIllegalArgumentException().isThrownBy(() -> linked.create(this, this));
        field.put(made, this);
        assertThat(made)
                .isInstanceOfSatisfying(
                        Supplier.class, it -> assertThat(it.get()).isEqualTo("t"));
    }

    @Test
    void aForgedImplementationIsRejected() {
        LambdaSite forged = calling(
                new MemberReference("java/lang/System", "getenv", "(Ljava/lang/String;)Ljava/lang/String;", false));
        failsWith(Reason.FORGED, () -> LambdaLinker.link(forged, LOADER)).withMessageContaining("made up");
        failsWith(Reason.FORGED, () -> LambdaLinker.link(forged.encoded(), LOADER));
    }

    @Test
    void everyOtherForgedPartIsRejected() {
        LambdaSite.Type type = site.type();
        for (LambdaSite.Type forged : List.of(
                new LambdaSite.Type("andThen", type.methodType(), type.factoryType(), false, List.of(), List.of()),
                new LambdaSite.Type(type.methodName(), "()V", type.factoryType(), false, List.of(), List.of()),
                new LambdaSite.Type("run", type.methodType(), "()Ljava/lang/Runnable;", false, List.of(), List.of()),
                new LambdaSite.Type("apply", type.methodType(), type.factoryType(), true, List.of(), List.of()),
                new LambdaSite.Type(
                        "apply",
                        type.methodType(),
                        type.factoryType(),
                        false,
                        List.of("java/lang/Runnable"),
                        List.of()),
                new LambdaSite.Type(
                        "apply", type.methodType(), type.factoryType(), false, List.of(), List.of("()V")))) {
            LambdaSite made = new LambdaSite(site.host(), forged, site.implementation(), site.instantiatedType());
            failsWith(Reason.FORGED, () -> LambdaLinker.link(made, LOADER));
        }
        LambdaSite retyped =
                new LambdaSite(site.host(), type, site.implementation(), "(Ljava/lang/Integer;)Ljava/lang/String;");
        failsWith(Reason.FORGED, () -> LambdaLinker.link(retyped, LOADER));
    }

    @Test
    void anotherVersionOfTheClassIsRejected() {
        LambdaSite stale = new LambdaSite(
                new LambdaSite.Host(site.host().name(), site.host().version() + 1),
                site.type(),
                site.implementation(),
                site.instantiatedType());
        failsWith(Reason.DIFFERENT_CLASS, () -> LambdaLinker.link(stale, LOADER))
                .withMessageContaining("the class paths are not the same");
        LambdaSite ofTheJdk = LambdaReader.read(UnaryOperator.identity());
        LambdaSite otherJdk = new LambdaSite(
                new LambdaSite.Host(ofTheJdk.host().name(), 1),
                ofTheJdk.type(),
                ofTheJdk.implementation(),
                ofTheJdk.instantiatedType());
        failsWith(Reason.DIFFERENT_CLASS, () -> LambdaLinker.link(otherJdk, LOADER))
                .withMessageContaining("lambdas of the JDK travel only between equal builds");
    }

    @Test
    void aMissingClassIsNamed() {
        LambdaSite lost = new LambdaSite(
                new LambdaSite.Host("com/acme/Lost", 1), site.type(), site.implementation(), site.instantiatedType());
        failsWith(Reason.MISSING_CLASS, () -> LambdaLinker.link(lost, LOADER))
                .withMessageContaining("com.acme.Lost is not on this side");
    }

    @Test
    void damagedBytesAreRefused() {
        byte[] bytes = site.encoded();
        for (int length = 0; length < bytes.length; length++) {
            byte[] cut = java.util.Arrays.copyOf(bytes, length);
            assertThatIllegalArgumentException().isThrownBy(() -> LambdaSite.decode(cut));
        }
        assertThatIllegalArgumentException()
                .isThrownBy(() -> LambdaSite.decode(java.util.Arrays.copyOf(bytes, bytes.length + 1)));
        byte[] unknown = bytes.clone();
        unknown[0] = 64;
        assertThatIllegalArgumentException().isThrownBy(() -> LambdaSite.decode(unknown));
    }

    private LambdaSite calling(MemberReference member) {
        HandleReference handle = new HandleReference(MethodHandleInfo.REF_invokeStatic, member);
        return new LambdaSite(site.host(), site.type(), handle, site.instantiatedType());
    }

    private static org.assertj.core.api.ThrowableAssertAlternative<LambdaLinkException> failsWith(
            Reason reason, ThrowingCallable link) {
        return assertThatExceptionOfType(LambdaLinkException.class)
                .isThrownBy(link)
                .matches(e -> e.reason() == reason, reason.toString());
    }
}
