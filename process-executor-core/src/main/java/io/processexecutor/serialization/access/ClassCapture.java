package io.processexecutor.serialization.access;

import java.io.IOException;
import java.io.InputStream;
import java.lang.instrument.ClassFileTransformer;
import java.lang.instrument.Instrumentation;
import java.lang.instrument.UnmodifiableClassException;
import java.lang.invoke.MethodHandles.Lookup;
import java.lang.invoke.MethodType;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.ProtectionDomain;
import java.util.Collections;
import java.util.Set;
import java.util.WeakHashMap;
import java.util.jar.Attributes;
import java.util.jar.JarEntry;
import java.util.jar.JarOutputStream;
import java.util.jar.Manifest;
import org.jspecify.annotations.Nullable;

/**
 * The bytes of loaded classes, which need no class file: the JVM writes them anew for an agent that asks to change the
 * class, and the change is refused before it is made. Also notices which classes others redefine. Thread-safe.
 */
public final class ClassCapture implements ClassFileTransformer {

    private static final byte[] NO_CLASS_FILE = {0};

    private final Instrumentation instrumentation;
    private static final ThreadLocal<Class<?>> MINE = new ThreadLocal<>();

    private final Set<Class<?>> redefined = Collections.synchronizedSet(Collections.newSetFromMap(new WeakHashMap<>()));

    private ClassCapture(Instrumentation instrumentation) {
        this.instrumentation = instrumentation;
    }

    /**
     * Makes this JVM give the bytes of its classes; costs some 10 ms and needs no flag. To be called once.
     *
     * @return what captures
     * @throws IllegalStateException if this JVM does not let the library in, with the reason
     */
    public static ClassCapture load() {
        if (!DeepAccess.available()) {
            throw new IllegalStateException(DeepAccess.diagnose());
        }
        try {
            ClassCapture capture = new ClassCapture(loadAgent());
            capture.instrumentation.addTransformer(capture, true);
            return capture;
        } catch (VirtualMachineError e) {
            throw e;
        } catch (Throwable e) {
            throw new IllegalStateException("no agent could be loaded: " + e, e);
        }
    }

    /**
     * Gives the bytes of a class as it is now. The JVM leaves the attribute EnclosingMethod out of them.
     *
     * @param type a class that is neither hidden nor an array
     * @return a class file
     */
    public byte[] bytesOf(Class<?> type) {
        Once once = new Once(type);
        MINE.set(type);
        // Added last, so that it sees what every other agent made of the class.
        instrumentation.addTransformer(once, true);
        try {
            instrumentation.retransformClasses(type);
        } catch (UnmodifiableClassException | LinkageError | RuntimeException e) {
            if (once.bytes == null) {
                throw new IllegalStateException("this JVM does not give its bytes: " + e, e);
            }
        } finally {
            instrumentation.removeTransformer(once);
            MINE.remove();
        }
        byte[] bytes = once.bytes;
        if (bytes == null) {
            throw new IllegalStateException("this JVM does not give its bytes");
        }
        return bytes;
    }

    /**
     * The classes that anyone redefined since this was loaded, or is redefining just now: the bytes of each may have
     * changed whenever one looks.
     *
     * @return a copy
     */
    public Set<Class<?>> redefined() {
        return redefined.isEmpty() ? Set.of() : Set.of(redefined.toArray(Class<?>[]::new));
    }

    @Override
    public byte @Nullable [] transform(
            @Nullable Module module,
            @Nullable ClassLoader loader,
            @Nullable String className,
            @Nullable Class<?> classBeingRedefined,
            @Nullable ProtectionDomain protectionDomain,
            byte[] bytes) {
        if (classBeingRedefined != null && MINE.get() != classBeingRedefined) {
            redefined.add(classBeingRedefined);
        }
        return null;
    }

    private static Instrumentation loadAgent() throws Throwable {
        Class<?> instrument = Class.forName("sun.instrument.InstrumentationImpl");
        Lookup trusted = DeepAccess.lookupIn(instrument);
        Path jar = Files.createTempFile("process-executor-agent", ".jar");
        try {
            boolean visible = visibleToTheSystem();
            writeJar(jar, !visible);
            if (!visible) {
                ClassLoader system = ClassLoader.getSystemClassLoader();
                DeepAccess.lookupIn(system.getClass())
                        .bind(
                                system,
                                "appendToClassPathForInstrumentation",
                                MethodType.methodType(void.class, String.class))
                        .invoke(jar.toString());
            }
            trusted.findStatic(instrument, "loadAgent", MethodType.methodType(void.class, String.class))
                    .invoke(jar.toString());
            Class<?> agent = Class.forName(CaptureAgent.class.getName(), true, ClassLoader.getSystemClassLoader());
            Object given = DeepAccess.lookupIn(agent)
                    .findStaticGetter(agent, "instrumentation", Instrumentation.class)
                    .invoke();
            if (given == null) {
                throw new IllegalStateException("the JVM did not start it");
            }
            return (Instrumentation) given;
        } finally {
            Files.deleteIfExists(jar);
        }
    }

    private static boolean visibleToTheSystem() {
        try {
            Class.forName(CaptureAgent.class.getName(), false, ClassLoader.getSystemClassLoader());
            return true;
        } catch (ClassNotFoundException e) {
            return false;
        }
    }

    private static void writeJar(Path jar, boolean withAgent) throws IOException {
        Manifest manifest = new Manifest();
        Attributes attributes = manifest.getMainAttributes();
        attributes.put(Attributes.Name.MANIFEST_VERSION, "1.0");
        attributes.putValue("Launcher-Agent-Class", CaptureAgent.class.getName());
        attributes.putValue("Can-Retransform-Classes", "true");
        try (JarOutputStream out = new JarOutputStream(Files.newOutputStream(jar), manifest)) {
            if (withAgent) {
                String file = CaptureAgent.class.getName().replace('.', '/') + ".class";
                out.putNextEntry(new JarEntry(file));
                try (InputStream in = CaptureAgent.class.getResourceAsStream("/" + file)) {
                    if (in == null) {
                        throw new IOException("the library's own file " + file + " is not there");
                    }
                    in.transferTo(out);
                }
            }
        }
    }

    /** Takes the bytes of one class. */
    private static final class Once implements ClassFileTransformer {

        private final Class<?> type;
        private volatile byte @Nullable [] bytes;

        Once(Class<?> type) {
            this.type = type;
        }

        @Override
        public byte @Nullable [] transform(
                @Nullable Module module,
                @Nullable ClassLoader loader,
                @Nullable String className,
                @Nullable Class<?> classBeingRedefined,
                @Nullable ProtectionDomain protectionDomain,
                byte[] now) {
            if (classBeingRedefined != type || MINE.get() != type) {
                return null;
            }
            bytes = now;
            // Makes the JVM stop here: a class that is redefined, even to itself, has its call sites linked again.
            return NO_CLASS_FILE.clone();
        }
    }
}
