package io.processexecutor.serialization.lambda;

import io.processexecutor.serialization.access.DeepAccess;
import io.processexecutor.serialization.access.SerializationHooks;
import io.processexecutor.serialization.classfile.HandleReference;
import io.processexecutor.serialization.classfile.MemberReference;
import io.processexecutor.serialization.lambda.LambdaLinkException.Reason;
import java.lang.invoke.MethodHandleInfo;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.MethodHandles.Lookup;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * Links a call site that was read elsewhere, as if the class that wrote the lambda ran it here. A site that this class
 * does not have in its own class file, byte for byte the same version, is rejected: bytes from outside can only name
 * lambdas that somebody wrote. Thread-safe; holds no class loader.
 */
public final class LambdaLinker {

    private static final LinkCache LINKS = new LinkCache();

    // The host keeps what was linked in it: both live as long as its class loader.
    private static final ClassValue<Map<LambdaSite, LinkedLambda>> LINKED_IN = new ClassValue<>() {
        @Override
        protected Map<LambdaSite, LinkedLambda> computeValue(Class<?> host) {
            return new ConcurrentHashMap<>();
        }
    };

    private LambdaLinker() {}

    /**
     * Links a call site.
     *
     * @param site what was read
     * @param loader finds the class that wrote the lambda
     * @return the linked site; a {@link LambdaLinkException} if it cannot be linked or may not be
     */
    public static LinkedLambda link(LambdaSite site, ClassLoader loader) {
        LinkedLambda known = LINKS.get(site.encoded(), loader);
        return known != null ? known : linkFirst(site, site.encoded(), loader);
    }

    /**
     * Links a call site without decoding it, if it was linked before.
     *
     * @param encoded the bytes of {@link LambdaSite#encoded}
     * @param loader finds the class that wrote the lambda
     * @return the linked site; a {@link LambdaLinkException} if it cannot be linked or may not be
     */
    public static LinkedLambda link(byte[] encoded, ClassLoader loader) {
        LinkedLambda known = LINKS.get(encoded, loader);
        return known != null ? known : linkFirst(LambdaSite.decode(encoded), encoded, loader);
    }

    private static LinkedLambda linkFirst(LambdaSite site, byte[] encoded, ClassLoader loader) {
        Class<?> host = hostOf(site, loader);
        checkWritten(site, host);
        LinkedLambda linked = linkIn(host, site);
        LINKS.put(encoded, loader, linked);
        return linked;
    }

    /**
     * Links a lambda of this class, so that the first one of somebody else need not wait for what that takes. Not one that
     * is written here, which would be looked up in a class file: to open the jar takes longer than all the rest.
     */
    public static void warmUp() {
        if (!DeepAccess.available()) {
            return;
        }
        Class<?> host = LambdaLinker.class;
        String name = host.getName().replace('.', '/');
        LambdaSite site = new LambdaSite(
                new LambdaSite.Host(name, 0),
                new LambdaSite.Type("run", "()V", "()Ljava/lang/Runnable;", true, List.of(), List.of()),
                new HandleReference(
                        MethodHandleInfo.REF_invokeStatic, new MemberReference(name, "nothing", "()V", false)),
                "()V");
        Object unused = linkAnew(host, site).allocate();
    }

    /**
     * Links a call site before it is needed. Only where that takes no code of the application: without deep access the
     * class that wrote the lambda would have to make one.
     *
     * @param encoded the bytes of {@link LambdaSite#encoded}
     * @param loader finds the class that wrote the lambda
     */
    public static void prepare(byte[] encoded, ClassLoader loader) {
        if (DeepAccess.available()) {
            Object unused = link(encoded, loader);
        }
    }

    /** What the lambda of {@link #warmUp} does. */
    static void nothing() {}

