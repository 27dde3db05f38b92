package io.processexecutor.serialization.runtime;

import io.processexecutor.serialization.classfile.ClassHome;
import io.processexecutor.serialization.explain.Refusal;
import java.util.Optional;

/** Only classes that both ends have: what {@code shipRuntimeClasses(false)} means. */
public final class HomeClasses implements ClassNaming {

    private static final String SWITCHED_OFF =
            "was defined at run time, or by a class loader that looks where no worker"
                    + " does, so a worker does not find it. Ways out: send its bytes along with"
                    + " process-executor.closures.ship-runtime-classes=true (SerializationOptions.shipRuntimeClasses); or put the"
                    + " class on the class path.";

    /** Creates one. */
    public HomeClasses() {}

    @Override
    public boolean namesLoaders() {
        return false;
    }

    @Override
    public Optional<String> refusal(Class<?> type) {
        return ClassHome.mayBeFound(type) ? Optional.empty() : Optional.of(SWITCHED_OFF);
    }

    @Override
    public String nameOf(Class<?> type) {
        if (!ClassHome.mayBeFound(type)) {
            throw Refusal.ofRuntimeClass(type, SWITCHED_OFF);
        }
        return type.getName();
    }

    @Override
    public Class<?> find(ClassName name) throws ClassNotFoundException {
        throw new ClassNotFoundException(
                name.className() + " was sent by an executor that ships classes, to one that" + " does not");
    }
}
