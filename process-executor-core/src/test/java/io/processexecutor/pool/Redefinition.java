package io.processexecutor.pool;

import io.processexecutor.serialization.access.DeepAccess;
import java.lang.instrument.ClassFileTransformer;
import java.lang.instrument.Instrumentation;
import java.security.ProtectionDomain;

/** Gives a loaded class another body, as an agent or a debugger does. */
final class Redefinition implements ClassFileTransformer {

    private final Class<?> type;
    private final byte[] bytes;

    private Redefinition(Class<?> type, byte[] bytes) {
        this.type = type;
        this.bytes = bytes;
    }

    /** To be called once an executor was built that ships classes. */
    static void of(Class<?> type, byte[] bytes) throws Exception {
        Class<?> agent = Class.forName("io.processexecutor.serialization.access.CaptureAgent");
        Instrumentation instrumentation;
        try {
            instrumentation = (Instrumentation) DeepAccess.lookupIn(agent)
                    .findStaticGetter(agent, "instrumentation", Instrumentation.class)
                    .invoke();
        } catch (Throwable e) {
            throw new IllegalStateException(e);
        }
        instrumentation.addTransformer(new Redefinition(type, bytes), true);
        instrumentation.retransformClasses(type);
    }

    @Override
    public byte[] transform(
            Module module,
            ClassLoader loader,
            String name,
            Class<?> redefined,
            ProtectionDomain domain,
            byte[] before) {
        return redefined == type ? bytes : null;
    }
}
