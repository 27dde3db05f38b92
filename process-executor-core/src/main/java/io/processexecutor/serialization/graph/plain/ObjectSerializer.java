package io.processexecutor.serialization.graph.plain;

import com.esotericsoftware.kryo.io.Input;
import com.esotericsoftware.kryo.io.Output;
import io.processexecutor.serialization.classfile.ClassHome;
import io.processexecutor.serialization.graph.failure.MalformedGraph;
import io.processexecutor.serialization.graph.field.ClassFields;
import io.processexecutor.serialization.graph.field.Constants;
import io.processexecutor.serialization.graph.wire.GraphKryo;
import io.processexecutor.serialization.graph.wire.GraphSerializer;
import io.processexecutor.serialization.lambda.Lambdas;
import io.processexecutor.serialization.lambda.UnreadableLambdaException;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * An object of exactly {@code Object}, which is good for nothing but to be locked or to be compared with {@code ==}: the
 * static final field that holds it, of the class of an object that leads to it or of one above or around that; a new one,
 * if none does.
 */
public final class ObjectSerializer extends GraphSerializer<Object> {

    /** Such as the map in which it is a value, the collection of maps, and the object that has that. */
    private static final int MOST_HOLDERS = 4;

    private final Map<Class<?>, Optional<Constants>> constants = new HashMap<>();

    /** Creates one. */
    public ObjectSerializer() {}

    @Override
    public void write(GraphKryo kryo, Output output, Object object) {
        for (int up = 1; up <= MOST_HOLDERS; up++) {
            Object holder = kryo.holder(up);
            Class<?> level = holder == null ? null : declaring(holder.getClass());
            for (; level != null && !ClassFields.ofPlatform(level); level = level.getSuperclass()) {
                Constants known = mayBeNamed(kryo, level) ? constantsOf(level) : null;
                if (known != null && known.contain(object)) {
                    output.writeString(level.getName());
                    known.write(output, object);
                    return;
                }
            }
        }
        output.writeString(null);
    }

    private static @Nullable Class<?> declaring(Class<?> type) {
        try {
            return Lambdas.isLambda(type) ? Lambdas.host(type) : type;
        } catch (UnreadableLambdaException e) {
            return null;
        }
    }

    private static boolean mayBeNamed(GraphKryo kryo, Class<?> type) {
        return !type.isHidden()
                && ClassHome.isAtHome(type)
                && kryo.policy().allowed().refusalOf(type) == null;
    }

    private @Nullable Constants constantsOf(Class<?> type) {
        return constants
                .computeIfAbsent(type, each -> Optional.ofNullable(Constants.of(Object.class, each)))
                .orElse(null);
    }

    @Override
    public Object read(GraphKryo kryo, Input input, Class<?> type) {
        String name = input.readString();
        if (name == null) {
            return new Object();
        }
        Constants known = constantsOf(kryo.classOf(name));
        if (known == null) {
            throw new MalformedGraph("a constant of " + name + ", which has none");
        }
        Object constant = known.read(input);
        return constant == null ? new Object() : constant;
    }
}
