package io.processexecutor.serialization.graph.wire;

import com.esotericsoftware.kryo.Kryo;
import com.esotericsoftware.kryo.io.Output;
import io.processexecutor.serialization.policy.Policy;
import io.processexecutor.serialization.policy.Swap;
import java.util.IdentityHashMap;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** The writing half of {@link GraphKryo}: who is met for the first time, who holds whom, who is replaced by whom. */
abstract class WritingKryo extends Kryo {

    /** In place of the mark that an object is there: what stands for it is. */
    static final byte SWAPPED = 2;

    static final int FIRST_ID = 3;

    final ClassNames names;
    final GraphSession session = new GraphSession();
    int deepest = Integer.MAX_VALUE;

    private final WrittenObjects written = new WrittenObjects();
    private final IdentityHashMap<Object, @Nullable Object> replacements = new IdentityHashMap<>();
    private final IdentityHashMap<Object, Optional<Swap>> swaps = new IdentityHashMap<>(4);

    private final Holders holders = new Holders();
    private boolean closuresAnywhere;

    WritingKryo(ClassNames names) {
        super(names, null);
        this.names = names;
        setRegistrationRequired(false);
        setAutoReset(false);
    }

    /**
     * The way of a class.
     *
     * @param type the class
     * @return its route
     */
    public Route route(Class<?> type) {
        return names.routeOf(type);
    }

    /**
     * Finds a class as the graph's reader does.
     *
     * @param name its binary name
     * @return the class
     */
    public Class<?> classOf(String name) {
        return names.classOf(name);
    }

    /**
     * Where classes are looked up.
     *
     * @return the class loader
     */
    public ClassLoader loader() {
        return names.loader();
    }

    /**
     * What may travel.
     *
     * @return the policy of the executor
     */
    public Policy policy() {
        return names.policy();
    }

    /**
     * What serializers keep for the length of one graph.
     *
     * @return the session
     */
    public GraphSession session() {
        return session;
    }

    /**
     * Writes a whole graph.
     *
     * @param output where to
     * @param root the root
     * @param closuresAnywhere whether lambdas may stand inside data
     * @param deepest the most objects that may hold each other
     */
    public void writeGraph(Output output, @Nullable Object root, boolean closuresAnywhere, int deepest) {
        this.closuresAnywhere = closuresAnywhere;
        this.deepest = deepest;
        write(output, root);
        session.failIfSpoiled();
    }

    /**
     * Writes an object with its class, or a reference to it if it was written before.
     *
     * @param output where to
     * @param object the object
     */
    public void write(Output output, @Nullable Object object) {
        if (object == null) {
            output.writeByte(NULL);
            return;
        }
        write(output, object, null);
    }

    /**
     * The same, for many objects in a row that are most often of one class.
     *
     * @param output where to
     * @param object the object
     * @param hint what this returned for the one before
     * @return the way of the object's class; null if it may not be held on to
     */
    public @Nullable Route write(Output output, @Nullable Object object, @Nullable Route hint) {
        if (object == null) {
            output.writeByte(NULL);
            return hint;
        }
        Route route = hint != null && hint.typeOf() == object.getClass() ? hint : names.routeOf(object.getClass());
        if (route.plain) {
            names.write(output, route);
            writeBody(output, object, route);
        } else {
            writeOffered(output, object, route);
        }
        return route.passing ? null : route;
    }

    /**
     * Writes an object whose class the reader knows.
     *
     * @param output where to
     * @param object the object
     * @param route the way of its class, which must be {@link Route#exact()}
     */
    public void writeExact(Output output, @Nullable Object object, Route route) {
        if (object == null) {
            output.writeByte(NULL);
            return;
        }
        if (!route.plain) {
            Swap swap = swapOf(object, route);
            if (swap != null) {
                output.writeByte(SWAPPED);
                writeSwapped(output, swap);
                return;
            }
        }
        if (route.kind() == Route.Kind.VALUE) {
            output.writeByte(NOT_NULL);
        }
        writeBody(output, object, route);
    }

    /**
     * Writes only a class, for objects that are then written by {@link #writeExact}.
     *
     * @param output where to
     * @param route the way of the class
     */
    public void writeRoute(Output output, Route route) {
        names.write(output, route);
    }

    /**
     * Makes room for many objects at once.
     *
     * @param objects how many are about to be written
     */
    public void expectToWrite(int objects) {
        written.expect(objects);
    }

    private void writeBody(Output output, Object object, Route route) {
        if (route.kind() == Route.Kind.VALUE) {
            route.serializer().write(this, output, object);
            return;
        }
        int id = written.idOrAdd(object);
        if (id != WrittenObjects.FIRST_TIME) {
            output.writeVarInt(id + FIRST_ID, true);
            return;
        }
        output.writeByte(NOT_NULL);
        writeContent(output, object, route);
    }

    private void writeContent(Output output, Object object, Route route) {
        enter(object);
        route.serializer().write(this, output, object);
        holders.pop();
    }

