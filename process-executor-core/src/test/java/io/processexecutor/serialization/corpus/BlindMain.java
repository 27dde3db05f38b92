package io.processexecutor.serialization.corpus;

import io.processexecutor.TaskSerializer;
import io.processexecutor.serialization.TaskSerializers;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.ObjectInputStream;
import java.io.ObjectOutputStream;
import java.io.OutputStream;
import java.io.PrintStream;
import java.io.Serializable;
import java.lang.reflect.Constructor;
import java.lang.reflect.Executable;
import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.net.URI;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Predicate;
import java.util.stream.Stream;

/**
 * Makes whatever public constructors and factories of the JDK make of simple arguments, and compares the engine's round
 * trip with the JDK's own. Prints one line per disagreement and a summary.
 */
@SuppressWarnings({"NullAway", "rawtypes", "unchecked"})
public final class BlindMain {

    private static final List<String> MODULES = List.of(
            "java.base",
            "java.sql",
            "java.desktop",
            "java.logging",
            "java.rmi",
            "java.naming",
            "java.xml",
            "java.management",
            "java.sql.rowset",
            "java.prefs",
            "java.security.sasl",
            "java.net.http");
    private static final Set<String> LEFT_OUT = Set.of("java.lang.System", "java.lang.Runtime", "java.lang.IO");
    private static final List<String> PACKAGES_LEFT_OUT = List.of(
            "java.lang.invoke.",
            "java.rmi.",
            "java.awt.Robot",
            "java.util.prefs.",
            "sun.",
            "com.sun.",
            "jdk.",
            "javax.swing.plaf");

    private static final Map<Class<?>, List<Object>> SAMPLES = new HashMap<>();

    static {
        SAMPLES.put(int.class, List.of(3));
        SAMPLES.put(long.class, List.of(5L));
        SAMPLES.put(double.class, List.of(1.5));
        SAMPLES.put(float.class, List.of(2.5f));
        SAMPLES.put(boolean.class, List.of(true));
        SAMPLES.put(char.class, List.of('c'));
        SAMPLES.put(short.class, List.of((short) 7));
        SAMPLES.put(byte.class, List.of((byte) 9));
        SAMPLES.put(String.class, List.of("a", "12", "2024-05-06"));
        SAMPLES.put(Object.class, List.of("object"));
        SAMPLES.put(CharSequence.class, List.of("chars"));
        SAMPLES.put(Throwable.class, List.of(new IOException("cause")));
        SAMPLES.put(Collection.class, List.of(new ArrayList<>(List.of("x", "y"))));
        SAMPLES.put(List.class, List.of(new ArrayList<>(List.of("x", "y"))));
        SAMPLES.put(Set.class, List.of(new TreeSet<>(List.of("x", "y"))));
        SAMPLES.put(Map.class, List.of(new LinkedHashMap<>(Map.of("k", "v"))));
        SAMPLES.put(Locale.class, List.of(Locale.GERMANY));
        SAMPLES.put(Class.class, List.of(String.class));
        SAMPLES.put(byte[].class, List.of(new byte[] {1, 2, 3, 4}));
        SAMPLES.put(int[].class, List.of(new int[] {1, 2}));
        SAMPLES.put(
                Object[].class,
                List.of(new Object[][] {{"a"}}).stream().map(o -> (Object) o).toList());
        SAMPLES.put(URI.class, List.of(URI.create("http://a/b")));
    }

    private BlindMain() {}

    public static void main(String[] arguments) throws Exception {
        PrintStream report = new PrintStream(Files.newOutputStream(Path.of(arguments[0])), true, "UTF-8");
        // Constructors of the JDK talk; what counts is in the report.
        System.setIn(InputStream.nullInputStream());
        System.setErr(new PrintStream(OutputStream.nullOutputStream()));
        TaskSerializer serializer = TaskSerializers.closure();
        int made = 0;
        int same = 0;
        List<String> findings = new ArrayList<>();
        for (Class<?> type : classes()) {
            for (Object object : instances(type)) {
                byte[] expected;
                Object jdkCopy;
                try {
                    jdkCopy = read(write(object));
                    expected = write(jdkCopy);
                    if (!Arrays.equals(expected, write(read(write(object))))) {
                        continue; // not even the JDK writes it alike twice
                    }
                } catch (Throwable e) {
                    continue;
                }
                made++;
                Object copy;
                try {
                    copy = serializer.fromBytes(serializer.toBytes(object));
                } catch (Throwable e) {
                    findings.add("REFUSED " + object.getClass().getName() + ": " + e + " <- " + e.getCause());
                    continue;
                }
                byte[] actual;
                try {
                    actual = write(copy);
                } catch (Throwable e) {
                    findings.add("BROKEN " + object.getClass().getName() + ": " + e);
                    continue;
                }
                if (Arrays.equals(expected, actual)) {
                    same++;
                } else {
                    findings.add((equal(jdkCopy, copy) ? "EQUAL " : "DIFFERENT ")
                            + object.getClass().getName() + " " + describe(jdkCopy) + " / " + describe(copy));
                }
            }
        }
        findings.forEach(report::println);
        report.println("made " + made + " same " + same);
        report.flush();
        Runtime.getRuntime().halt(0);
    }

