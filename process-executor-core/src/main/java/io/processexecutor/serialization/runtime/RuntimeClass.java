package io.processexecutor.serialization.runtime;

import io.processexecutor.serialization.classfile.CapturedClass;
import io.processexecutor.serialization.classfile.ClassFile;
import io.processexecutor.serialization.classfile.ClassHome;
import io.processexecutor.serialization.classfile.MemberReference;
import io.processexecutor.serialization.explain.Refusal;
import java.lang.reflect.Field;
import java.lang.reflect.Modifier;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/** A class of this JVM that must travel to be found elsewhere: its bytes, and those of the others that it names. */
final class RuntimeClass {

    private static final LoaderNumbers LOADERS = new LoaderNumbers();

    // With the class itself, so that it goes with the class's loader.
    private static final ClassValue<AtomicReference<@Nullable RuntimeClass>> KNOWN = new ClassValue<>() {
        @Override
        protected AtomicReference<@Nullable RuntimeClass> computeValue(Class<?> type) {
            return new AtomicReference<>();
        }
    };

    private final String name;
    private final int loader;
    private final byte[] bytes;
    private final List<Class<?>> references;
    private final List<Field> variables;

    private RuntimeClass(Class<?> type, byte[] bytes) {
        ClassLoader itsLoader = type.getClassLoader();
        if (itsLoader == null) {
            throw new IllegalArgumentException(type + " is of the JDK");
        }
        this.name = type.getName();
        this.loader = LOADERS.of(itsLoader);
        this.bytes = bytes;
        ClassFile file = ClassFile.parse(bytes);
        this.references = references(itsLoader, file);
        this.variables = variables(type, itsLoader, file);
    }

    /** Runs the code of class loaders the first time. */
    static RuntimeClass of(Class<?> type) {
        byte[] bytes;
        try {
            bytes = CapturedClass.bytesOf(type)
                    .orElseThrow(() -> Refusal.ofRuntimeClass(
                            type,
                            "was defined at run time, and this JVM does not let the library have its bytes ("
                                    + CapturedClass.whyNot() + ")."));
        } catch (IllegalStateException e) {
            throw Refusal.ofRuntimeClass(type, "was defined at run time, and " + e.getMessage() + ".");
        }
        AtomicReference<@Nullable RuntimeClass> holder = KNOWN.get(type);
        RuntimeClass known = holder.get();
        if (known == null || known.bytes != bytes) {
            known = new RuntimeClass(type, bytes);
            holder.set(known);
        }
        return known;
    }

    /** The loader that a number was given to, if it is still there. */
    static @Nullable ClassLoader loader(int number) {
        return LOADERS.loader(number);
    }

    String name() {
        return name;
    }

    int loader() {
        return loader;
    }

    byte[] bytes() {
        return bytes;
    }

    /** The other classes it names that must travel with it. */
    List<Class<?>> references() {
        return references;
    }

    /** The variables of JShell it reads. */
    List<Field> variables() {
        return variables;
    }

    private static List<Field> variables(Class<?> type, ClassLoader loader, ClassFile file) {
        List<Field> found = new ArrayList<>();
        for (MemberReference each : file.shellVariables()) {
            try {
                Class<?> owner = Class.forName(each.owner().replace('/', '.'), false, loader);
                Field field = owner.getDeclaredField(each.name());
                field.setAccessible(true);
                if (!Modifier.isFinal(field.getModifiers())) {
                    found.add(field);
                }
            } catch (ReflectiveOperationException | LinkageError | RuntimeException e) {
                throw Refusal.ofRuntimeClass(
                        type, "reads the JShell variable " + each.name() + ", whose value is not to be had: " + e);
            }
        }
        return List.copyOf(found);
    }

    private static List<Class<?>> references(ClassLoader loader, ClassFile file) {
        List<Class<?>> found = new ArrayList<>();
        for (String each : file.namedClasses()) {
            try {
                Class<?> type = Class.forName(each, false, loader);
                if (!type.isHidden() && !ClassHome.isAtHome(type)) {
                    found.add(type);
                }
            } catch (ClassNotFoundException | LinkageError ignored) {
                // Nor would the code find it here: it is optional, or only looks like the name of a class.
            }
        }
        return List.copyOf(found);
    }
}
