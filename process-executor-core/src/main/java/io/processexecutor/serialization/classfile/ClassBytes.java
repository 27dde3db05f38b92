package io.processexecutor.serialization.classfile;

/** The bytes of one class file. A read past their end says that the file is damaged. */
final class ClassBytes {

    private final byte[] array;

    ClassBytes(byte[] array) {
        this.array = array;
    }

    byte[] array() {
        return array;
    }

    int unsigned1(int at) {
        return array[checked(at, 1)] & 0xff;
    }

    int unsigned2(int at) {
        checked(at, 2);
        return (array[at] & 0xff) << 8 | (array[at + 1] & 0xff);
    }

    int signed4(int at) {
        return unsigned2(at) << 16 | unsigned2(at + 2);
    }

    private int checked(int at, int length) {
        if (at < 0 || at > array.length - length) {
            throw new IllegalArgumentException("The class file ends before byte " + (at + length));
        }
        return at;
    }
}
