package io.processexecutor.serialization.access;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatNullPointerException;

import io.processexecutor.serialization.OtherJvm;
import java.io.ObjectInputStream;
import java.io.ObjectOutputStream;
import java.io.Serializable;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.MethodHandles.Lookup;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.function.IntSupplier;
import org.junit.jupiter.api.Test;

class DeepAccessTests {

    record Point(int x, String name) {}

    static final class Everything {
        final boolean flag = Boolean.parseBoolean("false");
        byte tiny;
        short small;
        char letter;
        int number;
        long large;
        float single;
        double real;
        final Object object = new Object();
        boolean constructed = true;
    }

    @SuppressWarnings({"serial", "unused"})
    static final class Hooked implements Serializable {
        private void writeObject(ObjectOutputStream out) {}

        private void readObject(ObjectInputStream in) {}

        private Object readResolve() {
            return "resolved";
        }
    }

    @Test
    void theFirstRungIsInForceWithNoFlag() {
        assertThat(DeepAccess.available()).isTrue();
        assertThat(DeepAccess.rung()).isEqualTo(AccessRung.REFLECTION_FACTORY);
        assertThat(DeepAccess.diagnose()).contains("ReflectionFactory");
    }

    @Test
    void aLookupHasEveryRightOfItsClassAlsoOfThoseThatTheJdkKeepsFromLookups() throws Exception {
        Runnable lambda = () -> {};
        for (Class<?> host : List.of(Everything.class, String.class, lambda.getClass(), MethodHandles.class)) {
            Lookup lookup = DeepAccess.lookupIn(host);
            assertThat(lookup.lookupClass()).isEqualTo(host);
            assertThat(lookup.hasFullPrivilegeAccess()).as("in %s", host).isTrue();
        }
        assertThat(DeepAccess.lookupEverywhere().in(String.class).findGetter(String.class, "hash", int.class))
                .isNotNull();
    }

    @Test
    void anInstanceIsMadeWithoutItsConstructor() {
        Everything made = (Everything) DeepAccess.allocate(Everything.class);
        assertThat(made.constructed).isFalse();
        assertThat(made.object).isNull();
        assertThatIllegalArgumentException()
                .isThrownBy(() -> DeepAccess.allocate(Runnable.class))
                .withMessageContaining("java.lang.Runnable");
    }

    @Test
    void everyKindOfFieldIsReadAndWritten() throws NoSuchFieldException {
        Everything it = new Everything();
        FieldAccess.putBoolean(it, offset("flag"), true);
        FieldAccess.putByte(it, offset("tiny"), (byte) 1);
        FieldAccess.putShort(it, offset("small"), (short) 2);
        FieldAccess.putChar(it, offset("letter"), 'c');
        FieldAccess.putInt(it, offset("number"), 4);
        FieldAccess.putLong(it, offset("large"), 5L);
        FieldAccess.putFloat(it, offset("single"), 6f);
        FieldAccess.putDouble(it, offset("real"), 7d);
        FieldAccess.putReference(it, offset("object"), "text");
        assertThat(it)
                .extracting("flag", "tiny", "small", "letter", "number", "large", "single", "real", "object")
                .containsExactly(true, (byte) 1, (short) 2, 'c', 4, 5L, 6f, 7d, "text");
        assertThat(FieldAccess.getBoolean(it, offset("flag"))).isTrue();
        assertThat(FieldAccess.getByte(it, offset("tiny"))).isEqualTo((byte) 1);
        assertThat(FieldAccess.getShort(it, offset("small"))).isEqualTo((short) 2);
        assertThat(FieldAccess.getChar(it, offset("letter"))).isEqualTo('c');
        assertThat(FieldAccess.getInt(it, offset("number"))).isEqualTo(4);
        assertThat(FieldAccess.getLong(it, offset("large"))).isEqualTo(5L);
        assertThat(FieldAccess.getFloat(it, offset("single"))).isEqualTo(6f);
        assertThat(FieldAccess.getDouble(it, offset("real"))).isEqualTo(7d);
        assertThat(FieldAccess.getReference(it, offset("object"))).isEqualTo("text");
    }

