package io.processexecutor.serialization.lambda;

import io.processexecutor.serialization.classfile.CapturedClass;
import io.processexecutor.serialization.classfile.ClassFile;
import io.processexecutor.serialization.classfile.Constants;
import io.processexecutor.serialization.classfile.Constants.CallSiteConstant;
import io.processexecutor.serialization.classfile.MemberReference;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * The lambdas that a class wrote, as its class file on this side has them. Read once per class; sites that are the same
 * in every respect count as one, since no difference can be seen.
 */
final class HostClass {

    private static final String METAFACTORY = "java/lang/invoke/LambdaMetafactory";
    private static final int SERIALIZABLE = 1;
    private static final int MARKERS = 2;
    private static final int BRIDGES = 4;

    // Attached to the host itself, so that it goes with the host's class loader.
    private static final ClassValue<Optional<HostClass>> KNOWN = new ClassValue<>() {
        @Override
        protected Optional<HostClass> computeValue(Class<?> host) {
            try {
                Optional<byte[]> bytes = ClassFile.bytesOf(host);
                return bytes.isEmpty() ? Optional.empty() : Optional.of(new HostClass(host, bytes.get()));
            } catch (IllegalArgumentException | IllegalStateException | IndexOutOfBoundsException e) {
                return Optional.empty(); // a file that cannot be understood proves no more than none
            }
        }
    };

    private final byte[] bytes;
    private final LambdaSite.Host version;
    private final Set<LambdaSite> sites = new LinkedHashSet<>();

    private HostClass(Class<?> host, byte[] bytes) {
        ClassFile file = ClassFile.parse(bytes);
        if (!file.name().equals(host.getName().replace('.', '/'))) {
            throw new IllegalArgumentException("The class file of " + host.getName() + " is that of " + file.name());
        }
        this.bytes = bytes;
        version = LambdaSite.Host.of(file.name(), bytes);
        Constants constants = file.constants();
        for (int i = 1; i < constants.count(); i++) {
            if (constants.tag(i) == Constants.INVOKE_DYNAMIC) {
                Optional<LambdaSite> site = siteAt(file, i, version);
                if (site.isPresent()) {
                    sites.add(site.get());
                }
            }
        }
    }

    /** Empty if the class has no class file of its own, as one defined at run time. */
    static Optional<HostClass> of(Class<?> host) {
        Optional<HostClass> known = KNOWN.get(host);
        if (known.isPresent() && known.get().outdated(host)) {
            KNOWN.remove(host);
            known = KNOWN.get(host);
        }
        if (known.isEmpty()) {
            KNOWN.remove(host);
        }
        return known;
    }

    /** Whether the class was redefined since; of classes that have a file, that file counts. */
    private boolean outdated(Class<?> host) {
        byte[] now = CapturedClass.bytesOf(host).orElse(null);
        return now != null && now != bytes;
    }

    LambdaSite.Host version() {
        return version;
    }

    Set<LambdaSite> sites() {
        return sites;
    }

    /** The lambda that a call site makes; empty if the site makes something else. */
    static Optional<LambdaSite> siteAt(ClassFile file, int index, LambdaSite.Host version) {
        Constants constants = file.constants();
        CallSiteConstant callSite = constants.callSite(index);
        ClassFile.Bootstrap bootstrap = file.bootstraps().get(callSite.bootstrap());
        MemberReference linker = bootstrap.method().member();
        boolean alternative = linker.name().equals("altMetafactory");
        boolean lambda = alternative || linker.name().equals("metafactory");
        if (!lambda || !linker.owner().equals(METAFACTORY)) {
            return Optional.empty();
        }
        List<Integer> arguments = bootstrap.arguments();
        boolean serializable = false;
        List<String> markers = new ArrayList<>();
        List<String> bridges = new ArrayList<>();
        if (alternative) {
            int flags = constants.integer(arguments.get(3));
            serializable = (flags & SERIALIZABLE) != 0;
            int at = 4;
            if ((flags & MARKERS) != 0) {
                int end = at + 1 + constants.integer(arguments.get(at));
                for (int each : arguments.subList(at + 1, end)) {
                    markers.add(constants.className(each));
                }
                at = end;
            }
            if ((flags & BRIDGES) != 0) {
                int end = at + 1 + constants.integer(arguments.get(at));
                for (int each : arguments.subList(at + 1, end)) {
                    bridges.add(constants.methodType(each));
                }
            }
        }
        LambdaSite.Type type = new LambdaSite.Type(
                callSite.name(),
                constants.methodType(arguments.get(0)),
                callSite.descriptor(),
                serializable,
                List.copyOf(markers),
                List.copyOf(bridges));
        return Optional.of(new LambdaSite(
                version, type, constants.handle(arguments.get(1)), constants.methodType(arguments.get(2))));
    }
}
