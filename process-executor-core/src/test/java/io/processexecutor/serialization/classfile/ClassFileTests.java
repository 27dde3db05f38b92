package io.processexecutor.serialization.classfile;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ClassFileTests {

    @ParameterizedTest
    @ValueSource(
            classes = {
                String.class,
                java.util.stream.Collectors.class,
                java.util.regex.Pattern.class,
                java.util.concurrent.ConcurrentHashMap.class,
                java.time.format.DateTimeFormatterBuilder.class,
                List.class
            })
    void largeClassesAreWalkedThroughToTheirLastInstruction(Class<?> type) {
        ClassFile file = ClassFile.parse(ClassFile.bytesOf(type).orElseThrow());
        assertThat(file.name()).isEqualTo(type.getName().replace('.', '/'));
        assertThat(file.methods().stream().map(ClassMethod::name).collect(Collectors.toSet()))
                .containsAll(Arrays.stream(type.getDeclaredMethods())
                        .map(java.lang.reflect.Method::getName)
                        .toList());
        int[] seen = new int[1];
        file.methods()
                .forEach(method -> method.instructions((pc, opcode, operand) -> {
                    seen[0]++;
                    if (opcode == Instructions.GETFIELD) {
                        assertThat(file.constants().member(operand).name()).isNotEmpty();
                    }
                }));
        assertThat(seen[0]).isPositive();
    }

    @Test
    void aClassWithoutAFileHasNoBytes() {
        Runnable lambda = () -> {};
        assertThat(ClassFile.bytesOf(lambda.getClass())).isEmpty();
        assertThat(ClassFile.bytesOf(int[].class)).isEmpty();
        assertThat(ClassFile.bytesOf(int.class)).isEmpty();
        assertThat(ClassFile.bytesOf(ClassFileTests.class)).isPresent();
    }

    @Test
    void damagedFilesAreRefusedAndNothingElseHappens() {
        byte[] bytes = ClassFile.bytesOf(ClassFileTests.class).orElseThrow();
        assertThatIllegalArgumentException().isThrownBy(() -> ClassFile.parse(new byte[0]));
        assertThatIllegalArgumentException().isThrownBy(() -> ClassFile.parse(new byte[100]));
        assertThatIllegalArgumentException().isThrownBy(() -> ClassFile.parse(Arrays.copyOf(bytes, bytes.length / 2)));
        Random random = new Random(17);
        for (int i = 0; i < 2000; i++) {
            byte[] damaged = bytes.clone();
            damaged[8 + random.nextInt(bytes.length - 8)] = (byte) random.nextInt();
            try {
                ClassFile.parse(damaged).methods().forEach(method -> method.instructions((pc, opcode, operand) -> {}));
            } catch (IllegalArgumentException expected) {
                assertThat(expected).hasMessageNotContaining("null");
            }
        }
    }

    @Test
    void descriptorsAreTakenApart() {
        String method = "(I[[JLjava/lang/String;[Ljava/util/List;D)Ljava/util/Map;";
        assertThat(Descriptors.parameters(method))
                .containsExactly("I", "[[J", "Ljava/lang/String;", "[Ljava/util/List;", "D");
        assertThat(Descriptors.returnedClass(method)).isEqualTo("java/util/Map");
        assertThat(Descriptors.kind("[I")).isEqualTo('L');
        assertThat(Descriptors.kind("J")).isEqualTo('J');
        assertThat(Descriptors.parameters("()V")).isEmpty();
    }
}
