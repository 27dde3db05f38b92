package io.processexecutor.serialization.graph.field;

import io.processexecutor.serialization.access.DeepAccess;
import io.processexecutor.serialization.graph.failure.MalformedGraph;
import java.lang.invoke.MethodType;
import java.lang.reflect.Field;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** One class that declares {@link Constants} of another, or of its own. */
final class ConstantHolder {

    private final Class<?> type;
    private final Class<?> declaring;
    private final List<Field> fields;

    /** What the fields hold, without objects of other classes; null until that can change no more. */
    private @Nullable Object @Nullable [] constants;

    ConstantHolder(Class<?> type, Class<?> declaring, List<Field> fields) {
        this.type = type;
        this.declaring = declaring;
        this.fields = fields;
    }

    Class<?> declaring() {
        return declaring;
    }

    /** The field that holds an object; null if none does. */
    @Nullable
    String nameOf(Object object) {
        // Of a class that is not initialized no field holds anything yet.
        @Nullable
        Object[] known =
                constants == null && DeepAccess.available() && !DeepAccess.initialized(declaring) ? null : constants();
        if (known != null) {
            for (int i = 0; i < known.length; i++) {
                if (known[i] == object) {
                    return fields.get(i).getName();
                }
            }
        }
        return null;
    }

    /** What a field holds here; null if its class cannot be used here, so that nobody can compare with it. */
    @Nullable
    Object get(String name) {
        for (int i = 0; i < fields.size(); i++) {
            if (fields.get(i).getName().equals(name)) {
                @Nullable Object[] known = constants();
                if (known != null && known[i] == null) {
                    throw new MalformedGraph("the constant " + declaring.getName() + "." + name + " holds no "
                            + type.getName() + " here, as it did where it was written; let its initializer give the"
                            + " same in every process");
                }
                return known == null ? null : known[i];
            }
        }
        throw new MalformedGraph(declaring.getName() + " has no constant " + name + " here");
    }

    /** What a field holds here, of whatever class; null if its class cannot be used here. */
    @Nullable
    Object held(String name) {
        for (Field field : fields) {
            if (field.getName().equals(name)) {
                try {
                    return valueOf(field);
                } catch (VirtualMachineError e) {
                    throw e;
                } catch (Throwable e) {
                    return null;
                }
            }
        }
        throw new MalformedGraph(declaring.getName() + " has no constant " + name + " here");
    }

    private @Nullable Object @Nullable [] constants() {
        if (constants != null) {
            return constants;
        }
        @Nullable Object[] found = new @Nullable Object[fields.size()];
        for (int i = 0; i < found.length; i++) {
            Object value;
            try {
                value = valueOf(fields.get(i));
            } catch (VirtualMachineError e) {
                throw e;
            } catch (Throwable e) {
                // The class is closed to this library, or its initializer threw, which may be anything.
                return null;
            }
            found[i] = value != null && value.getClass() == type ? value : null;
        }
        if (DeepAccess.available() && DeepAccess.initialized(declaring)) {
            constants = found;
        }
        return found;
    }

    static @Nullable Object valueOf(Field field) throws Throwable {
        if (DeepAccess.available()) {
            return (Object) DeepAccess.lookupIn(field.getDeclaringClass())
                    .unreflectGetter(field)
                    .asType(MethodType.methodType(Object.class))
                    .invokeExact();
        }
        field.setAccessible(true);
        return field.get(null);
    }
}
