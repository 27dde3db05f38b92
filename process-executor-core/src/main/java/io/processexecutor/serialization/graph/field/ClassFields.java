package io.processexecutor.serialization.graph.field;

import io.processexecutor.serialization.classfile.OuterReference;
import java.io.ObjectStreamClass;
import java.io.ObjectStreamField;
import java.lang.reflect.Field;
import java.lang.reflect.Modifier;
import java.lang.reflect.RecordComponent;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Which fields of a class travel. */
public final class ClassFields {

    // Loops and a class, where a stream would read better: a cold JVM links every lambda before the first task.
    static final Comparator<Field> LEAVES_FIRST = new Comparator<>() {
        @Override
        public int compare(Field one, Field other) {
            boolean leaf = holdsLeaves(one.getType());
            if (leaf != holdsLeaves(other.getType())) {
                return leaf ? -1 : 1;
            }
            return one.getName().compareTo(other.getName());
        }
    };

    private ClassFields() {}

    /**
     * The fields of one class, not of its superclasses, that are neither static nor transient. Those that can only hold
     * leaves come first: most objects hash by them, and so can be hashed when what follows leads back to them.
     *
     * @param type the class
     * @return its fields, of each group by name
     */
    public static List<Field> declaredBy(Class<?> type) {
        List<Field> found = new ArrayList<>();
        for (Field field : type.getDeclaredFields()) {
            if ((field.getModifiers() & (Modifier.STATIC | Modifier.TRANSIENT)) == 0 && !leftBehind(field)) {
                found.add(field);
            }
        }
        found.sort(LEAVES_FIRST);
        return found;
    }

    /** Whether nothing that stands in a field of a type leads back to the object that has the field. */
    private static boolean holdsLeaves(Class<?> type) {
        if (type.isPrimitive() || Enum.class.isAssignableFrom(type)) {
            return true;
        }
        if (type.isArray() || type == Optional.class || !ofPlatform(type)) {
            return false;
        }
        return Modifier.isFinal(type.getModifiers()) || Number.class.isAssignableFrom(type);
    }

    /**
     * The fields of a class and its superclasses that are neither static nor transient, without those of the JDK.
     *
     * @param type the class
     * @return the fields, outermost superclass first
     */
    public static List<Field> inheritedFromApplication(@Nullable Class<?> type) {
        List<Class<?>> levels = new ArrayList<>();
        for (Class<?> level = type; level != null && !ofPlatform(level); level = level.getSuperclass()) {
            levels.add(0, level);
        }
        List<Field> found = new ArrayList<>();
        for (Class<?> level : levels) {
            found.addAll(declaredBy(level));
        }
        return found;
    }

    /**
     * Whether a class is the JDK's own.
     *
     * @param type the class
     * @return false for the application's and its libraries'
     */
    public static boolean ofPlatform(Class<?> type) {
        ClassLoader loader = type.getClassLoader();
        return loader == null || loader == ClassLoader.getPlatformClassLoader() || ofJdkTool(type.getModule());
    }

    // Modules such as jdk.compiler are loaded by the application's loader.
    private static boolean ofJdkTool(Module module) {
        return module.isNamed() && module.getName().startsWith("jdk.");
    }

    /**
     * All instance fields of a class and its superclasses, transient ones too.
     *
     * @param type the class
     * @return the fields
     */
    public static List<Field> everyOne(Class<?> type) {
        List<Field> found = new ArrayList<>();
        for (Class<?> level = type; level != null; level = level.getSuperclass()) {
            for (Field field : level.getDeclaredFields()) {
                if (!Modifier.isStatic(field.getModifiers())) {
                    found.add(field);
                }
            }
        }
        return found;
    }

    /**
     * The fields that the platform's protocol writes of one serializable class: its {@code serialPersistentFields} as
     * far as they exist, else those that are not transient.
     *
     * @param type a serializable class
     * @return the fields, in the protocol's order
     */
    public static List<Field> serializableOf(Class<?> type) {
        List<Field> found = new ArrayList<>();
        ObjectStreamClass description = ObjectStreamClass.lookupAny(type);
        for (ObjectStreamField each : description.getFields()) {
            try {
                Field field = type.getDeclaredField(each.getName());
                if (field.getType() == each.getType()
                        && !Modifier.isStatic(field.getModifiers())
                        && !leftBehind(field)) {
                    found.add(field);
                }
            } catch (NoSuchFieldException ignored) {
                // Declared for putFields only.
            }
        }
        return found;
    }

    /** An outer instance that nobody reads; told by the class, so that both ends leave it out alike. */
    private static boolean leftBehind(Field field) {
        Class<?> inner = field.getDeclaringClass();
        return field.isSynthetic()
                && !ofPlatform(inner)
                && OuterReference.field(inner).filter(field::equals).isPresent()
                && OuterReference.unused(inner);
    }

    /**
     * The fields behind the components of a record.
     *
     * @param type a record class
     * @return the fields, in the order of the canonical constructor
     */
    public static List<Field> componentsOf(Class<?> type) {
        List<Field> found = new ArrayList<>();
        for (RecordComponent component : type.getRecordComponents()) {
            try {
                found.add(type.getDeclaredField(component.getName()));
            } catch (NoSuchFieldException e) {
                throw new IllegalStateException(type + " has no field for its component " + component, e);
            }
        }
        return found;
    }

    /**
     * The slots of fields.
     *
     * @param fields the fields
     * @return their slots, in the same order
     */
    public static FieldSlot[] slots(List<Field> fields) {
        FieldSlot[] slots = new FieldSlot[fields.size()];
        for (int i = 0; i < slots.length; i++) {
            slots[i] = FieldSlot.of(fields.get(i));
        }
        return slots;
    }

    /**
     * The slots of fields that a {@code readObject} may take by hand.
     *
     * @param fields the fields
     * @return their slots, in the same order
     */
    public static FieldSlot[] slotsReadByHand(List<Field> fields) {
        FieldSlot[] slots = slots(fields);
        for (FieldSlot slot : slots) {
            slot.readByHand();
        }
        return slots;
    }

    /**
     * A hash of names and types, the same in every JVM.
     *
     * @param fields the fields
     * @return the hash
     */
    public static int layout(List<Field> fields) {
        int hash = fields.size();
        for (Field field : fields) {
            hash = 31 * hash + field.getName().hashCode();
            hash = 31 * hash + field.getType().getName().hashCode();
        }
        return hash;
    }
}
