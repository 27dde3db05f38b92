package io.processexecutor.serialization.runtime;

import io.processexecutor.serialization.classfile.ClassHome;
import io.processexecutor.serialization.explain.Refusal;
import java.lang.ref.Reference;
import java.lang.ref.ReferenceQueue;
import java.lang.ref.WeakReference;
import java.lang.reflect.Field;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The end of a worker: asks for each class once and defines it in a loader that stands for the one it comes from. Holds
 * the loaders weakly, so that they go with the last object of their classes; the next task that names one asks again.
 */
public final class ReceivedClasses implements ClassNaming {

    private static final class Numbered extends WeakReference<ShippedLoader> {

        private final long number;

        Numbered(ShippedLoader loader, ReferenceQueue<ShippedLoader> gone) {
            super(loader, gone);
            this.number = loader.number();
        }
    }

    private final ClassSource source;
    private final @Nullable ClassLoader parent;
    private final Map<Long, Numbered> loaders = new HashMap<>();
    private final ReferenceQueue<ShippedLoader> gone = new ReferenceQueue<>();

    /**
     * Creates one, whose classes see those of the class loader in force.
     *
     * @param source where classes come from
     */
    public ReceivedClasses(ClassSource source) {
        this.source = source;
        this.parent = Thread.currentThread().getContextClassLoader();
    }

    @Override
    public boolean namesLoaders() {
        return true;
    }

    @Override
    public Optional<String> refusal(Class<?> type) {
        return ClassHome.isAtHome(type) || loaderOf(type) != null
                ? Optional.empty()
                : Optional.of("was defined at run time in the worker, so the application does not have it. Return what"
                        + " is made of classes that the application has.");
    }

    @Override
    public String nameOf(Class<?> type) {
        ShippedLoader loader = loaderOf(type);
        if (loader != null) {
            return new ClassName(type.getName(), loader.number()).toString();
        }
        Optional<String> refusal = refusal(type);
        if (refusal.isPresent()) {
            throw Refusal.ofRuntimeClass(type, refusal.get());
        }
        return type.getName();
    }

    private static @Nullable ShippedLoader loaderOf(Class<?> type) {
        // Of an array it is that of its elements.
        return type.getClassLoader() instanceof ShippedLoader shipped ? shipped : null;
    }

    /**
     * The class loader that code of an object expects to find in force.
     *
     * @param object an object
     * @return that of its class, if that was sent here
     */
    public static Optional<ClassLoader> contextOf(Object object) {
        return Optional.ofNullable(loaderOf(object.getClass()));
    }

    @Override
    public synchronized Class<?> find(ClassName name) throws ClassNotFoundException {
        String element = elementOf(name.className());
        ShippedLoader loader = known(name.loader());
        if (loader == null || !loader.has(element)) {
            loader = receive(new ClassName(element, name.loader()));
        }
        return Class.forName(name.className(), false, loader);
    }

    @Override
    public void assign(Class<?> owner, String name, @Nullable Object value) throws ReflectiveOperationException {
        if (loaderOf(owner) == null) {
            ClassNaming.super.assign(owner, name, value);
        }
        Field field = owner.getDeclaredField(name);
        field.setAccessible(true);
        field.set(null, value);
    }

    private static String elementOf(String name) {
        return name.startsWith("[") ? name.substring(name.indexOf('L') + 1, name.length() - 1) : name;
    }

    private @Nullable ShippedLoader known(long number) {
        Numbered found = loaders.get(number);
        return found == null ? null : found.get();
    }

    /** All or nothing: a class is known here only with everything that it names. */
    private ShippedLoader receive(ClassName first) throws ClassNotFoundException {
        Map<Long, ShippedLoader> involved = new HashMap<>();
        List<Definition> received = new ArrayList<>();
        Set<String> asked = new LinkedHashSet<>();
        Set<String> missing = Set.of(first.toString());
        while (!missing.isEmpty()) {
            asked.addAll(missing);
            List<Definition> some = ask(missing);
            received.addAll(some);
            Set<String> next = new LinkedHashSet<>();
            for (Definition each : some) {
                involved.computeIfAbsent(each.name().loader(), this::loader);
                for (String reference : each.references()) {
                    ClassName name = ClassName.parse(reference);
                    ShippedLoader loader = involved.computeIfAbsent(name.loader(), this::loader);
                    if (!loader.has(name.className()) && !asked.contains(reference)) {
                        next.add(reference);
                    }
                }
            }
            missing = next;
        }
        for (Definition each : received) {
            ShippedLoader loader = loader(each.name().loader(), involved);
            for (String reference : each.references()) {
                ClassName name = ClassName.parse(reference);
                loader.link(name.className(), loader(name.loader(), involved));
            }
        }
        for (Definition each : received) {
            loader(each.name().loader(), involved)
                    .put(each.name().className(), each.bytes().array());
        }
        for (Reference<?> each = gone.poll(); each != null; each = gone.poll()) {
            loaders.remove(((Numbered) each).number, each);
        }
        involved.forEach((number, loader) -> loaders.put(number, new Numbered(loader, gone)));
        return loader(first.loader(), involved);
    }

    private List<Definition> ask(Set<String> names) throws ClassNotFoundException {
        byte[] answer;
        try {
            answer = source.definitions(names);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new ClassNotFoundException(names + ", which was being asked for when the task was interrupted", e);
        }
        List<Definition> definitions = Definition.read(answer);
        if (definitions.size() != names.size()) {
            throw new ClassNotFoundException(
                    names + ", which the application does not have any more: the task is over");
        }
        return definitions;
    }

    private ShippedLoader loader(long number) {
        ShippedLoader known = known(number);
        return known == null ? new ShippedLoader(number, parent) : known;
    }

    private static ShippedLoader loader(long number, Map<Long, ShippedLoader> involved) {
        ShippedLoader loader = involved.get(number);
        if (loader == null) {
            throw new IllegalArgumentException("loader " + number + " was not announced");
        }
        return loader;
    }
}
