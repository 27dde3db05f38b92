package io.processexecutor.serialization.graph.wire;

import com.esotericsoftware.kryo.Kryo;
import com.esotericsoftware.kryo.Registration;
import com.esotericsoftware.kryo.Serializer;
import com.esotericsoftware.kryo.io.Input;
import com.esotericsoftware.kryo.io.Output;
import java.util.IdentityHashMap;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Drives one graph at a time through its serializers, in Kryo's format. Kryo gives the buffers, the scalar serializers
 * and the interface between them; references, class names, replacements and the way from the root are kept here,
 * because Kryo's own answer a reference to an unfinished object with null and forget who holds whom.
 *
 * <p>Not thread-safe. One that threw must not be used again.
 */
public final class GraphKryo extends Kryo {

    static {
        KryoLoading.ensure();
    }

    private final ClassNames names;
    private final WrittenObjects written = new WrittenObjects();
    private final ReadObjects read = new ReadObjects();
    private final GraphSession session = new GraphSession();
    private final IdentityHashMap<Object, @Nullable Object> replacements = new IdentityHashMap<>();

    private final Holders holders = new Holders();
    private int deepest = Integer.MAX_VALUE;
    private boolean closuresAnywhere;

    private GraphKryo(ClassNames names) {
        super(names, null);
        this.names = names;
        setRegistrationRequired(false);
        setAutoReset(false);
    }

    /**
     * Makes an engine.
     *
     * @param routes chooses the way of each class
     * @param loader where classes are looked up
     * @return the engine
     */
    public static GraphKryo of(Routes routes, ClassLoader loader) {
        return new GraphKryo(new ClassNames(routes, loader));
    }

    /**
     * Makes a class known under a number.
     *
     * @param route a numbered route
     */
    public void number(Route route) {
        names.number(route);
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
     * What serializers keep for the length of one graph.
     *
     * @return the session
     */
    public GraphSession session() {
        return session;
    }

    // --- Writing ---

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
        if (route.writeReplace() != null) {
            writeReplaced(output, object, route);
        } else {
            names.write(output, route);
            writeBody(output, object, route);
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

    private void writeBody(Output output, Object object, Route route) {
        if (route.kind() == Route.Kind.VALUE) {
            route.serializer().write(this, output, object);
            return;
        }
        int id = written.idOrAdd(object);
        if (id != WrittenObjects.FIRST_TIME) {
            output.writeVarInt(id + 2, true);
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
        if (object == null || route == null || route.kind() == Route.Kind.VALUE || !route.exact()) {
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

    private TooDeep tooDeep() {
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
     * How many objects hold each other where the engine is, writing or reading.
     *
     * @return the depth
     */
    public int depth() {
        return Math.max(holders.depth(), read.depth());
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

    // --- Reading ---

    /**
     * Reads a whole graph.
     *
     * @param input where from
     * @param deepest the most objects that may hold each other
     * @return the root
     */
    public @Nullable Object readGraph(Input input, int deepest) {
        this.deepest = deepest;
        Object root = read(input);
        session.validate();
        session.failIfSpoiled();
        return root;
    }

    /**
     * Reads what {@link #write} or {@link #writeUnshared} wrote.
     *
     * @param input where from
     * @return the object
     */
    public @Nullable Object read(Input input) {
        Route route = names.read(input);
        return route == null ? null : readBody(input, route);
    }

    /**
     * Reads what {@link #writeExact} wrote.
     *
     * @param input where from
     * @param route the way of its class
     * @return the object
     */
    public @Nullable Object readExact(Input input, Route route) {
        if (route.kind() == Route.Kind.VALUE) {
            return input.readByte() == NULL ? null : route.serializer().read(this, input, type(route));
        }
        int mark = input.readVarInt(true);
        return mark == NULL ? null : readMarked(input, route, mark);
    }

    /**
     * Reads what {@link #writeRoute} wrote.
     *
     * @param input where from
     * @return the way of the class
     */
    public Route readRoute(Input input) {
        Route route = names.read(input);
        if (route == null) {
            throw new MalformedGraph("no class where one must be");
        }
        return route;
    }

    private @Nullable Object readBody(Input input, Route route) {
        if (route.kind() == Route.Kind.VALUE) {
            return route.serializer().read(this, input, type(route));
        }
        return readMarked(input, route, input.readVarInt(true));
    }

    private @Nullable Object readMarked(Input input, Route route, int mark) {
        if (mark != NOT_NULL) {
            return read.get(mark - 2);
        }
        if (route.kind() == Route.Kind.LEAF) {
            Object leaf = route.serializer().read(this, input, type(route));
            read.addLeaf(leaf);
            return leaf;
        }
        if (read.depth() >= deepest) {
            throw tooDeep();
        }
        int id = read.open(route);
        return read.close(id, route.serializer().read(this, input, type(route)));
    }

    @SuppressWarnings("unchecked")
    private static Class<Object> type(Route route) {
        return (Class<Object>) route.typeOf();
    }

    /** Called by a serializer once its object exists, before it reads the children. */
    @Override
    public void reference(Object object) {
        read.setOpen(object);
    }

    /**
     * The object being read as a shell, to be filled later.
     *
     * @return the shell that was handed out already, else a new one
     */
    public Object shell() {
        return read.shell();
    }

    /**
     * To be asked by a serializer of a hash table for each key it has read.
     *
     * @return whether the key may hash by something that is not finished, so that it must be put {@linkplain #rehashLater
     *     later}
     */
    public boolean keysMayBeUnfinished() {
        return read.insideUnfinished();
    }

    /**
     * Puts something into a hash table once it can be hashed: when the last unfinished object that it may depend on is
     * complete.
     *
     * @param entry puts it
     */
    public void rehashLater(Runnable entry) {
        read.rehashLater(entry);
    }

    /**
     * The class of the object being read; after a failure, of the one where it happened.
     *
     * @return null if none is
     */
    public @Nullable Class<?> openType() {
        return read.depth() == 0 ? null : read.openRoute().typeOf();
    }

    /** Forgets the graph. */
    @Override
    public void reset() {
        super.reset();
        written.reset();
        read.reset();
        session.reset();
        replacements.clear();
        holders.clear();
    }

    // --- What Kryo's own serializers may ask ---

    @Override
    @SuppressWarnings("rawtypes")
    public Registration getRegistration(Class type) {
        return names.routeOf(type);
    }

    @Override
    @SuppressWarnings("rawtypes")
    public Serializer getSerializer(Class type) {
        return names.routeOf(type).serializer();
    }

    @Override
    public void writeClassAndObject(Output output, @Nullable Object object) {
        write(output, object);
    }

    @Override
    public @Nullable Object readClassAndObject(Input input) {
        return read(input);
    }
}
