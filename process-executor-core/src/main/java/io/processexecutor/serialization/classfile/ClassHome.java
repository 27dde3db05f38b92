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

    private static boolean lookUp(Class<?> type) {
        ClassLoader loader = type.getClassLoader();
        if (loader == ClassLoader.getPlatformClassLoader()) {
            return true;
        }
        String file = type.getName().replace('.', '/').concat(".class");
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
        CodeSource source = type.getProtectionDomain().getCodeSource();
        return ours != null
                && ours.toExternalForm().equals(found.toExternalForm())
                && source != null
                && source.getLocation() != null
                && found.toExternalForm().contains(source.getLocation().toExternalForm());
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
