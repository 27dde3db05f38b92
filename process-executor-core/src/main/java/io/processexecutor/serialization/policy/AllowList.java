package io.processexecutor.serialization.policy;

import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Which classes may travel. Asked by name, so that a class which may not is neither loaded nor initialized. Immutable and
 * thread-safe.
 *
 * <p>Unless all are allowed, these are, and nothing else:
 * <ul>
 *   <li>the packages of the options, and those below them;
 *   <li>data of the JDK: {@code java.util} and {@code java.time} with all below them; {@code java.lang} with its
 *       {@code invoke}, {@code ref} and {@code reflect}; {@code java.io}, {@code java.math}, {@code java.net},
 *       {@code java.nio} with its {@code charset} and {@code file}, {@code java.sql}, {@code java.text}; the time zones of
 *       {@code sun.util.calendar};
 *   <li>this library's own packages that travel, without those below them;
 *   <li>primitive types, and arrays of what is allowed.
 * </ul>
 */
public final class AllowList {

    /** The property that holds the packages, for messages. */
    public static final String PROPERTY = "process-executor.serialization.allowed-packages";

    private static final Set<String> PACKAGES = Set.of(
            "java.lang",
            "java.lang.invoke",
            "java.lang.ref",
            "java.lang.reflect",
            "java.io",
            "java.math",
            "java.net",
            "java.nio",
            "java.nio.charset",
            "java.nio.file",
            "java.sql",
            "java.text",
            "sun.util.calendar",
            "io.processexecutor",
            "io.processexecutor.event",
            "io.processexecutor.serialization",
            "io.processexecutor.serialization.shared",
            "io.processexecutor.spring",
            "io.processexecutor.spring.bean",
            "io.processexecutor.spring.propagation",
            "io.processexecutor.spring.worker");

    private static final Set<String> PRIMITIVES =
            Set.of("boolean", "byte", "short", "char", "int", "long", "float", "double", "void");

    private static final List<String> TREES = List.of("java.time", "java.util");

    private final List<String> packages;

    /**
     * Creates one.
     *
     * @param packages what the options allow; empty for everything
     */
    AllowList(List<String> packages) {
        this.packages = packages;
    }

    /**
     * Whether there is nothing to check.
     *
     * @return true by default
     */
    public boolean allowsAll() {
        return packages.isEmpty();
    }

    /**
     * Fails unless a class may travel.
     *
     * @param className its name, as of {@link Class#getName()}; also that of an array or a hidden class
     */
    public void check(String className) {
        if (!allows(className)) {
            throw refusal(className);
        }
    }

    /**
     * Fails unless a class and those it extends may travel.
     *
     * @param type the class
     */
    public void check(Class<?> type) {
        PolicyException refusal = refusalOf(type);
        if (refusal != null) {
            throw refusal;
        }
    }

    /**
     * Why a class or one that it extends may not travel.
     *
     * @param type the class
     * @return null if it may
     */
    public @Nullable PolicyException refusalOf(Class<?> type) {
        if (allowsAll()) {
            return null;
        }
        Class<?> element = type;
        while (element.isArray()) {
            element = element.getComponentType();
        }
        if (element.isPrimitive()) {
            return null;
        }
        for (Class<?> each = element; each != null; each = each.getSuperclass()) {
            if (!allows(each.getName())) {
                return each == element
                        ? refusal(each.getName())
                        : refusal(each.getName(), ", which " + element.getName() + " extends,");
            }
        }
        return null;
    }

    private boolean allows(String className) {
        if (allowsAll()) {
            return true;
        }
        String name = elementOf(className);
        String home = packageOf(name);
        return name.isEmpty()
                || PRIMITIVES.contains(name)
                || PACKAGES.contains(home)
                || isIn(TREES, home)
                || isIn(packages, home);
    }

    private static boolean isIn(List<String> trees, String home) {
        for (String each : trees) {
            if (home.startsWith(each) && (home.length() == each.length() || home.charAt(each.length()) == '.')) {
                return true;
            }
        }
        return false;
    }

    /** The class of an array's elements in the end; empty if that is primitive. */
    private static String elementOf(String className) {
        int dimensions = 0;
        while (dimensions < className.length() && className.charAt(dimensions) == '[') {
            dimensions++;
        }
        if (dimensions == 0) {
            return className;
        }
        boolean ofReferences = className.endsWith(";");
        return ofReferences ? className.substring(dimensions + 1, className.length() - 1) : "";
    }

    private static String packageOf(String className) {
        int hidden = className.indexOf('/');
        int end = className.lastIndexOf('.', hidden < 0 ? className.length() : hidden);
        return end < 0 ? "" : className.substring(0, end);
    }

    private PolicyException refusal(String className) {
        return refusal(elementOf(className), "");
    }

    private PolicyException refusal(String name, String relation) {
        String home = packageOf(name);
        String wayOut = home.isEmpty()
                ? "move it into a package"
                : "add " + home + " to " + PROPERTY + " (SerializationOptions.allowedPackages)";
        return PolicyException.about(
                name,
                name + relation + " is in no allowed package: " + wayOut + " (allowed now: "
                        + String.join(", ", packages) + ", and data of the JDK)");
    }
}
