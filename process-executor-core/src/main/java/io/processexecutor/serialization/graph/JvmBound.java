package io.processexecutor.serialization.graph;

import io.processexecutor.serialization.access.DeepAccess;
import java.lang.reflect.Modifier;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/**
 * What is bound to its JVM, by the names of classes and interfaces: any class below one of these is refused. Names, so
 * that no optional module and no framework is needed here.
 */
final class JvmBound {

    private static final String LIVES_HERE = "it lives in this JVM only";
    private static final String STREAM = "what it reads or writes is open in this JVM only";
    private static final String CONNECTION = "its connection is open in this JVM only";
    private static final String EXECUTOR = "an executor and its threads stay in the JVM that started them";
    private static final String CONTEXT = "an application context stays in its JVM; look its beans up in the task";
    private static final String SESSION = "it is bound to a session or request of this JVM";
    private static final String NATIVE_STATE = "its state is native or secret, and no copy would behave the same";

    private static final String MIDDLE = "it stands in the middle of a collection; send the collection";
    private static final String VIEW = "it is no collection of its own; send a copy, such as new ArrayList<>(it)";
    private static final String MEETING = "it is where threads of this JVM meet";

    private static final String OF_THE_JDK = "it is a class of the JDK that is not Serializable";

    private static final String COLLECTION =
            OF_THE_JDK + "; send what is in it, such as new ArrayList<>(it), and make another one in the task";
    private static final String MAP =
            OF_THE_JDK + "; send what is in it, such as new LinkedHashMap<>(it), and make another one in the task";

    private static final Map<String, String> REASONS = new LinkedHashMap<>();
    private static final Map<String, String> REASONS_OF_PLATFORM = Map.ofEntries(
            Map.entry("java.util.concurrent.Executor", EXECUTOR),
            Map.entry("java.util.concurrent.Future", "who completes it lives in this JVM only"),
            Map.entry("java.util.concurrent.CyclicBarrier", MEETING),
            Map.entry("java.util.concurrent.Phaser", MEETING),
            Map.entry("java.util.concurrent.Exchanger", MEETING),
            Map.entry("java.util.Iterator", MIDDLE),
            Map.entry("java.util.Spliterator", MIDDLE),
            Map.entry("java.util.Enumeration", MIDDLE),
            Map.entry("java.util.Map$Entry", "it stands in the middle of a map; send Map.entry(key, value)"),
            Map.entry("java.util.Collection", VIEW),
            Map.entry("java.util.Map", VIEW),
            Map.entry(
                    "java.nio.Buffer",
                    "only byte buffers on the heap can be copied; share it (ProcessExecutor.share), or send an array"),
            Map.entry(
                    "java.nio.HeapByteBuffer",
                    "this JVM does not let the library look into it (" + DeepAccess.diagnose() + "); send an array"),
            Map.entry("java.nio.file.Path", "its file system is open in this JVM only; send its URI"),
            Map.entry("java.lang.AutoCloseable", "what it must close is open in this JVM only"));

    static {
        because(
                LIVES_HERE,
                "java.lang.Thread",
                "java.lang.ThreadGroup",
                "java.lang.Process",
                "java.lang.ProcessHandle",
                "java.lang.Runtime",
                "java.lang.ModuleLayer",
                "java.lang.Module",
                "java.lang.ClassValue",
                "java.lang.invoke.MethodHandles$Lookup",
                "java.lang.ref.Cleaner",
                "java.util.Timer",
                "java.util.TimerTask",
                "java.nio.file.FileSystem",
                "java.nio.file.WatchService");
        because("a class loader and its classes stay in their JVM", "java.lang.ClassLoader");
        because("what it holds belongs to the threads of this JVM", "java.lang.ThreadLocal");
        because(
                "the garbage collector of this JVM watches it",
                "java.lang.ref.Reference",
                "java.lang.ref.ReferenceQueue");
        because(
                STREAM,
                "java.io.InputStream",
                "java.io.OutputStream",
                "java.io.Reader",
                "java.io.Writer",
                "java.io.RandomAccessFile",
                "java.io.Console",
                "java.util.zip.ZipFile",
                "java.util.Scanner",
                "java.nio.channels.Channel",
                "java.nio.channels.Selector",
                "java.nio.file.DirectoryStream");
        because(
                CONNECTION,
                "java.net.Socket",
                "java.net.ServerSocket",
                "java.net.DatagramSocket",
                "java.net.URLConnection",
                "java.net.http.HttpClient",
                "java.sql.Connection",
                "java.sql.Statement",
                "java.sql.ResultSet");
        because("it is a pipeline over data, not data; collect it first", "java.util.stream.BaseStream");
        because(
                NATIVE_STATE,
                "java.security.MessageDigest",
                "java.security.Signature",
                "javax.crypto.Cipher",
                "javax.crypto.Mac",
                "java.util.zip.Deflater",
                "java.util.zip.Inflater");
        because("it wraps another generator; send that one", "java.util.Random$RandomWrapper");
        because(
                EXECUTOR,
                "io.processexecutor.TaskSubmitter",
                "java.util.concurrent.ExecutorService",
                "org.springframework.core.task.TaskExecutor",
                "org.springframework.scheduling.TaskScheduler");
        because(
                CONTEXT,
                "org.springframework.beans.factory.BeanFactory",
                "org.springframework.context.ApplicationEventPublisher",
                "jakarta.enterprise.inject.spi.BeanManager");
        because(
                SESSION,
                "jakarta.servlet.http.HttpSession",
                "jakarta.servlet.ServletRequest",
                "jakarta.servlet.ServletResponse",
                "jakarta.servlet.ServletContext",
                "jakarta.persistence.EntityManager",
                "jakarta.persistence.EntityManagerFactory",
                "org.hibernate.SharedSessionContract");
        because(
                "it lives on what its mapper has, which does not travel; send the mapper and make another one in the task",
                "tools.jackson.databind.ObjectReader",
                "tools.jackson.databind.ObjectWriter");
        because(
                "it is another one in each JVM; send the bytes of its message and parse them in the task",
                "com.google.protobuf.Descriptors$GenericDescriptor");
    }

    private JvmBound() {}

    private static void because(String reason, String... names) {
        for (String name : names) {
            REASONS.put(name, reason);
        }
    }

    /** Why objects of a class cannot travel; empty if nothing in its ancestry says so. */
    static Optional<String> reason(Class<?> type) {
        return reason(type, REASONS);
    }

    /** Why a class of the JDK that is not Serializable cannot travel. */
    static String reasonOfPlatform(Class<?> type) {
        String reason = reason(type, REASONS_OF_PLATFORM).orElse(OF_THE_JDK);
        // A view can only be got from its collection: its class is nobody's to name.
        if (reason.equals(VIEW) && Modifier.isPublic(type.getModifiers())) {
            return Map.class.isAssignableFrom(type) ? MAP : COLLECTION;
        }
        return reason;
    }

    private static Optional<String> reason(Class<?> type, Map<String, String> reasons) {
        for (Class<?> each = type; each != null; each = each.getSuperclass()) {
            String reason = reasons.get(each.getName());
            if (reason != null) {
                return Optional.of(reason);
            }
            for (Class<?> one : each.getInterfaces()) {
                Optional<String> inherited = reason(one, reasons);
                if (inherited.isPresent()) {
                    return inherited;
                }
            }
        }
        return Optional.empty();
    }
}
