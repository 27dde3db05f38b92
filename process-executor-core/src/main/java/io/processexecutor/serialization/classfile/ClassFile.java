package io.processexecutor.serialization.classfile;

import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * One class file: its constants, methods and bootstraps. What does not follow the format fails with an
 * {@link IllegalArgumentException}. Not thread-safe; keep what was learnt, not this.
 */
public final class ClassFile {

    private static final int MAGIC = 0xCAFEBABE;
    private static final String SHELL_CLASS = "REPL/$JShell$";
    private static final String SHELL_LINE = "do_it$";

    private final ClassBytes bytes;
    private final Constants constants;
    private final String name;
    private final List<ClassMethod> methods = new ArrayList<>();
    private List<Bootstrap> bootstraps = List.of();
    private @Nullable String sourceFile;
    private final int attributesAt;

    /** Apart, since only the classes that are sent are asked what they name. */
    private static final class NamedTypes {

        /** In a descriptor or a generic signature. */
        static final Pattern PATTERN = Pattern.compile("L[^;<>:\\[.()]+[;<]");
    }

    private ClassFile(byte[] array) {
        this.bytes = new ClassBytes(array);
        if (bytes.signed4(0) != MAGIC) {
            throw new IllegalArgumentException("Not a class file");
        }
        this.constants = new Constants(bytes, 8);
        int at = constants.end();
        this.name = constants.className(bytes.unsigned2(at + 2));
        at += 8 + 2 * bytes.unsigned2(at + 6);
        at = skipFields(at);
        at = readMethods(at);
        attributesAt = at;
        readAttributes(at);
    }

    /**
     * Parses a class file.
     *
     * @param bytes the whole file; not copied
     * @return the class file
     */
    public static ClassFile parse(byte[] bytes) {
        return new ClassFile(bytes);
    }

    /**
     * Finds the class file that a class came from, through its own module or class loader; of one that was defined at run
     * time, what this JVM {@linkplain CapturedClass captures}.
     *
     * @param type a class
     * @return the bytes; empty if there is no such file
     */
    public static Optional<byte[]> bytesOf(Class<?> type) {
        if (type.isHidden() || type.isArray() || type.isPrimitive()) {
            return Optional.empty();
        }
        Optional<byte[]> captured = CapturedClass.bytesOf(type);
        return captured.isPresent() ? captured : resourceBytesOf(type);
    }

    /** What its own class loader shows for the file of a class. */
    static Optional<byte[]> resourceBytesOf(Class<?> type) {
        String name = type.getName().replace('.', '/') + ".class";
        try {
            Optional<byte[]> found = ClassPathFile.read(type, name);
            return found.isPresent() ? found : resource(type, "/" + name);
        } catch (IOException e) {
            return Optional.empty();
        }
    }

    private static Optional<byte[]> resource(Class<?> type, String name) throws IOException {
        try (InputStream in = type.getResourceAsStream(name)) {
            return in == null ? Optional.empty() : Optional.of(in.readAllBytes());
        }
    }

    /**
     * The name of the class.
     *
     * @return the internal name
     */
    public String name() {
        return name;
    }

    /**
     * The constants of the class.
     *
     * @return the constants
     */
    public Constants constants() {
        return constants;
    }

    /**
     * The methods, constructors and initializers of the class.
     *
     * @return in the order of the file
     */
    public List<ClassMethod> methods() {
        return methods;
    }

    /**
     * How the call sites of the class are linked.
     *
     * @return by index
     */
    public List<Bootstrap> bootstraps() {
        return bootstraps;
    }

    /**
     * The source the class was compiled from.
     *
     * @return the file's simple name; empty if the compiler left it out
     */
    public Optional<String> sourceFile() {
        return Optional.ofNullable(sourceFile);
    }

    /**
     * The classes that the file names, be it in code, in the types of members or in annotations.
     *
     * @return binary names, none of the JDK's own and the class itself left out; some may only look like one
     */
    public Set<String> namedClasses() {
        Set<String> named = new LinkedHashSet<>();
        for (int i = 1; i < constants.count(); i++) {
            switch (constants.tag(i)) {
                case Constants.CLASS -> add(constants.className(i), named);
                case Constants.UTF8 ->
                    NamedTypes.PATTERN.matcher(constants.text(i)).results().forEach(each -> add(each.group(), named));
                default -> {} // names its classes by one of those
            }
        }
        return named;
    }

    /**
     * The variables of JShell that the class reads. Such a variable is a static field of a class that the shell made for a
     * line of input; what that line itself does is left out, since it ran already.
     *
     * @return the fields
     */
    public List<MemberReference> shellVariables() {
        Set<MemberReference> read = new LinkedHashSet<>();
        for (ClassMethod method : methods) {
            if (!method.name().equals(SHELL_LINE)) {
                method.instructions((pc, opcode, operand) -> {
                    if (opcode == Instructions.GETSTATIC) {
                        MemberReference field = constants.member(operand);
                        if (field.owner().startsWith(SHELL_CLASS)) {
                            read.add(field);
                        }
                    }
                });
            }
        }
        return List.copyOf(read);
    }

    private void add(String name, Set<String> to) {
        int begin = name.lastIndexOf('[') + 1;
        boolean descriptor = name.endsWith(";") || name.endsWith("<");
        String internal = descriptor ? name.substring(begin + 1, name.length() - 1) : name;
        if (!internal.isEmpty()
                && !internal.startsWith("[")
                && !internal.startsWith("java/")
                && !internal.equals(this.name)) {
            to.add(internal.replace('/', '.'));
        }
    }

    /** Where the count of the attributes of the class stands, which are the last of the file. */
    int attributesAt() {
        return attributesAt;
    }

    /**
     * One way of linking call sites.
     *
     * @param method the method that links
     * @param arguments the indexes of the constants it is given
     */
    public record Bootstrap(HandleReference method, List<Integer> arguments) {}

    private int skipFields(int start) {
        int at = start + 2;
        for (int left = bytes.unsigned2(start); left > 0; left--) {
            at = skipAttributes(at + 6);
        }
        return at;
    }

    private int readMethods(int start) {
        int at = start + 2;
        for (int left = bytes.unsigned2(start); left > 0; left--) {
            ClassMethod method = new ClassMethod(bytes, constants, at);
            methods.add(method);
            at = skipAttributes(at + 6);
        }
        return at;
    }

    private int skipAttributes(int start) {
        int at = start + 2;
        for (int left = bytes.unsigned2(start); left > 0; left--) {
            at += 6 + bytes.signed4(at + 2);
        }
        return at;
    }

    private void readAttributes(int start) {
        int at = start + 2;
        for (int left = bytes.unsigned2(start); left > 0; left--) {
            switch (constants.text(bytes.unsigned2(at))) {
                case "SourceFile" -> sourceFile = constants.text(bytes.unsigned2(at + 6));
                case "BootstrapMethods" -> bootstraps = readBootstraps(at + 6);
                default -> {} // says nothing that is asked for here
            }
            at += 6 + bytes.signed4(at + 2);
        }
    }

    private List<Bootstrap> readBootstraps(int start) {
        List<Bootstrap> read = new ArrayList<>();
        int at = start + 2;
        for (int left = bytes.unsigned2(start); left > 0; left--) {
            HandleReference method = constants.handle(bytes.unsigned2(at));
            List<Integer> arguments = new ArrayList<>();
            int count = bytes.unsigned2(at + 2);
            for (int i = 0; i < count; i++) {
                arguments.add(bytes.unsigned2(at + 4 + 2 * i));
            }
            read.add(new Bootstrap(method, arguments));
            at += 4 + 2 * count;
        }
        return read;
    }
}