    @Test
    void finalFieldsOfRecordsLambdasAndTheJdkAreWritten() throws NoSuchFieldException {
        Point point = new Point(1, "a");
        FieldAccess.putInt(point, DeepAccess.offset(Point.class.getDeclaredField("x")), 2);
        assertThat(point.x()).isEqualTo(2);

        int captured = Integer.parseInt("1");
        IntSupplier lambda = () -> captured;
        FieldAccess.putInt(lambda, DeepAccess.offset(lambda.getClass().getDeclaredFields()[0]), 3);
        assertThat(lambda.getAsInt()).isEqualTo(3);

        UUID id = new UUID(0, 0);
        FieldAccess.putLong(id, DeepAccess.offset(UUID.class.getDeclaredField("leastSigBits")), 5);
        assertThat(id.getLeastSignificantBits()).isEqualTo(5);
    }

    @Test
    @SuppressWarnings("NullAway")
    void aMissingHolderIsRefusedAndNotWrittenThrough() {
        assertThatNullPointerException().isThrownBy(() -> FieldAccess.putInt(null, 16, 1));
        assertThatNullPointerException().isThrownBy(() -> FieldAccess.getInt(null, 16));
    }

    @Test
    void hooksOfAnyClassAreFound() throws Throwable {
        assertThat(SerializationHooks.available()).isTrue();
        assertThat(SerializationHooks.writeObjectForSerialization(Hooked.class)).isPresent();
        assertThat(SerializationHooks.readObjectForSerialization(Hooked.class)).isPresent();
        assertThat(SerializationHooks.writeReplaceForSerialization(Hooked.class))
                .isEmpty();
        assertThat(SerializationHooks.writeObjectForSerialization(ArrayList.class))
                .isPresent();
        assertThat(SerializationHooks.writeReplaceForSerialization(List.of(1).getClass()))
                .isPresent();
        Object resolved = SerializationHooks.readResolveForSerialization(Hooked.class)
                .orElseThrow()
                .invoke(new Hooked());
        assertThat(resolved).isEqualTo("resolved");
        assertThat(SerializationHooks.newConstructorForSerialization(Hooked.class)
                        .orElseThrow()
                        .newInstance())
                .isInstanceOf(Hooked.class);
        assertThat(SerializationHooks.newConstructorForSerialization(Point.class, Object.class.getConstructor())
                        .newInstance())
                .hasFieldOrPropertyWithValue("x", 0)
                .hasFieldOrPropertyWithValue("name", null);
        assertThat(SerializationHooks.newOptionalDataExceptionForSerialization(true).eof)
                .isTrue();
    }

    @Test
    void theSwitchTurnsEveryUnsupportedRungOffAndHooksStay() throws Exception {
        OtherJvm child = OtherJvm.run(List.of("-D" + DeepAccess.DEEP_REFLECTION_PROPERTY + "=false"), Closed.class);
        assertThat(child.err()).isEmpty();
        assertThat(child.out())
                .contains("available false")
                .contains("no deep access (turned off by -Dprocess-executor.closures.deep-reflection=false)")
                .contains("allocate: Deep access to the JDK is not available")
                .contains("put: Deep access to the JDK is not available")
                .contains("lookup: Deep access to the JDK is not available")
                .contains("hooks true");
    }

    @Test
    void thePackageOpenedByFlagIsTheSecondRung() throws Exception {
        OtherJvm child = OtherJvm.run(
                List.of("--add-opens", "java.base/java.lang.invoke=ALL-UNNAMED", "--limit-modules", "java.base"),
                Closed.class);
        assertThat(child.err()).isEmpty();
        assertThat(child.out())
                .contains("available true")
                .contains("java.lang.invoke is open to the library")
                .contains("jdk.unsupported")
                .contains("hooks false")
                .contains("allocate: done")
                .contains("lookup: done")
                .contains("everywhere: done");
    }

    static final class Closed {
        public static void main(String[] arguments) {
            System.out.println("available " + DeepAccess.available());
            System.out.println(DeepAccess.diagnose());
            attempt("allocate", () -> DeepAccess.allocate(Point.class));
            attempt("put", () -> FieldAccess.putInt(new int[8], 16, 1));
            attempt("lookup", () -> DeepAccess.lookupIn(Point.class));
            attempt("everywhere", DeepAccess::lookupEverywhere);
            System.out.println("hooks " + SerializationHooks.available());
        }

        private static void attempt(String what, Runnable operation) {
            try {
                operation.run();
                System.out.println(what + ": done");
            } catch (IllegalStateException e) {
                System.out.println(what + ": " + e.getMessage());
            }
        }
    }

    private static long offset(String field) throws NoSuchFieldException {
        return DeepAccess.offset(Everything.class.getDeclaredField(field));
    }
}
