package io.processexecutor.serialization.graph.wire;

import com.esotericsoftware.kryo.io.Input;
import io.processexecutor.serialization.explain.Refusal;
import io.processexecutor.serialization.graph.failure.HookFailure;
import io.processexecutor.serialization.graph.failure.MalformedGraph;
import io.processexecutor.serialization.policy.Policy;
import io.processexecutor.serialization.policy.Swap;
import io.processexecutor.serialization.runtime.ClassNaming;
import io.processexecutor.serialization.runtime.Variables;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Drives one graph at a time through its serializers, in Kryo's format. Kryo gives the buffers and the serializers
 * of what has no children; references, class names, replacements and the way from the root are kept here, because Kryo's
 * own answer a reference to an unfinished object with null and forget who holds whom. Nor is this one of Kryo's engines,
 * which take a cold JVM several milliseconds to make, for serializers that would not be used.
 *
 * <p>Not thread-safe. One that threw must not be used again.
 */
public final class GraphKryo extends WritingKryo {

    static {
        KryoLoading.ensure();
    }

    private final ReadObjects read = new ReadObjects();
    private @Nullable Route failedLeaf;

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

    @Override
    GraphKryo self() {
        return this;
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
            Object leaf = readLeaf(input, route);
            read.addLeaf(leaf);
            return leaf;
        }
        return stackIsUsedUp(read.depth()) ? onDeepStack(() -> readNode(input, route)) : readNode(input, route);
    }

    private @Nullable Object readLeaf(Input input, Route route) {
        try {
            return route.serializer().read(this, input, type(route));
        } catch (RuntimeException | Error e) {
            failedLeaf = route;
            throw e;
        }
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

    /**
     * To be called by a serializer once its object exists, before it reads the children.
     *
     * @param object the object
     */
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
     * Whether what was read so far of the object being read refers to something that is not finished.
     *
     * @return whether it may hash or compare by that
     */
    public boolean holdsUnfinished() {
        return read.holdsUnfinished();
    }

    /**
     * To be called before a key of a hash table is read.
     *
     * @return what {@link #isUnfinishedKey} is to be told
     */
    public int beginKey() {
        return read.beginPart();
    }

    /**
     * To be called when a key of a hash table was read.
     *
     * @param key the key
     * @param begun what {@link #beginKey} said
     * @return whether it may hash by something that is not finished
     */
    public boolean isUnfinishedKey(@Nullable Object key, int begun) {
        return read.endPart(begun) && !IdentityHashed.is(key);
    }

    /**
     * Does something once all is complete that the object being read refers to by now.
     *
     * @param late does it
     */
    public void completeLater(Late late) {
        read.completeLater(late);
    }

    /**
     * There is more of something that is to be {@linkplain #completeLater completed later} than when it was last shown.
     *
     * @param late what
     */
    public void unseen(Late late) {
        read.unseen(late);
    }

    /** To be called before code of the application sees what was read. */
    public void showWhatWasRead() {
        read.show();
    }

    /**
     * Why code of the application is not to copy what was read, of which it was {@linkplain #showWhatWasRead shown} all there is.
     *
     * @param object what it is given by itself
     * @param taker the class that may copy it
     * @return null if it may: it is no hash table, or none that lacks entries
     */
    public @Nullable Refusal lacksEntries(@Nullable Object object, Class<?> taker) {
        LateTable late = read.lacking(object);
        return late == null ? null : lacking(late, taker);
    }

    private static Refusal lacking(LateTable late, Class<?> taker) {
        Throwable obstacle = late.obstacle();
        String why = "it is part of a cycle, its keys cannot be " + (obstacle == null ? "told apart" : "hashed")
                + " before they are complete, and " + taker.getTypeName()
                + " would have too few of them by then. Ways out:"
                + " hashCode and equals of the keys that use fields of primitive types, strings, enums and the like, which are"
                + " read first; a record that keeps the very collection it is given; or keys that do not lead back to it";
        return Refusal.of(late.table().getClass(), why, obstacle);
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
        List<Class<?>> open = read.openTypes();
        if (failedLeaf != null) {
            open.add(failedLeaf.typeOf());
        }
        return open;
    }

    /** Forgets the graph. */
    @Override
    public void reset() {
        super.reset();
        read.reset();
        failedLeaf = null;
    }

    /** Gives back the room that large graphs needed; to be called between two graphs. */
    @Override
    public void shrink() {
        super.shrink();
        read.shrink();
    }
}
