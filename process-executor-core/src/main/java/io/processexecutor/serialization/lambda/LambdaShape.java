package io.processexecutor.serialization.lambda;

import io.processexecutor.serialization.access.DeepAccess;
import io.processexecutor.serialization.access.SerializationHooks;
import java.io.Serializable;
import java.lang.invoke.MethodHandle;
import java.lang.invoke.SerializedLambda;
import java.lang.reflect.Field;
import java.lang.reflect.Modifier;
import java.util.List;
import java.util.Optional;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * What the lambdas of a class hold, in the order of capture. Found once per class and kept with the class. Immutable and
 * thread-safe.
 */
public final class LambdaShape {

    private static final String PREFIX = "arg$";

    private static final ClassValue<LambdaShape> KNOWN = new ClassValue<>() {
        @Override
        protected LambdaShape computeValue(Class<?> lambdaClass) {
            return new LambdaShape(lambdaClass);
        }
    };

    private final List<CapturedField> fields;

    private LambdaShape(Class<?> lambdaClass) {
        TreeMap<Integer, CapturedField> found = new TreeMap<>();
        for (Field field : lambdaClass.getDeclaredFields()) {
            if (!Modifier.isStatic(field.getModifiers())) {
                found.put(position(lambdaClass, field), new CapturedField(field));
            }
        }
        fields = List.copyOf(found.values());
    }

    /**
     * The shape of a class.
     *
     * @param lambdaClass a class of which {@link Lambdas#isLambda} is true
     * @return its shape
     */
    public static LambdaShape of(Class<?> lambdaClass) {
        return KNOWN.get(lambdaClass);
    }

    /**
     * How many values are captured.
     *
     * @return 0 for a lambda that captures nothing
     */
    public int count() {
        return fields.size();
    }

    /**
     * One captured value.
     *
     * @param position its position in the order of capture, from 0
     * @return the field
     */
    public CapturedField field(int position) {
        return fields.get(position);
    }

    /**
     * The captured values.
     *
     * @return the fields in the order of capture
     */
    public List<CapturedField> fields() {
        return fields;
    }

    /**
     * Reads everything that a lambda captured.
     *
     * @param lambda a lambda of the class
     * @return the values in the order of capture, primitive ones boxed
     */
    public @Nullable Object[] captured(Object lambda) {
        @Nullable Object[] values = new @Nullable Object[fields.size()];
        Optional<SerializedLambda> word = DeepAccess.available() ? Optional.empty() : ownWord(lambda);
        for (int i = 0; i < values.length; i++) {
            values[i] = word.isPresent()
                    ? word.get().getCapturedArg(i)
                    : fields.get(i).get(lambda);
        }
        return values;
    }

    /** What a serializable lambda says of itself; runs code of the JDK's generator only. */
    static Optional<SerializedLambda> ownWord(Object lambda) {
        if (!(lambda instanceof Serializable) || !SerializationHooks.available()) {
            return Optional.empty();
        }
        Optional<MethodHandle> writeReplace = SerializationHooks.writeReplaceForSerialization(lambda.getClass());
        if (writeReplace.isEmpty()) {
            return Optional.empty();
        }
        try {
            Object said = writeReplace.get().invoke(lambda);
            return said instanceof SerializedLambda word ? Optional.of(word) : Optional.empty();
        } catch (Throwable e) {
            throw new UnreadableLambdaException(
                    lambda.getClass().getName(), "The lambda does not say what it calls: " + e, e);
        }
    }

    private static int position(Class<?> lambdaClass, Field field) {
        String name = field.getName();
        try {
            if (name.startsWith(PREFIX)) {
                return Integer.parseInt(name.substring(PREFIX.length()));
            }
        } catch (NumberFormatException e) {
            // told below
        }
        throw new UnreadableLambdaException(
                lambdaClass.getName(),
                "Cannot read the lambda " + lambdaClass.getName()
                        + ": this JVM does not number what is captured, it has a" + " field " + name + ".",
                null);
    }
}
