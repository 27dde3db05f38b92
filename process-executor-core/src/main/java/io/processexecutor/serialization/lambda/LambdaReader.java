package io.processexecutor.serialization.lambda;

import io.processexecutor.serialization.access.DeepAccess;
import io.processexecutor.serialization.classfile.ClassHome;
import io.processexecutor.serialization.classfile.Descriptors;
import io.processexecutor.serialization.classfile.MemberReference;
import java.lang.invoke.SerializedLambda;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/**
 * Tells which call site a lambda came from. Reads each lambda class once and keeps the answer with the class, so that no
 * class loader is held. Never guesses: what cannot be told for certain is an {@link UnreadableLambdaException}.
 * Thread-safe, without a lock.
 */
public final class LambdaReader {

    private static final ClassValue<AtomicReference<LambdaSite>> READ = new ClassValue<>() {
        @Override
        protected AtomicReference<LambdaSite> computeValue(Class<?> lambdaClass) {
            return new AtomicReference<>();
        }
    };

    private LambdaReader() {}

    /**
     * Reads the call site of a lambda. Prefer this to {@link #read(Class)}: where there is no deep access, a serializable
     * lambda can tell its own site.
     *
     * @param lambda an instance of a lambda class
     * @return its site
     */
    public static LambdaSite read(Object lambda) {
        return read(lambda.getClass(), lambda);
    }

    /**
     * Reads the call site of the lambdas of a class.
     *
     * @param lambdaClass a class of which {@link Lambdas#isLambda} is true
     * @return their site
     */
    public static LambdaSite read(Class<?> lambdaClass) {
        return read(lambdaClass, null);
    }

    private static LambdaSite read(Class<?> lambdaClass, @Nullable Object lambda) {
        AtomicReference<LambdaSite> known = READ.get(lambdaClass);
        LambdaSite site = known.get();
        if (site == null || outdated(site, lambdaClass)) {
            if (!Lambdas.isLambda(lambdaClass)) {
                throw new IllegalArgumentException(lambdaClass.getName() + " is not the class of a lambda");
            }
            site = find(lambdaClass, lambda);
            known.set(site);
        }
        return site;
    }

    /** Whether the class that wrote the lambda was redefined since: then the lambda calls what that has now. */
    private static boolean outdated(LambdaSite site, Class<?> lambdaClass) {
        ClassLoader loader = lambdaClass.getClassLoader();
        if (loader == null || loader == LambdaReader.class.getClassLoader()) {
            return false;
        }
        Class<?> host = Lambdas.host(lambdaClass);
        return !ClassHome.isAtHome(host)
                && HostClass.of(host)
                        .filter(now -> now.version().version() != site.host().version())
                        .isPresent();
    }

    private static LambdaSite find(Class<?> lambdaClass, @Nullable Object lambda) {
        Class<?> host = Lambdas.host(lambdaClass);
        Optional<HostClass> written = HostClass.of(host);
        if (written.isEmpty()) {
            throw noClassFile(lambdaClass, host);
        }
        LambdaOutline outline = LambdaOutline.of(lambdaClass);
        List<LambdaSite> candidates = new ArrayList<>();
        for (LambdaSite site : written.get().sites()) {
            if (outline.fits(site)) {
                candidates.add(site);
            }
        }
        Optional<HiddenPool> pool = HiddenPool.of(lambdaClass, host);
        if (pool.isPresent()) {
            candidates = byPool(candidates, pool.get(), host);
        } else if (lambda != null && outline.serializable()) {
            SerializedLambda word = LambdaShape.ownWord(lambda).orElse(null);
            candidates = candidates.stream()
                    .filter(site -> word == null || says(word, site))
                    .toList();
        }
        if (candidates.isEmpty()) {
            throw noSite(lambdaClass, host);
        }
        if (candidates.size() > 1 && !behaveAlike(candidates, pool.isPresent())) {
            throw lookAlikes(lambdaClass, host, candidates.size());
        }
        return candidates.get(0);
    }

