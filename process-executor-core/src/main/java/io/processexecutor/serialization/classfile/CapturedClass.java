package io.processexecutor.serialization.classfile;

import io.processexecutor.serialization.access.ClassCapture;
import java.util.Arrays;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The bytes of a class that is not {@linkplain ClassHome at home}, as this JVM has it. Captured once and kept with the
 * class, and again whenever somebody redefined it. Thread-safe; the only lock is for classes that are being redefined.
 */
public final class CapturedClass {

    private static final ClassValue<CapturedClass> KNOWN = new ClassValue<>() {
        @Override
        protected CapturedClass computeValue(Class<?> type) {
            return new CapturedClass(type);
        }
    };

    private static volatile @Nullable ClassCapture capture;
    private static volatile String whyNot = "nobody asked for it";
    private static volatile int generation;

    private final Class<?> type;
    private volatile byte @Nullable [] bytes;

    private CapturedClass(Class<?> type) {
        this.type = type;
    }

    /** Makes this JVM capture, if it can. */
    public static synchronized void install() {
        if (capture != null) {
            return;
        }
        try {
            capture = ClassCapture.load();
        } catch (IllegalStateException e) {
            whyNot = String.valueOf(e.getMessage());
        } catch (NoClassDefFoundError e) {
            whyNot = "this runtime image is without the module java.instrument";
        }
    }

    /**
     * Why nothing is captured here, as long as that is so.
     *
     * @return a text for people
     */
    public static String whyNot() {
        return whyNot;
    }

    /**
     * The bytes of a class.
     *
     * @param type a class
     * @return the same array until the class is found redefined; empty if the class is at home, or this JVM was not made
     *     to {@linkplain #install() capture}
     * @throws IllegalStateException if the JVM does not give the bytes of this class
     */
    public static Optional<byte[]> bytesOf(Class<?> type) {
        ClassCapture capture = CapturedClass.capture;
        if (capture == null || type.isArray() || type.isHidden() || ClassHome.isAtHome(type)) {
            return Optional.empty();
        }
        CapturedClass known = KNOWN.get(type);
        byte[] bytes = known.bytes;
        if (bytes == null) {
            bytes = firstBytesOf(type, capture);
            synchronized (known) {
                if (known.bytes != null) {
                    return Optional.of(known.bytes);
                }
                known.bytes = bytes;
            }
        }
        return Optional.of(bytes);
    }

    /** Of a class that has a file, as others may have it too, the file: what the JVM gives is written another way. */
    private static byte[] firstBytesOf(Class<?> type, ClassCapture capture) {
        if (ClassHome.mayBeFound(type) && !capture.redefined().contains(type)) {
            Optional<byte[]> file = ClassFile.resourceBytesOf(type);
            if (file.isPresent()) {
                return file.get();
            }
        }
        return EnclosingMethod.restored(type, capture.bytesOf(type));
    }

    /**
     * Captures again what was redefined since.
     *
     * @return a number that changes when the bytes of any class did
     */
    public static int generation() {
        ClassCapture capture = CapturedClass.capture;
        Set<Class<?>> redefined = capture == null ? Set.of() : capture.redefined();
        if (capture != null && !redefined.isEmpty()) {
            synchronized (CapturedClass.class) {
                boolean changed = false;
                for (Class<?> each : redefined) {
                    // Each time anew: a class is reported while it is being redefined, before it has changed.
                    changed |= !each.isHidden()
                            && !ClassHome.isAtHome(each)
                            && KNOWN.get(each).changed(capture);
                }
                if (changed) {
                    generation++;
                }
            }
        }
        return generation;
    }

    private synchronized boolean changed(ClassCapture capture) {
        if (bytes == null) {
            return false;
        }
        byte[] now = EnclosingMethod.restored(type, capture.bytesOf(type));
        if (Arrays.equals(now, bytes)) {
            return false;
        }
        bytes = now;
        return true;
    }
}
