package io.processexecutor.serialization.access;

/** By which way this JVM lets the library past its encapsulation, best first. */
public enum AccessRung {
    /** {@code sun.reflect.ReflectionFactory} hands out a constructor of a trusted lookup; asks nothing of the user. */
    REFLECTION_FACTORY("the trusted lookup that sun.reflect.ReflectionFactory gives"),
    /** The package {@code java.lang.invoke} is open to the library, by flag or by manifest. */
    OPENED_PACKAGE("java.lang.invoke is open to the library"),
    /** No way in: only what the supported API allows works. */
    NONE("no deep access");

    private final String words;

    AccessRung(String words) {
        this.words = words;
    }

    @Override
    public String toString() {
        return words;
    }
}
