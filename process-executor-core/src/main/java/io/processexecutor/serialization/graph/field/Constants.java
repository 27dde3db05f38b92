package io.processexecutor.serialization.graph.field;

import com.esotericsoftware.kryo.io.Input;
import com.esotericsoftware.kryo.io.Output;
import io.processexecutor.serialization.graph.failure.MalformedGraph;
import java.lang.reflect.Field;
import java.lang.reflect.Modifier;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The objects of one class that others compare with {@code ==}: those that static final fields of the class itself or of a
 * class around it hold. Only of classes whose objects cannot change and hold nothing but leaves, so that the one at the
 * other end is the same in all but its address. Belongs to one engine.
 */
public final class Constants {

    private final Class<?> type;
    private final List<ConstantHolder> holders;

    private Constants(Class<?> type, List<ConstantHolder> holders) {
        this.type = type;
        this.holders = holders;
    }

    /**
     * The constants of a class, as far as the class can tell without being initialized: the same at both ends.
     *
     * @param type a class of the application that is not serializable
     * @return null if it can have none
     */
    public static @Nullable Constants of(Class<?> type) {
        return holdsLeavesOnly(type) ? of(type, type) : null;
    }

    /**
     * The same for a class whose constants others declare, as that of a lambda or {@code Object}, and that holds leaves only.
     *
     * @param type the class
     * @param innermost the innermost class whose fields are looked at
     * @return null if it can have none
     */
    public static @Nullable Constants of(Class<?> type, Class<?> innermost) {
        List<ConstantHolder> holders = new ArrayList<>();
        try {
            for (Class<?> around = innermost; around != null; around = around.getEnclosingClass()) {
                List<Field> fields = constantsOf(around, type);
                if (!fields.isEmpty()) {
                    holders.add(new ConstantHolder(type, around, fields));
                }
            }
        } catch (LinkageError ignored) {
            // A class around it refers to what is not on the class path; the nearer ones have been looked into.
        }
        return holders.isEmpty() ? null : new Constants(type, holders);
    }

    private static boolean holdsLeavesOnly(Class<?> type) {
        for (Class<?> level = type; level != null; level = level.getSuperclass()) {
            for (Field field : level.getDeclaredFields()) {
                int modifiers = field.getModifiers();
                if (!Modifier.isStatic(modifiers) && !(Modifier.isFinal(modifiers) && isLeaf(field.getType()))) {
                    return false;
                }
            }
        }
        return true;
    }

    /**
     * Whether a field of a type can hold nothing but a value.
     *
     * @param type the type
     * @return true of primitives, boxes, text and enums
     */
    public static boolean isLeaf(Class<?> type) {
        return type.isPrimitive()
                || type == String.class
                || type.isEnum()
                || type == Integer.class
                || type == Long.class
                || type == Boolean.class
                || type == Double.class
                || type == Character.class
                || type == Byte.class
                || type == Short.class
                || type == Float.class;
    }

    private static List<Field> constantsOf(Class<?> declaring, Class<?> type) {
        int constant = Modifier.STATIC | Modifier.FINAL;
        List<Field> found = new ArrayList<>();
        for (Field field : declaring.getDeclaredFields()) {
            if ((field.getModifiers() & constant) == constant && field.getType().isAssignableFrom(type)) {
                found.add(field);
            }
        }
        return found;
    }

    /**
     * A hash of the classes that are asked, the same in every JVM.
     *
     * @return the hash
     */
    public int layout() {
        int hash = 1;
        for (ConstantHolder holder : holders) {
            hash = 31 * hash + holder.declaring().getName().hashCode();
        }
        return hash;
    }

    /**
     * Whether an object is one of them.
     *
     * @param object an object of exactly this class
     * @return false if no field holds it
     */
    public boolean contain(Object object) {
        for (ConstantHolder holder : holders) {
            if (holder.nameOf(object) != null) {
                return true;
            }
        }
        return false;
    }

    /**
     * Writes which constant an object is, or that it is none.
     *
     * @param output where to
     * @param object an object of exactly this class
     */
    public void write(Output output, Object object) {
        for (int i = 0; i < holders.size(); i++) {
            String name = holders.get(i).nameOf(object);
            if (name != null) {
                output.writeVarInt(i + 1, true);
                output.writeString(name);
                return;
            }
        }
        output.writeVarInt(0, true);
    }

    /**
     * Reads what {@link #write} wrote.
     *
     * @param input where from
     * @return the constant of this JVM; null if there was none, or if the class that declares it cannot be used here
     */
    public @Nullable Object read(Input input) {
        int holder = input.readVarInt(true);
        return holder == 0 ? null : holder(holder).get(input.readString());
    }

    /**
     * The same where the class may have another name here, so that whoever asks has to tell whether it is the constant.
     *
     * @param holder the number that was written, not 0
     * @param input where the rest stands
     * @return what the field holds in this JVM; null if it holds nothing, or if the class that declares it cannot be used here
     */
    public @Nullable Object readHeld(int holder, Input input) {
        return holder(holder).held(input.readString());
    }

    private ConstantHolder holder(int holder) {
        if (holder < 0 || holder > holders.size()) {
            throw new MalformedGraph("constant of class " + holder + " around " + type.getName());
        }
        return holders.get(holder - 1);
    }
}
