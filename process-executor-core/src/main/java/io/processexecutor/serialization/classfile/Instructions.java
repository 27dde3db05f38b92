package io.processexecutor.serialization.classfile;

/** Walks through the code of a method. Knows how long each instruction is and nothing of what it does. */
public final class Instructions {

    /** The opcodes that somebody asks about. */
    public static final int ALOAD = 25;

    /** Loads local 0, the receiver of an instance method. */
    public static final int ALOAD_0 = 42;

    /** Stores a reference to a local. */
    public static final int ASTORE = 58;

    /** Stores a reference to local 0. */
    public static final int ASTORE_0 = 75;

    /** Reads a static field. */
    public static final int GETSTATIC = 178;

    /** Reads an instance field. */
    public static final int GETFIELD = 180;

    /** Goes through a call site. */
    public static final int INVOKEDYNAMIC = 186;

    private static final int TABLESWITCH = 170;
    private static final int LOOKUPSWITCH = 171;
    private static final int WIDE = 196;
    private static final int IINC = 132;
    private static final int HIGHEST = 201;

    private static final int ACONST_NULL = 1;
    private static final int ALOAD_3 = 45;

    private Instructions() {}

    /**
     * Whether an instruction does nothing but put a constant or a local on the stack.
     *
     * @param opcode the instruction
     * @return true for constants and loads of locals
     */
    public static boolean loads(int opcode) {
        return opcode >= ACONST_NULL && opcode <= ALOAD_3;
    }

    /** Is told of every instruction. */
    @FunctionalInterface
    public interface Visitor {

        /**
         * One instruction.
         *
         * @param pc where it is in the code of its method
         * @param opcode which it is; with a {@code wide} prefix, the one that is widened
         * @param operand its first operand, unsigned: an index of a constant or a local; 0 if it has none
         */
        void instruction(int pc, int opcode, int operand);
    }

    static void walk(ClassBytes bytes, int start, int end, Visitor visitor) {
        int at = start;
        while (at < end) {
            int opcode = bytes.unsigned1(at);
            int length;
            if (opcode == TABLESWITCH || opcode == LOOKUPSWITCH) {
                visitor.instruction(at - start, opcode, 0);
                length = switchLength(bytes, start, at, opcode);
            } else if (opcode == WIDE) {
                int widened = bytes.unsigned1(at + 1);
                visitor.instruction(at - start, widened, bytes.unsigned2(at + 2));
                length = widened == IINC ? 6 : 4;
            } else {
                int operands = operandBytes(opcode);
                visitor.instruction(at - start, opcode, operand(bytes, at + 1, operands));
                length = 1 + operands;
            }
            at += length;
        }
    }

    private static int operand(ClassBytes bytes, int at, int operands) {
        if (operands == 0) {
            return 0;
        }
        return operands == 1 ? bytes.unsigned1(at) : bytes.unsigned2(at);
    }

    private static int switchLength(ClassBytes bytes, int start, int at, int opcode) {
        int table = at + 4 - (at - start) % 4;
        int first = bytes.signed4(table + 4);
        int entries = opcode == LOOKUPSWITCH ? 2 * first : bytes.signed4(table + 8) - first + 1;
        int length = table - at + (opcode == LOOKUPSWITCH ? 8 : 12) + 4 * entries;
        if (entries < 0 || length <= 0) {
            throw new IllegalArgumentException("A switch has " + entries + " entries");
        }
        return length;
    }

    private static int operandBytes(int opcode) {
        if (opcode > HIGHEST) {
            throw new IllegalArgumentException("Unknown instruction " + opcode);
        }
        return switch (opcode) {
            case 16, 18, 21, 22, 23, 24, ALOAD, 54, 55, 56, 57, ASTORE, 169, 188 -> 1;
            case 17, 19, 20, IINC, 187, 189, 192, 193, 198, 199 -> 2;
            case 197 -> 3;
            case 185, INVOKEDYNAMIC, 200, 201 -> 4;
            default -> (opcode >= 153 && opcode <= 168) || (opcode >= 178 && opcode <= 184) ? 2 : 0;
        };
    }
}
