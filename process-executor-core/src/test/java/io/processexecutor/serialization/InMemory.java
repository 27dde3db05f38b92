package io.processexecutor.serialization;

import java.io.ByteArrayOutputStream;
import java.io.OutputStream;
import java.io.StringWriter;
import java.net.URI;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import javax.tools.FileObject;
import javax.tools.ForwardingJavaFileManager;
import javax.tools.JavaFileManager;
import javax.tools.JavaFileObject;
import javax.tools.SimpleJavaFileObject;
import javax.tools.ToolProvider;

/** Sources compiled in memory: classes without class files. */
public final class InMemory extends ClassLoader {

    private final Map<String, byte[]> classes;

    private InMemory(Map<String, byte[]> classes, ClassLoader parent) {
        super(parent);
        this.classes = classes;
    }

    /** A new loader of the classes of some sources, each given as its name and its text. */
    public static InMemory of(String... namesAndTexts) {
        return new InMemory(compiled(namesAndTexts), InMemory.class.getClassLoader());
    }

    /** The same bytes in another loader. */
    public InMemory again() {
        return new InMemory(classes, getParent());
    }

    public byte[] bytes(String name) {
        return classes.get(name);
    }

    public Object make(String name) throws ReflectiveOperationException {
        return loadClass(name).getConstructor().newInstance();
    }

    @SuppressWarnings("unchecked")
    public <T> T made(String name) throws ReflectiveOperationException {
        return (T) make(name);
    }

    @SuppressWarnings("unchecked")
    public <T> T call(String type, String method, Object... arguments) throws ReflectiveOperationException {
        for (var each : loadClass(type).getMethods()) {
            if (each.getName().equals(method)) {
                return (T) each.invoke(null, arguments);
            }
        }
        throw new NoSuchMethodException(type + "." + method);
    }

    /** Its own classes first. */
    @Override
    protected Class<?> loadClass(String name, boolean resolve) throws ClassNotFoundException {
        synchronized (getClassLoadingLock(name)) {
            Class<?> known = findLoadedClass(name);
            byte[] bytes = known == null ? classes.get(name) : null;
            if (bytes != null) {
                return defineClass(name, bytes, 0, bytes.length);
            }
            return known == null ? super.loadClass(name, resolve) : known;
        }
    }

    public static Map<String, byte[]> compiled(String... namesAndTexts) {
        List<JavaFileObject> sources = new ArrayList<>();
        for (int i = 0; i < namesAndTexts.length; i += 2) {
            String text = namesAndTexts[i + 1];
            URI uri = URI.create("string:///" + namesAndTexts[i].replace('.', '/') + ".java");
            sources.add(new SimpleJavaFileObject(uri, JavaFileObject.Kind.SOURCE) {
                @Override
                public CharSequence getCharContent(boolean ignoreEncodingErrors) {
                    return text;
                }
            });
        }
        Map<String, ByteArrayOutputStream> written = new TreeMap<>();
        StringWriter said = new StringWriter();
        var compiler = ToolProvider.getSystemJavaCompiler();
        var files = new ForwardingJavaFileManager<>(compiler.getStandardFileManager(null, null, null)) {
            @Override
            public JavaFileObject getJavaFileForOutput(
                    JavaFileManager.Location location, String className, JavaFileObject.Kind kind, FileObject sibling) {
                return new SimpleJavaFileObject(URI.create("bytes:///" + className), kind) {
                    @Override
                    public OutputStream openOutputStream() {
                        return written.computeIfAbsent(className, any -> new ByteArrayOutputStream());
                    }
                };
            }
        };
        List<String> options = List.of("-nowarn", "-proc:none", "-g", "-cp", System.getProperty("java.class.path"));
        if (!compiler.getTask(said, files, null, options, null, sources).call()) {
            throw new IllegalStateException(said.toString());
        }
        Map<String, byte[]> classes = new TreeMap<>();
        written.forEach((name, bytes) -> classes.put(name, bytes.toByteArray()));
        return classes;
    }
}
