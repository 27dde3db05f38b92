package io.processexecutor.serialization.runtime;

import io.processexecutor.serialization.classfile.CapturedClass;
import io.processexecutor.serialization.classfile.ClassHome;
import io.processexecutor.serialization.explain.Refusal;
import java.lang.reflect.Field;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;

/** The end of the parent, which has the classes: notes what a task needs, and knows its own classes again in a result. */
public final class SentClasses implements ClassNaming {

    private static final ThreadLocal<Shipment> UNDER_WAY = new ThreadLocal<>();

    /** Creates one, and makes this JVM give the bytes of its classes. */
    public SentClasses() {
        CapturedClass.install();
    }

    @Override
    public boolean namesLoaders() {
        return true;
    }

    @Override
    public Optional<String> refusal(Class<?> type) {
        if (UNDER_WAY.get() == null) {
            // Nothing is written: it came back in a result.
            return Optional.empty();
        }
        try {
            nameOf(type);
            return Optional.empty();
        } catch (Refusal e) {
            return Optional.of(e.reason());
        }
    }

    @Override
    public String nameOf(Class<?> type) {
        if (ClassHome.isAtHome(type)) {
            return type.getName();
        }
        Shipment shipment = UNDER_WAY.get();
        if (shipment == null) {
            throw Refusal.ofRuntimeClass(type, "was defined at run time, and travels with a task only.");
        }
        if (!type.isArray()) {
            return shipment.add(type);
        }
        Class<?> element = type;
        while (element.isArray()) {
            element = element.getComponentType();
        }
        return new ClassName(
                        type.getName(), ClassName.parse(shipment.add(element)).loader())
                .toString();
    }

    @Override
    public Class<?> find(ClassName name) throws ClassNotFoundException {
        ClassLoader loader = RuntimeClass.loader((int) name.loader());
        if (loader == null) {
            throw new ClassNotFoundException(name.className() + ", whose class loader is gone");
        }
        return Class.forName(name.className(), false, loader);
    }

    @Override
    public Shipment collect(Runnable encoding) {
        Shipment shipment = new Shipment();
        Shipment outer = UNDER_WAY.get();
        UNDER_WAY.set(shipment);
        try {
            encoding.run();
        } finally {
            if (outer == null) {
                UNDER_WAY.remove();
            } else {
                // A hook submitted a task of its own.
                UNDER_WAY.set(outer);
            }
        }
        return shipment;
    }

    @Override
    public List<Field> variables() {
        Shipment shipment = UNDER_WAY.get();
        return shipment == null ? List.of() : shipment.variables();
    }

    @Override
    public <T extends @Nullable Object> Callable<T> handedOn(Callable<T> work) {
        Shipment shipment = UNDER_WAY.get();
        if (shipment == null) {
            return work;
        }
        return () -> {
            UNDER_WAY.set(shipment);
            try {
                return work.call();
            } finally {
                UNDER_WAY.remove();
            }
        };
    }
}