    private static boolean equal(Object a, Object b) {
        try {
            return a != null && a.equals(b);
        } catch (Throwable e) {
            return false;
        }
    }

    private static String describe(Object object) {
        try {
            String text = String.valueOf(object).replace('\n', ' ');
            return text.length() > 120 ? text.substring(0, 120) : text;
        } catch (Throwable e) {
            return e.toString();
        }
    }

    private static List<Class<?>> classes() throws IOException {
        List<Class<?>> found = new ArrayList<>();
        Path modules = FileSystems.getFileSystem(URI.create("jrt:/")).getPath("/modules");
        for (String module : MODULES) {
            Path root = modules.resolve(module);
            if (!Files.exists(root)) {
                continue;
            }
            try (Stream<Path> files = Files.walk(root)) {
                files.map(file -> root.relativize(file).toString())
                        .filter(name -> name.endsWith(".class") && !name.contains("-info"))
                        .map(name -> name.substring(0, name.length() - ".class".length())
                                .replace('/', '.'))
                        .filter(name -> !LEFT_OUT.contains(name))
                        .filter(name -> PACKAGES_LEFT_OUT.stream().noneMatch(name::startsWith))
                        .sorted()
                        .forEach(name -> load(name, found));
            }
        }
        return found;
    }

    private static void load(String name, List<Class<?>> found) {
        try {
            Class<?> type = Class.forName(name, false, null);
            if (Modifier.isPublic(type.getModifiers())) {
                found.add(type);
            }
        } catch (Throwable e) {
            // Not for us.
        }
    }

    private static List<Object> instances(Class<?> type) {
        List<Object> made = new ArrayList<>();
        try {
            if (type.isEnum()) {
                made.add(type.getEnumConstants()[0]);
            }
            if (Serializable.class.isAssignableFrom(type) && !Modifier.isAbstract(type.getModifiers())) {
                for (Constructor<?> constructor : sorted(type.getConstructors(), any -> true)) {
                    make(constructor, made);
                }
            }
            for (Method method : sorted(
                    type.getMethods(),
                    method -> Modifier.isStatic(method.getModifiers())
                            && method.getDeclaringClass() == type
                            && !method.getReturnType().isPrimitive()
                            && method.getReturnType() != void.class
                            && !method.getName().startsWith("wait")
                            && !method.getName().contains("xit"))) {
                make(method, made);
            }
        } catch (Throwable e) {
            return made;
        }
        return made;
    }

    private static <T extends Executable> List<T> sorted(T[] all, Predicate<T> wanted) {
        return Arrays.stream(all)
                .filter(wanted)
                .filter(each -> each.getParameterCount() <= 3)
                .sorted((a, b) -> a.toString().compareTo(b.toString()))
                .toList();
    }

    private static void make(Executable executable, List<Object> made) {
        Class<?>[] types = executable.getParameterTypes();
        int variants = types.length > 0 && types[0] == String.class ? 3 : 1;
        for (int variant = 0; variant < variants; variant++) {
            Object[] arguments = new Object[types.length];
            for (int i = 0; i < types.length; i++) {
                List<Object> samples = SAMPLES.get(types[i]);
                if (samples == null) {
                    return;
                }
                arguments[i] = samples.get(Math.min(variant, samples.size() - 1));
            }
            try {
                Object object = executable instanceof Constructor<?> constructor
                        ? constructor.newInstance(arguments)
                        : ((Method) executable).invoke(null, arguments);
                if (object instanceof Serializable) {
                    made.add(object);
                }
            } catch (Throwable e) {
                // Wants other arguments.
            }
        }
    }

    private static byte[] write(Object object) throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (ObjectOutputStream out = new ObjectOutputStream(bytes)) {
            out.writeObject(object);
        }
        return bytes.toByteArray();
    }

    private static Object read(byte[] bytes) throws IOException, ClassNotFoundException {
        try (ObjectInputStream in = new ObjectInputStream(new ByteArrayInputStream(bytes))) {
            return in.readObject();
        }
    }
}