    private void writeOffered(Output output, Object object, Route route) {
        Swap swap = swapOf(object, route);
        if (swap == null) {
            writeOwn(output, object, route);
        } else {
            names.write(output, names.routeOf(Swap.class));
            writeSwapped(output, swap);
        }
    }

    /** By the swap and not by the original, which may be the reference of another. */
    private void writeSwapped(Output output, Swap swap) {
        int id = written.idOrAdd(swap);
        if (id != WrittenObjects.FIRST_TIME) {
            output.writeVarInt(id + FIRST_ID, true);
            return;
        }
        output.writeByte(NOT_NULL);
        enter(swap.original());
        output.writeVarInt(swap.replacer(), true);
        writeOwn(output, swap.reference(), names.routeOf(swap.reference().getClass()));
        holders.pop();
    }

    /** What nobody has anything else to send for but, perhaps, its own class. */
    private void writeOwn(Output output, Object object, Route route) {
        if (route.writeReplace() != null) {
            writeReplaced(output, object, route);
        } else {
            names.write(output, route);
            writeBody(output, object, route);
        }
    }

    /**
     * Tells whether a replacer may have something to send for objects of a class.
     *
     * @param type the class
     * @return false if they may be written without asking
     */
    public boolean mayReplace(Class<?> type) {
        Route route = names.routeOf(type);
        return !route.plain && offered(route).length > 0;
    }

    private int[] offered(Route route) {
        int[] known = route.offered;
        if (known == null) {
            known = policy().replacers().offered(route.typeOf());
            route.offered = known;
            route.plain = known.length == 0 && route.writeReplace() == null;
        }
        return known;
    }

    private @Nullable Swap swapOf(Object object, Route route) {
        int[] replacers = offered(route);
        if (replacers.length == 0) {
            return null;
        }
        Optional<Swap> known = swaps.get(object);
        if (known == null) {
            enter(object);
            known = Optional.ofNullable(policy().replacers().swap(object, replacers));
            holders.pop();
            swaps.put(object, known);
        }
        return known.orElse(null);
    }

    private void writeReplaced(Output output, Object original, Route first) {
        if (replacements.containsKey(original)) {
            writeAsIs(output, replacements.get(original));
            return;
        }
        enter(original);
        Object object = original;
        Route route = first;
        while (object != null && route.writeReplace() != null) {
            Class<?> before = object.getClass();
            object = replace(route, object);
            if (object == null || object.getClass() == before) {
                break;
            }
            route = names.routeOf(object.getClass());
        }
        replacements.put(original, object);
        writeAsIs(output, object);
        holders.pop();
    }

    private void writeAsIs(Output output, @Nullable Object object) {
        if (object == null) {
            output.writeByte(NULL);
            return;
        }
        Route route = names.routeOf(object.getClass());
        names.write(output, route);
        writeBody(output, object, route);
    }

    private static @Nullable Object replace(Route route, Object object) {
        try {
            return Objects.requireNonNull(route.writeReplace()).invoke(object);
        } catch (Throwable e) {
            throw HookFailure.of(e);
        }
    }

    /**
     * Writes an object as if it had not been met before and will not be met again.
     *
     * @param output where to
     * @param object the object
     */
    public void writeUnshared(Output output, @Nullable Object object) {
        Route route = object == null ? null : names.routeOf(object.getClass());
        if (object == null
                || route == null
                || route.kind() == Route.Kind.VALUE
                || !route.exact()
                || mayReplace(route.typeOf())) {
            write(output, object);
            return;
        }
        names.write(output, route);
        written.skipId();
        output.writeByte(NOT_NULL);
        writeContent(output, object, route);
    }

    private void enter(Object object) {
        if (holders.depth() >= deepest) {
            throw tooDeep();
        }
        holders.push(object);
    }

    final TooDeep tooDeep() {
        TooDeep tooDeep = new TooDeep(deepest);
        session.spoil(tooDeep);
        return tooDeep;
    }

    /**
     * Whether lambdas may stand inside data.
     *
     * @return true in closure mode
     */
    public boolean closuresAnywhere() {
        return closuresAnywhere;
    }

    /**
     * The objects being written, from the root to the innermost; after a failure, those where it happened.
     *
     * @return a copy
     */
    public Object[] holders() {
        return holders.copy();
    }

    /**
     * The object that holds the one being written.
     *
     * @return null for the root
     */
    public @Nullable Object parent() {
        return holders.parent();
    }

    /**
     * Whether the object being written, or one that holds it, is marked for the closure serializer.
     *
     * @return whether {@link io.processexecutor.Closures#isWrapped} is true of one
     */
    public boolean belowMark() {
        return holders.belowMark();
    }

    /** How many objects hold each other where the writer is. */
    final int holding() {
        return holders.depth();
    }

    /** Forgets the graph. */
    @Override
    public void reset() {
        super.reset();
        written.reset();
        session.reset();
        replacements.clear();
        swaps.clear();
        holders.clear();
    }

    @Override
    public void writeClassAndObject(Output output, @Nullable Object object) {
        write(output, object);
    }
}