    /** What is called tells most sites apart; the rest are linked again and compared constant by constant. */
    private static List<LambdaSite> byPool(List<LambdaSite> candidates, HiddenPool pool, Class<?> host) {
        List<LambdaSite> possible = calling(pool.implementations(), candidates, true);
        if (possible.size() == 1) {
            return possible;
        }
        if (possible.isEmpty()) {
            // The JDK forgets through which subclass a static method was named.
            possible = calling(pool.implementations(), candidates, false);
        }
        return possible.stream().filter(site -> generatesSame(site, pool, host)).toList();
    }

    private static List<LambdaSite> calling(
            List<MemberReference> called, List<LambdaSite> candidates, boolean sameOwner) {
        List<LambdaSite> calling = new ArrayList<>();
        for (LambdaSite site : candidates) {
            for (MemberReference each : called) {
                if (calls(site, each, sameOwner)) {
                    calling.add(site);
                    break;
                }
            }
        }
        return calling;
    }

    private static boolean calls(LambdaSite site, MemberReference call, boolean sameOwner) {
        MemberReference member = site.implementation().member();
        return member.name().equals(call.name())
                && member.descriptor().equals(call.descriptor())
                && (!sameOwner || member.owner().equals(call.owner()));
    }

    private static boolean generatesSame(LambdaSite site, HiddenPool pool, Class<?> host) {
        try {
            LinkedLambda again = LambdaLinker.linkIn(host, site);
            return HiddenPool.of(again.type(), host).filter(pool::sameAs).isPresent();
        } catch (LambdaLinkException e) {
            return false; // what cannot be linked cannot have been
        }
    }

    private static boolean says(SerializedLambda word, LambdaSite site) {
        MemberReference called = new MemberReference(
                word.getImplClass(), word.getImplMethodName(), word.getImplMethodSignature(), false);
        return calls(site, called, false) && site.instantiatedType().equals(word.getInstantiatedMethodType());
    }

    /**
     * Sites whose classes have the same constants in the same order, and whose casts are the same, have the same code:
     * {@code Integer::intValue} and {@code Integer::valueOf} both unbox and box.
     */
    private static boolean behaveAlike(List<LambdaSite> candidates, boolean sameConstants) {
        return sameConstants
                && candidates.stream()
                                .map(site -> Descriptors.parameterPart(site.instantiatedType()))
                                .distinct()
                                .count()
                        == 1;
    }

    private static UnreadableLambdaException noClassFile(Class<?> lambdaClass, Class<?> host) {
        return unreadable(
                lambdaClass,
                "Cannot read the lambda of " + host.getName() + ": the class file of that class was not found, it was"
                        + " defined at run time, its class loader does not show it, or no file descriptor is left.");
    }

    private static UnreadableLambdaException noSite(Class<?> lambdaClass, Class<?> host) {
        return unreadable(
                lambdaClass,
                "Cannot read the lambda of " + host.getName()
                        + ": the class file of that class has no such call site. It"
                        + " is of another version than the loaded class, or an agent rewrote the class while loading.");
    }

    private static UnreadableLambdaException lookAlikes(Class<?> lambdaClass, Class<?> host, int count) {
        String because = DeepAccess.available() ? "they differ in casts only" : DeepAccess.diagnose();
        return unreadable(
                lambdaClass,
                "Cannot tell which of " + count + " look-alike lambdas in " + host.getName() + " this is (" + because
                        + ")."
                        + (DeepAccess.available() ? " Write it as a lambda expression, x -> f(x), or make" : " Make")
                        + " it serializable (ProcessTask, ProcessAction, or a cast such as (Runnable &"
                        + " Serializable))"
                        + (DeepAccess.available()
                                ? "."
                                : ", or open java.lang.invoke to the library (Add-Opens: java.base/java.lang.invoke in the"
                                        + " manifest, or --add-opens java.base/java.lang.invoke=ALL-UNNAMED)."));
    }

    private static UnreadableLambdaException unreadable(Class<?> lambdaClass, String message) {
        return new UnreadableLambdaException(lambdaClass.getName(), message, null);
    }
}
