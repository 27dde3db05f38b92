package io.processexecutor.serialization.classfile;

import java.lang.reflect.Field;
import java.lang.reflect.Modifier;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/**
 * Whether an inner class needs the instance it was made in. Compilers before Java 18 keep a reference to it in every
 * inner class, read or not. What cannot be proven unused counts as used.
 */
public final class OuterReference {

    private static final String PREFIX = "this$";

    private static final ClassValue<Boolean> UNUSED = new ClassValue<>() {
        @Override
        protected Boolean computeValue(Class<?> inner) {
            return field(inner).map(outer -> isNowhereRead(outer)).orElse(false);
        }
    };

    private OuterReference() {}

    /**
     * The field that holds the outer instance.
     *
     * @param inner a class
     * @return the field; empty if the class is not an inner one or its compiler left the reference out
     */
    public static Optional<Field> field(Class<?> inner) {
        for (Field field : inner.getDeclaredFields()) {
            if (field.isSynthetic() && field.getName().startsWith(PREFIX) && !Modifier.isStatic(field.getModifiers())) {
                return Optional.of(field);
            }
        }
        return Optional.empty();
    }

    /**
     * Whether the outer instance may be left behind: the class has a reference to it, and no code that can see the field
     * reads it.
     *
     * @param inner a class
     * @return true only if that is proven by the class files of its whole nest
     */
    public static boolean unused(Class<?> inner) {
        // The bytes of others may change.
        return ClassHome.isAtHome(inner)
                ? UNUSED.get(inner)
                : field(inner).map(OuterReference::isNowhereRead).orElse(false);
    }

    private static boolean isNowhereRead(Field outer) {
        try {
            Map<String, Class<?>> nest = new HashMap<>();
            for (Class<?> member : outer.getDeclaringClass().getNestMembers()) {
                nest.put(member.getName().replace('.', '/'), member);
            }
            for (Class<?> member : nest.values()) {
                Optional<byte[]> bytes = ClassFile.bytesOf(member);
                if (bytes.isEmpty() || reads(ClassFile.parse(bytes.get()), outer, nest)) {
                    return false;
                }
            }
            return true;
        } catch (LinkageError | IllegalArgumentException | IllegalStateException e) {
            return false; // a nest that cannot be looked through proves nothing
        }
    }

    private static boolean reads(ClassFile file, Field outer, Map<String, Class<?>> nest) {
        boolean[] read = new boolean[1];
        file.methods()
                .forEach(method -> method.instructions((pc, opcode, operand) -> {
                    if (opcode == Instructions.GETFIELD) {
                        read[0] |= mayBe(file.constants().member(operand), outer, nest);
                    }
                }));
        return read[0];
    }

    private static boolean mayBe(MemberReference read, Field outer, Map<String, Class<?>> nest) {
        if (!read.name().equals(outer.getName())
                || !read.descriptor().equals(outer.getType().descriptorString())) {
            return false;
        }
        Class<?> owner = nest.get(read.owner());
        return owner == null || outer.getDeclaringClass().isAssignableFrom(owner);
    }
}
