package io.processexecutor.serialization.lambda;

import io.processexecutor.serialization.access.DeepAccess;
import io.processexecutor.serialization.classfile.MemberReference;
import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandleInfo;
import java.lang.invoke.MethodHandles.Lookup;
import java.lang.invoke.MethodType;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The constants of a lambda class. There is no class file of it anywhere, but the JVM still knows what it calls and in
 * which order it casts.
 */
final class HiddenPool {

    private static final Set<String> WRAPPERS = Set.of(
            "java/lang/Boolean",
            "java/lang/Byte",
            "java/lang/Short",
            "java/lang/Character",
            "java/lang/Integer",
            "java/lang/Long",
            "java/lang/Float",
            "java/lang/Double",
            "java/lang/Number");

    /** What the JDK's generator calls for its own ends in every lambda class, or in every serializable one. */
    private static final Set<String> PLUMBING = Set.of(
            "java/lang/Object.<init>",
            "java/lang/invoke/SerializedLambda.<init>",
            "java/io/NotSerializableException.<init>");

    private final List<String> entries = new ArrayList<>();
    private final List<MemberReference> calls = new ArrayList<>();
    private final @Nullable MemberReference handle;

    private HiddenPool(Class<?> lambdaClass, Class<?> host) throws Throwable {
        String self = host.getName().replace('.', '/').concat("$$Lambda");
        Object pool = Access.CONSTANT_POOL.invoke(lambdaClass);
        int size = (int) Access.SIZE.invoke(pool);
        for (int i = 1; i < size; i++) {
            read(pool, i, self, lambdaClass);
        }
        Object data = Access.CLASS_DATA.invoke(lambdaClass);
        MethodHandleInfo info = data instanceof MethodHandle implementation
                ? DeepAccess.lookupIn(host).revealDirect(implementation)
                : null;
        entries.add(String.valueOf(info));
        handle = info == null
                ? null
                : new MemberReference(
                        info.getDeclaringClass().getName().replace('.', '/'),
                        info.getName(),
                        info.getMethodType().toMethodDescriptorString(),
                        info.getDeclaringClass().isInterface());
    }

    /** Empty if this JVM does not let the library look. */
    static Optional<HiddenPool> of(Class<?> lambdaClass, Class<?> host) {
        if (!DeepAccess.available()) {
            return Optional.empty();
        }
        try {
            return Optional.of(new HiddenPool(lambdaClass, host));
        } catch (OutOfMemoryError | StackOverflowError e) {
            throw e;
        } catch (Throwable e) {
            return Optional.empty(); // a JVM that keeps its constants elsewhere: the class file alone must do
        }
    }

    /**
     * What the lambda may be calling. Boxing and the generator's plumbing share the pool with the implementation, so
     * they count only if there is nothing else.
     */
    List<MemberReference> implementations() {
        if (handle != null) {
            return List.of(handle);
        }
        List<MemberReference> telling = new ArrayList<>();
        for (MemberReference call : calls) {
            if (!isNoise(call)) {
                telling.add(call);
            }
        }
        return telling.isEmpty() ? calls : telling;
    }

    /** Whether two lambda classes of one host were generated alike, constant by constant and in the same order. */
    boolean sameAs(HiddenPool other) {
        return entries.equals(other.entries);
    }

    private void read(Object pool, int index, String self, Class<?> lambdaClass) throws Throwable {
        String tag = tag(pool, index);
        entries.add(tag);
        switch (tag) {
            case "UTF8" -> {
                String text = (String) Access.TEXT.invoke(pool, index);
                entries.add(text.startsWith(self) ? "<self>" : text);
            }
            case "CLASS" -> entries.add(className(pool, index, lambdaClass));
            case "STRING" -> entries.add((String) Access.STRING.invoke(pool, index));
            case "INTEGER" -> entries.add(Integer.toString((int) Access.INTEGER.invoke(pool, index)));
            case "METHODREF", "INTERFACEMETHODREF" -> {
                String[] names = (String[]) Access.MEMBER.invoke(pool, index);
                MemberReference call = new MemberReference(
                        names[0].replace('.', '/'), names[1], names[2], tag.equals("INTERFACEMETHODREF"));
                boolean own = call.owner().startsWith(self);
                entries.add(own ? "<self>" : call.owner());
                entries.add(call.name());
                entries.add(call.descriptor());
                if (!own) {
                    calls.add(call);
                }
            }
            default -> {} // its parts are constants of their own
        }
    }

    /** The tags of constants that the JDK's reader does not know are all the same to it. */
    private static String tag(Object pool, int index) throws Throwable {
        try {
            return Access.TAG.invoke(pool, index).toString();
        } catch (RuntimeException | InternalError e) {
            return "OTHER";
        }
    }

    private static String className(Object pool, int index, Class<?> lambdaClass) throws Throwable {
        try {
            Class<?> type = (Class<?>) Access.CLASS_AT.invoke(pool, index);
            return type == lambdaClass ? "<self>" : type.getName();
        } catch (LinkageError e) {
            return "?";
        }
    }

    private static boolean isNoise(MemberReference call) {
        boolean boxing = WRAPPERS.contains(call.owner())
                && (call.name().equals("valueOf") || call.name().endsWith("Value"));
        return boxing || PLUMBING.contains(call.owner().concat(".").concat(call.name()));
    }

    /** Only for the lucky: this class cannot be initialized where there is no deep access. */
    private static final class Access {

        static final MethodHandle CONSTANT_POOL;
        static final MethodHandle CLASS_DATA;
        static final MethodHandle SIZE;
        static final MethodHandle TAG;
        static final MethodHandle TEXT;
        static final MethodHandle STRING;
        static final MethodHandle INTEGER;
        static final MethodHandle CLASS_AT;
        static final MethodHandle MEMBER;

        static {
            try {
                Class<?> pool = Class.forName("jdk.internal.reflect.ConstantPool");
                Class<?> tag = Class.forName("jdk.internal.reflect.ConstantPool$Tag");
                Lookup ofClass = DeepAccess.lookupIn(Class.class);
                CONSTANT_POOL = ofClass.findVirtual(Class.class, "getConstantPool", MethodType.methodType(pool))
                        .asType(MethodType.methodType(Object.class, Class.class));
                CLASS_DATA = ofClass.findGetter(Class.class, "classData", Object.class);
                SIZE = of(pool, "getSize", MethodType.methodType(int.class));
                TAG = of(pool, "getTagAt", MethodType.methodType(tag, int.class));
                TEXT = of(pool, "getUTF8At", MethodType.methodType(String.class, int.class));
                STRING = of(pool, "getStringAt", MethodType.methodType(String.class, int.class));
                INTEGER = of(pool, "getIntAt", MethodType.methodType(int.class, int.class));
                CLASS_AT = of(pool, "getClassAt", MethodType.methodType(Class.class, int.class));
                MEMBER = of(pool, "getMemberRefInfoAt", MethodType.methodType(String[].class, int.class));
            } catch (ReflectiveOperationException e) {
                throw new ExceptionInInitializerError(e);
            }
        }

        private static MethodHandle of(Class<?> pool, String name, MethodType type)
                throws ReflectiveOperationException {
            MethodHandle found = DeepAccess.lookupIn(pool).findVirtual(pool, name, type);
            MethodType visible = found.type().changeParameterType(0, Object.class);
            return found.asType(type.returnType().isEnum() ? visible.changeReturnType(Object.class) : visible);
        }
    }
}
