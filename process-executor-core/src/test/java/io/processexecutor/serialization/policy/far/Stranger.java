package io.processexecutor.serialization.policy.far;

import java.io.Serializable;

/** In a package of its own, which a list may or may not allow; says when it is initialized. */
public class Stranger implements Serializable {

    public static final String INITIALIZED = "stranger.initialized";

    static {
        System.setProperty(INITIALIZED, "true");
    }

    public int number = 7;

    public static int compute() {
        return 42;
    }

    public interface Contract extends Serializable {
        int get();
    }

    public enum Kind {
        ONE
    }

    public record Pair(int one, int other) implements Serializable {}

    public static class Failure extends RuntimeException {
        public Failure(String message) {
            super(message);
        }
    }
}
