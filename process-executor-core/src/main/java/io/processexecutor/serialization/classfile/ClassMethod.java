package io.processexecutor.serialization.classfile;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;

/** One method of a {@link ClassFile}: its instructions, lines and the names of its locals. Not thread-safe. */
public final class ClassMethod {

    private static final int STATIC = 0x0008;
    private static final int SYNTHETIC = 0x1000;

    private final ClassBytes bytes;
    private final Constants constants;
    private final int access;
    private final String name;
    private final String descriptor;
    private final int attributes;

    ClassMethod(ClassBytes bytes, Constants constants, int start) {
        this.bytes = bytes;
        this.constants = constants;
        this.access = bytes.unsigned2(start);
        this.name = constants.text(bytes.unsigned2(start + 2));
        this.descriptor = constants.text(bytes.unsigned2(start + 4));
        this.attributes = start + 6;
    }

    /**
     * The name.
     *
     * @return the name, {@code <init>} for a constructor
     */
    public String name() {
        return name;
    }

    /**
     * The type.
     *
     * @return the descriptor
     */
    public String descriptor() {
        return descriptor;
    }

    /**
     * Whether the method has no receiver.
     *
     * @return true if it is static
     */
    public boolean isStatic() {
        return (access & STATIC) != 0;
    }

    /**
     * Whether the compiler made the method, as it does for the body of a lambda.
     *
     * @return true if it stands in no source
     */
    public boolean isSynthetic() {
        return (access & SYNTHETIC) != 0;
    }

    /**
     * Walks through the instructions in the order of the file.
     *
     * @param visitor what is told of each
     */
    public void instructions(Instructions.Visitor visitor) {
        OptionalInt code = attribute(attributes, "Code");
        if (code.isPresent()) {
            int start = code.getAsInt() + 8;
            Instructions.walk(bytes, start, start + bytes.signed4(start - 4), visitor);
        }
    }

    /**
     * The source line of an instruction.
     *
     * @param pc where the instruction is
     * @return the line; empty if the compiler left the lines out
     */
    public OptionalInt line(int pc) {
        int line = -1;
        int closest = -1;
        for (int table : codeAttributes("LineNumberTable")) {
            for (int i = 0; i < bytes.unsigned2(table); i++) {
                int start = bytes.unsigned2(table + 2 + 4 * i);
                if (start <= pc && start > closest) {
                    closest = start;
                    line = bytes.unsigned2(table + 4 + 4 * i);
                }
            }
        }
        return line < 0 ? OptionalInt.empty() : OptionalInt.of(line);
    }

    /**
     * The name of a parameter.
     *
     * @param position which parameter, the receiver not counted
     * @param slot the local variable it is in
     * @return the name; empty if the compiler left it out
     */
    public Optional<String> parameterName(int position, int slot) {
        for (int table : codeAttributes("LocalVariableTable")) {
            for (int i = 0; i < bytes.unsigned2(table); i++) {
                int entry = table + 2 + 10 * i;
                if (bytes.unsigned2(entry) == 0 && bytes.unsigned2(entry + 8) == slot) {
                    return Optional.of(constants.text(bytes.unsigned2(entry + 4)));
                }
            }
        }
        OptionalInt table = attribute(attributes, "MethodParameters");
        if (table.isPresent() && position < bytes.unsigned1(table.getAsInt())) {
            int index = bytes.unsigned2(table.getAsInt() + 1 + 4 * position);
            return index == 0 ? Optional.empty() : Optional.of(constants.text(index));
        }
        return Optional.empty();
    }

    private List<Integer> codeAttributes(String wanted) {
        OptionalInt code = attribute(attributes, "Code");
        if (code.isEmpty()) {
            return List.of();
        }
        int end = code.getAsInt() + 8 + bytes.signed4(code.getAsInt() + 4);
        return attributes(end + 2 + 8 * bytes.unsigned2(end), wanted);
    }

    private OptionalInt attribute(int start, String wanted) {
        List<Integer> found = attributes(start, wanted);
        return found.isEmpty() ? OptionalInt.empty() : OptionalInt.of(found.get(0));
    }

    private List<Integer> attributes(int start, String wanted) {
        List<Integer> found = new ArrayList<>(1);
        int at = start + 2;
        for (int left = bytes.unsigned2(start); left > 0; left--) {
            if (constants.text(bytes.unsigned2(at)).equals(wanted)) {
                found.add(at + 6);
            }
            at += 6 + bytes.signed4(at + 2);
        }
        return found;
    }
}
