package io.processexecutor.serialization.graph.wire;

import com.esotericsoftware.kryo.Registration;
import com.esotericsoftware.kryo.Serializer;
import com.esotericsoftware.kryo.io.Input;
import io.processexecutor.serialization.graph.failure.HookFailure;
import io.processexecutor.serialization.graph.failure.MalformedGraph;
import io.processexecutor.serialization.policy.Policy;
import io.processexecutor.serialization.policy.Swap;
import io.processexecutor.serialization.runtime.ClassNaming;
import io.processexecutor.serialization.runtime.Variables;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Drives one graph at a time through its serializers, in Kryo's format. Kryo gives the buffers, the scalar serializers
 * and the interface between them; references, class names, replacements and the way from the root are kept here,
 * because Kryo's own answer a reference to an unfinished object with null and forget who holds whom.
 *
 * <p>Not thread-safe. One that threw must not be used again.
 */
public final class GraphKryo extends WritingKryo {

    static {
        KryoLoading.ensure();
    }

    private final ReadObjects read = new ReadObjects();

    private GraphKryo(ClassNames names) {
        super(names);
    }

    /**
     * Makes an engine.
     *
     * @param routes chooses the way of each class
     * @param loader where classes are looked up
     * @param policy what may travel
     * @param naming how classes are named to the other end
     * @return the engine
     */
    public static GraphKryo of(Routes routes, ClassLoader loader, Policy policy, ClassNaming naming) {
        return new GraphKryo(new ClassNames(routes, loader, policy, naming));
    }

    /**
     * How many objects hold each other where the engine is, writing or reading.
     *
     * @return the depth
     */
    public int depth() {
        return Math.max(holding(), read.depth());
    }

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
        if (names.naming().namesLoaders()) {
            readVariables(input);
        }
        session.validate();
        session.failIfSpoiled();
        return root;
    }

    private void readVariables(Input input) {
        try {
            Variables.read(names.naming(), () -> read(input));
        } catch (Exception e) {
            throw HookFailure.of(e);
        }
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
            return switch (input.readByte()) {
                case NULL -> null;
                case SWAPPED -> readSwapped(input);
                default -> route.serializer().read(this, input, type(route));
            };
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

    /**
     * Makes room for many objects at once.
     *
     * @param objects how many are about to be read
     */
    public void expectToRead(int objects) {
        read.expect(objects);
    }

    private @Nullable Object readBody(Input input, Route route) {
        if (route.kind() == Route.Kind.VALUE) {
            return route.serializer().read(this, input, type(route));
        }
        return readMarked(input, route, input.readVarInt(true));
    }

    private @Nullable Object readMarked(Input input, Route route, int mark) {
        if (mark != NOT_NULL) {
            return mark == SWAPPED ? readSwapped(input) : read.get(mark - FIRST_ID);
        }
        if (route.kind() == Route.Kind.LEAF) {
            Object leaf = route.serializer().read(this, input, type(route));
            read.addLeaf(leaf);
            return leaf;
        }
        return stackIsUsedUp(read.depth()) ? onDeepStack(() -> readNode(input, route)) : readNode(input, route);
    }

    private @Nullable Object readNode(Input input, Route route) {
        int id = read.open(route);
        return read.close(id, route.serializer().read(this, input, type(route)));
    }

    /** Something else stands where the class of a field says it all. */
    private @Nullable Object readSwapped(Input input) {
        return readBody(input, names.routeOf(Swap.class));
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

    /**
     * The classes of the objects being read; after a failure, of those where it happened.
     *
     * @return from the root to the innermost
     */
    public List<Class<?>> openTypes() {
        return read.openTypes();
    }

    /** Forgets the graph. */
    @Override
    public void reset() {
        super.reset();
        read.reset();
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
    public @Nullable Object readClassAndObject(Input input) {
        return read(input);
    }
}