    /** Links a site that is known to be the host's own. */
    static LinkedLambda linkIn(Class<?> host, LambdaSite site) {
        Map<LambdaSite, LinkedLambda> links = LINKED_IN.get(host);
        LinkedLambda known = links.get(site);
        if (known != null) {
            return known;
        }
        // Not under a lock: linking loads classes, which may run user code and link again.
        LinkedLambda linked = linkAnew(host, site);
        LinkedLambda earlier = links.putIfAbsent(site, linked);
        return earlier == null ? linked : earlier;
    }

    private static LinkedLambda linkAnew(Class<?> host, LambdaSite site) {
        Lookup caller = callerIn(host);
        try {
            if (caller != null) {
                return CallSites.byMetafactory(site, host, caller);
            }
            if (site.type().serializable() && SerializationHooks.available()) {
                return CallSites.byItsDeserializer(site, host);
            }
        } catch (LambdaLinkException | VirtualMachineError e) {
            throw e;
        } catch (Throwable e) {
            Reason reason = missesClass(e) ? Reason.MISSING_CLASS : Reason.REFUSED;
            throw new LambdaLinkException(reason, "Cannot link the lambda " + site + ": " + e, e);
        }
        throw new LambdaLinkException(
                Reason.NO_ACCESS,
                "Cannot link the lambda " + site + ": this JVM does not let the library into that class ("
                        + DeepAccess.diagnose() + "). Make it serializable (ProcessTask, ProcessAction, or a cast such"
                        + " as (Runnable & Serializable)).",
                null);
    }

    private static boolean missesClass(@Nullable Throwable failure) {
        return failure instanceof ClassNotFoundException
                || failure instanceof TypeNotPresentException
                || failure instanceof NoClassDefFoundError
                || (failure != null && missesClass(failure.getCause()));
    }

    /** Without deep access only classes of modules that are open to this library, and of its own loader, let it in. */
    private static @Nullable Lookup callerIn(Class<?> host) {
        if (DeepAccess.available()) {
            return DeepAccess.lookupIn(host);
        }
        try {
            Lookup caller = MethodHandles.privateLookupIn(host, MethodHandles.lookup());
            return caller.hasFullPrivilegeAccess() ? caller : null;
        } catch (IllegalAccessException e) {
            return null;
        }
    }

    private static Class<?> hostOf(LambdaSite site, ClassLoader loader) {
        try {
            return Class.forName(site.host().className(), false, loader);
        } catch (ClassNotFoundException | LinkageError e) {
            throw new LambdaLinkException(
                    Reason.MISSING_CLASS,
                    "Cannot link the lambda " + site + ": " + site.host().className() + " is not on this side: " + e,
                    e);
        }
    }

    private static void checkWritten(LambdaSite site, Class<?> host) {
        HostClass written = HostClass.of(host).orElse(null);
        if (written == null) {
            throw new LambdaLinkException(
                    Reason.MISSING_CLASS,
                    "Cannot link the lambda " + site + ": the class file of " + host.getName()
                            + ", which must prove that it has such a lambda, is not on this side.",
                    null);
        }
        if (written.version().version() != site.host().version()) {
            throw new LambdaLinkException(Reason.DIFFERENT_CLASS, differs(site, host, written), null);
        }
        if (!written.sites().contains(site)) {
            throw new LambdaLinkException(
                    Reason.FORGED,
                    "Rejected the lambda " + site + ": the class file of " + host.getName()
                            + " has no such call site, so the bytes were made up.",
                    null);
        }
    }

    private static String differs(LambdaSite site, Class<?> host, HostClass written) {
        String versions = host.getName() + " here differs from the one that wrote the lambda (version "
                + Long.toHexString(written.version().version()) + " here, "
                + Long.toHexString(site.host().version()) + " there): ";
        ClassLoader loader = host.getClassLoader();
        return loader == null || loader == ClassLoader.getPlatformClassLoader()
                ? versions + "lambdas of the JDK travel only between equal builds, this one is "
                        + System.getProperty("java.vm.version") + "."
                : versions + "the class paths are not the same.";
    }
}
