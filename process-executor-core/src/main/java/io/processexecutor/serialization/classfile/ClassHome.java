package io.processexecutor.serialization.classfile;

import java.net.URL;
import java.security.CodeSource;
import org.jspecify.annotations.Nullable;

/**
 * Tells which classes any JVM finds that is started on this one's class path. Not those that were defined at run time,
 * nor those of a loader that looks elsewhere. Looked up once per class.
 */
public final class ClassHome {

    private static final @Nullable ClassLoader OWN = ClassHome.class.getClassLoader();

    private static final ClassValue<Boolean> AT_HOME = new ClassValue<>() {
        @Override
        protected Boolean computeValue(Class<?> type) {
            return lookUp(type);
        }
    };

    private static final ClassValue<Boolean> ON_DISK = new ClassValue<>() {
        @Override
        protected Boolean computeValue(Class<?> type) {
            return isOnDisk(type);
        }
    };

    private ClassHome() {}

    /**
     * Whether a class is found by its name elsewhere.
     *
     * @param type a class; of an array its elements count
     * @return false if its bytes would have to travel, and for hidden classes and those of proxies
     */
    public static boolean isAtHome(Class<?> type) {
        Class<?> element = type;
        while (element.isArray()) {
            element = element.getComponentType();
        }
        return element.getClassLoader() == null || AT_HOME.get(element);
    }

    /**
     * Whether a class may be found by its name elsewhere: if it is at home, or else has a class file that a worker may have
     * been given as well, since its class path can be chosen.
     *
     * @param type a class; of an array its elements count
     * @return false for what was certainly defined at run time
     */
    public static boolean mayBeFound(Class<?> type) {
        Class<?> element = type;
        while (element.isArray()) {
            element = element.getComponentType();
        }
        return isAtHome(element) || ON_DISK.get(element);
    }

    private static boolean isOnDisk(Class<?> type) {
        if (type.isHidden()) {
            return false;
        }
        URL found = resource(type.getClassLoader(), fileOf(type));
        // One that asks its parent first shows a namesake of the class path.
        return found != null
                && (found.getProtocol().equals("file") || found.getProtocol().equals("jar"))
                && comesFrom(type, found);
    }

    private static boolean comesFrom(Class<?> type, URL found) {
        CodeSource source = type.getProtectionDomain().getCodeSource();
        return source != null
                && source.getLocation() != null
                && found.toExternalForm().contains(source.getLocation().toExternalForm());
    }

    private static String fileOf(Class<?> type) {
        return type.getName().replace('.', '/').concat(".class");
    }

    private static boolean lookUp(Class<?> type) {
        ClassLoader loader = type.getClassLoader();
        if (loader == ClassLoader.getPlatformClassLoader()) {
            return true;
        }
        String file = fileOf(type);
        if (ClassPathFile.isThere(type, file)) {
            return true;
        }
        URL found = type.isHidden() ? null : resource(loader, file);
        if (found == null) {
            return false;
        }
        if (sees(OWN, loader) || sees(ClassLoader.getSystemClassLoader(), loader)) {
            return true;
        }
        // A loader that shares our class path, such as one that is thrown away to restart an application. One that asks
        // its parent first shows our file for a class of its own, too: then the class does not come from there.
        URL ours = resource(OWN, file);
        return ours != null && ours.toExternalForm().equals(found.toExternalForm()) && comesFrom(type, found);
    }

    private static @Nullable URL resource(@Nullable ClassLoader loader, String file) {
        return loader == null ? ClassLoader.getSystemResource(file) : loader.getResource(file);
    }

    private static boolean sees(@Nullable ClassLoader from, @Nullable ClassLoader loader) {
        for (ClassLoader each = from; each != null; each = each.getParent()) {
            if (each == loader) {
                return true;
            }
        }
        return false;
    }
}
