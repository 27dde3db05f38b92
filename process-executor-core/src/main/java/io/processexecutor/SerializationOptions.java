package io.processexecutor;

import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * What the built-in serializers of one executor allow, on both of its ends. Immutable: each method returns a changed copy
 * of what {@link #defaults()} gives.
 */
public final class SerializationOptions {

    private static final SerializationOptions DEFAULTS =
            new SerializationOptions(List.of(), 2_000_000, Integer.MAX_VALUE, Integer.MAX_VALUE, false, List.of());

    private static final String PACKAGE = "[\\p{javaJavaIdentifierStart}][\\p{javaJavaIdentifierPart}.]*";

    private final List<String> allowedPackages;
    private final int maxDepth;
    private final int maxBytes;
    private final int maxArrayLength;
    private final boolean shipRuntimeClasses;
    private final List<ObjectReplacer> replacers;

    private SerializationOptions(
            List<String> allowedPackages,
            int maxDepth,
            int maxBytes,
            int maxArrayLength,
            boolean shipRuntimeClasses,
            List<ObjectReplacer> replacers) {
        this.allowedPackages = allowedPackages;
        this.maxDepth = maxDepth;
        this.maxBytes = maxBytes;
        this.maxArrayLength = maxArrayLength;
        this.shipRuntimeClasses = shipRuntimeClasses;
        this.replacers = replacers;
    }

    /**
     * No limits beyond those of the format, every class that can travel, no replacers.
     *
     * @return the defaults
     */
    public static SerializationOptions defaults() {
        return DEFAULTS;
    }

    /**
     * Allows the classes of some packages only, beside those of the JDK that hold plain data. Checked when a task or a
     * result is encoded and again when it is decoded, by name and before the class is loaded, for every class in it: those
     * that it extends, elements of arrays, interfaces of proxies, classes that are values; of lambdas the class that wrote
     * it, the interface, the class whose method it calls, and the classes of what it captured, as declared and as they are.
     *
     * <p>Always allowed are, of the JDK, {@code java.util} and {@code java.time} with all below them, {@code java.lang} with
     * its {@code invoke}, {@code ref} and {@code reflect}, {@code java.io}, {@code java.math}, {@code java.net},
     * {@code java.nio} with its {@code charset} and {@code file}, {@code java.sql}, {@code java.text} and the time zones; and
     * this library's own. An {@linkplain ObjectReplacer object for which a reference travels} need not be allowed, its
     * reference must. An exception that is not allowed arrives as a {@link RemoteTaskException}.
     *
     * @param allowedPackages names such as {@code com.acme}, each of which means the package and all below it; empty, the
     *     default, allows all
     * @return the changed options
     * @throws IllegalArgumentException if one is no name of a package
     */
    public SerializationOptions allowedPackages(List<String> allowedPackages) {
        for (String each : allowedPackages) {
            if (!each.matches(PACKAGE) || each.endsWith(".") || each.contains("..")) {
                throw new IllegalArgumentException(
                        "allowedPackages must hold names of packages such as com.acme, without"
                                + " wildcards; one was '" + each + "'");
            }
        }
        return new SerializationOptions(
                List.copyOf(allowedPackages), maxDepth, maxBytes, maxArrayLength, shipRuntimeClasses, replacers);
    }

    /**
     * Limits how many objects may hold one another. Defaults to 2,000,000. The serializer {@code java} fails before that
     * where the stack of the thread ends; with deep reflection off it counts only what it decodes.
     *
     * @param maxDepth at least 1
     * @return the changed options
     */
    public SerializationOptions maxDepth(int maxDepth) {
        return new SerializationOptions(
                allowedPackages,
                atLeastOne("maxDepth", maxDepth),
                maxBytes,
                maxArrayLength,
                shipRuntimeClasses,
                replacers);
    }

    /**
     * Limits the bytes of one encoded task or result. Unlimited by default: all of one may take more than 2 GB.
     *
     * @param maxBytes at least 1; {@link Integer#MAX_VALUE} for no limit
     * @return the changed options
     */
    public SerializationOptions maxBytes(int maxBytes) {
        return new SerializationOptions(
                allowedPackages,
                maxDepth,
                atLeastOne("maxBytes", maxBytes),
                maxArrayLength,
                shipRuntimeClasses,
                replacers);
    }

    /**
     * Limits the length of each array, string and collection of the JDK. Unlimited by default; but what bytes claim to hold
     * is never reserved beyond what they can hold.
     *
     * @param maxArrayLength at least 1
     * @return the changed options
     */
    public SerializationOptions maxArrayLength(int maxArrayLength) {
        return new SerializationOptions(
                allowedPackages,
                maxDepth,
                maxBytes,
                atLeastOne("maxArrayLength", maxArrayLength),
                shipRuntimeClasses,
                replacers);
    }

    /**
     * Sends classes that were defined at run time, such as those of a script, to the workers that need them. Defaults to
     * false: they are refused by name.
     *
     * @param shipRuntimeClasses whether to
     * @return the changed options
     */
    public SerializationOptions shipRuntimeClasses(boolean shipRuntimeClasses) {
        return new SerializationOptions(
                allowedPackages, maxDepth, maxBytes, maxArrayLength, shipRuntimeClasses, replacers);
    }

    /**
     * Adds a replacer, which is asked after those that were added before it.
     *
     * @param replacer the replacer
     * @return the changed options
     */
    public SerializationOptions replacer(ObjectReplacer replacer) {
        List<ObjectReplacer> more = new ArrayList<>(replacers);
        more.add(Objects.requireNonNull(replacer, "replacer"));
        return new SerializationOptions(
                allowedPackages, maxDepth, maxBytes, maxArrayLength, shipRuntimeClasses, List.copyOf(more));
    }

    /**
     * The packages whose classes are allowed.
     *
     * @return empty if all are
     */
    public List<String> allowedPackages() {
        return allowedPackages;
    }

    /**
     * The most objects that may hold one another.
     *
     * @return the number
     */
    public int maxDepth() {
        return maxDepth;
    }

    /**
     * The most bytes of one encoded task or result.
     *
     * @return the number
     */
    public int maxBytes() {
        return maxBytes;
    }

    /**
     * The greatest length of an array, string or collection.
     *
     * @return the number
     */
    public int maxArrayLength() {
        return maxArrayLength;
    }

    /**
     * Whether classes that were defined at run time are sent to the workers.
     *
     * @return false by default
     */
    public boolean shipRuntimeClasses() {
        return shipRuntimeClasses;
    }

    /**
     * What swaps objects for references, in the order in which they are asked.
     *
     * @return none by default
     */
    public List<ObjectReplacer> replacers() {
        return replacers;
    }

    @Override
    public boolean equals(@Nullable Object other) {
        return other instanceof SerializationOptions options
                && allowedPackages.equals(options.allowedPackages)
                && maxDepth == options.maxDepth
                && maxBytes == options.maxBytes
                && maxArrayLength == options.maxArrayLength
                && shipRuntimeClasses == options.shipRuntimeClasses
                && replacers.equals(options.replacers);
    }

    @Override
    public int hashCode() {
        return Objects.hash(allowedPackages, maxDepth, maxBytes, maxArrayLength, shipRuntimeClasses, replacers);
    }

    private static int atLeastOne(String name, int value) {
        if (value < 1) {
            throw new IllegalArgumentException(name + " must be at least 1, was " + value);
        }
        return value;
    }
}
