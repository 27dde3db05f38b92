package io.processexecutor.serialization.corpus.far;

import java.io.Serializable;

/** Of another package, so that its protected method can only be reached by inheritance. */
public class Parent implements Serializable {

    private static final long serialVersionUID = 1L;

    protected String guarded(String text) {
        return "guarded " + text;
    }

    protected static String guardedStatic(String text) {
        return "guarded static " + text;
    }

    protected String greet(String name) {
        return "parent greets " + name;
    }

    public static String shared(Object it) {
        return "shared " + it;
    }
}
