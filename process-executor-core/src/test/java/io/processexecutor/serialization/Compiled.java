package io.processexecutor.serialization;

import java.io.IOException;
import java.io.StringWriter;
import java.net.MalformedURLException;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import javax.tools.JavaCompiler;
import javax.tools.StandardJavaFileManager;
import javax.tools.ToolProvider;
import org.eclipse.jdt.internal.compiler.tool.EclipseCompiler;

/** Sources compiled by a compiler of choice, in a folder of their own. */
public record Compiled(Path folder) {

    public static JavaCompiler javac() {
        return ToolProvider.getSystemJavaCompiler();
    }

    public static JavaCompiler ecj() {
        return new EclipseCompiler();
    }

    /** Compiles a source that is given as text. */
    public static Compiled of(JavaCompiler compiler, int release, Path folder, String name, String text)
            throws IOException {
        Path source = folder.resolve(name.replace('.', '/') + ".java");
        Files.createDirectories(source.getParent());
        return of(compiler, release, folder, List.of(Files.writeString(source, text)));
    }

    public static Compiled of(JavaCompiler compiler, int release, Path folder, List<Path> sources) throws IOException {
        StringWriter said = new StringWriter();
        try (StandardJavaFileManager files = compiler.getStandardFileManager(null, null, null)) {
            List<String> options = new ArrayList<>(List.of("--release", "" + release, "-g", "-nowarn", "-proc:none"));
            options.addAll(List.of("-d", folder.toString(), "-cp", System.getProperty("java.class.path")));
            boolean done = compiler.getTask(
                            said, files, null, options, null, files.getJavaFileObjectsFromPaths(sources))
                    .call();
            if (!done) {
                throw new IllegalStateException(said.toString());
            }
        }
        return new Compiled(folder);
    }

    /** A loader that finds the compiled classes itself, whatever its parent has. */
    public URLClassLoader loader() throws MalformedURLException {
        return new URLClassLoader(new URL[] {folder.toUri().toURL()}, Compiled.class.getClassLoader()) {
            @Override
            protected Class<?> loadClass(String name, boolean resolve) throws ClassNotFoundException {
                synchronized (getClassLoadingLock(name)) {
                    Class<?> known = findLoadedClass(name);
                    if (known == null && findResource(name.replace('.', '/') + ".class") != null) {
                        known = findClass(name);
                    }
                    return known == null ? super.loadClass(name, resolve) : known;
                }
            }

            @Override
            public URL getResource(String name) {
                URL own = findResource(name);
                return own == null ? super.getResource(name) : own;
            }
        };
    }
}
