package io.processexecutor.serialization.graph.wire;

import com.esotericsoftware.kryo.io.Output;
import io.processexecutor.serialization.access.SerializationHooks;
import io.processexecutor.serialization.explain.Refusal;
import io.processexecutor.serialization.graph.failure.HookFailure;
import io.processexecutor.serialization.graph.failure.LockedOut;
import io.processexecutor.serialization.graph.failure.TooDeep;
import io.processexecutor.serialization.graph.failure.ViewLost;
import io.processexecutor.serialization.policy.Policy;
import io.processexecutor.serialization.policy.Swap;
import io.processexecutor.serialization.runtime.Variables;
import io.processexecutor.serialization.shared.SharedScope;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import org.jspecify.annotations.Nullable;

/** The writing half of {@link GraphKryo}: who is met for the first time, who holds whom, who is replaced by whom. */
abstract class WritingKryo {

    static final byte NULL = 0;
    static final byte NOT_NULL = 1;
    /** In place of the mark that an object is there: what stands for it is. */
    static final byte SWAPPED = 2;

    static final int FIRST_ID = 3;

    private static final int ABANDONED = -1;

    /** Clearing a table costs as much as it has room, and that of more entries would cost each small graph that follows. */
    private static final int MOST_CLEARED = 1 << 12;

    final ClassNames names;
    final GraphSession session = new GraphSession();
    /** The most objects that may hold each other on the largest stack there is. */
    private final int mostOfAll;

    int deepest;

    private final WrittenObjects written = new WrittenObjects();
    private IdentityHashMap<Object, @Nullable Object> replacements = new IdentityHashMap<>();
    private final OpenReplacements openReplacements = new OpenReplacements();
    private IdentityHashMap<Object, Optional<Swap>> swaps = new IdentityHashMap<>(4);
    private Set<Object> references = newReferences();

    private final Holders holders = new Holders();
    private boolean closuresAnywhere;
    private boolean viewsKept;
    private @Nullable Set<Object> leftBehind;

    WritingKryo(ClassNames names) {
        this.names = names;
        this.mostOfAll = names.policy().limits().depth();
        this.deepest = mostOfAll;
    }

    /** The whole engine, which serializers are given. */
    abstract GraphKryo self();

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
     * Names a class to the graph's reader.
     *
     * @param type a class that is not hidden
     * @return what {@link #classOf} takes
     */
    public String nameOf(Class<?> type) {
        return names.nameOf(type);
    }

    /**
     * Finds a class as the graph's reader does.
     *
     * @param name what {@link #nameOf} gave where the graph was written
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
     * Whether a collection of which a part is being written is in the graph as well, so that the part can stay a view of
     * it. If it is met only later, the graph is written again.
     *
     * @param whole the collection
     * @return false if the elements of the part are to be copied
     */
    public boolean travelsAnyway(Object whole) {
        if (viewsKept || written.has(whole)) {
            return true;
        }
        if (leftBehind == null) {
            leftBehind = Collections.newSetFromMap(new IdentityHashMap<>());
        }
        leftBehind.add(whole);
        return false;
    }

    /**
     * Writes a whole graph.
     *
     * @param output where to
     * @param root the root
     * @param offered whether replacers are asked about the root
     * @param closuresAnywhere whether lambdas may stand inside data
     * @param deepest the most objects that may hold each other
     */
    public void writeGraph(
            Output output, @Nullable Object root, boolean offered, boolean closuresAnywhere, int deepest) {
        this.closuresAnywhere = closuresAnywhere;
        int begin = output.position();
        try {
            writeGraph(output, root, offered, deepest);
        } catch (ViewLost e) {
            reset();
            output.setPosition(begin);
            viewsKept = true;
            writeGraph(output, root, offered, deepest);
        }
    }

    private void writeGraph(Output output, @Nullable Object root, boolean offered, int most) {
        this.deepest = most;
        if (offered || root == null) {
            write(output, root);
        } else {
            writeOwn(output, root, names.routeOf(root.getClass()));
        }
        if (names.naming().namesLoaders()) {
            writeVariables(output);
        }
        session.failIfSpoiled();
    }

    // On its own: the first lambda of a cold JVM is dear.
    private void writeVariables(Output output) {
        try {
            Variables.write(names.naming(), value -> write(output, value));
        } catch (Exception e) {
            throw HookFailure.of(e);
        }
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
        return write(output, object, hint, Object.class);
    }

    /**
     * The same, for what the reader puts where not everything may stand.
     *
     * @param output where to
     * @param object the object
     * @param hint what this returned for the one before
     * @param declared what the reader gets must be of this type
     * @return the way of the object's class; null if it may not be held on to
     */
    public @Nullable Route write(Output output, @Nullable Object object, @Nullable Route hint, Class<?> declared) {
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
            if (declared != Object.class && route.writeReplace() != null) {
                checkReplacement(object, declared);
            }
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
            route.serializer().write(self(), output, object);
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
        if (route.kind() == Route.Kind.NODE && stackIsUsedUp(holding())) {
            onDeepStack(() -> {
                writeContent(output, object, route);
                return null;
            });
            return;
        }
        if (leftBehind != null && leftBehind.contains(object)) {
            throw viewLost(object);
        }
        holders.push(object);
        route.serializer().write(self(), output, object);
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
        writeReference(output, swap);
    }

    private void writeReference(Output output, Swap swap) {
        if (stackIsUsedUp(holding())) {
            onDeepStack(() -> {
                writeReference(output, swap);
                return null;
            });
            return;
        }
        holders.push(swap.original());
        references.add(swap.reference());
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
            if (isWrittenAsItself(object)) {
                return null;
            }
            holders.push(object);
            known = Optional.ofNullable(policy().replacers().swap(object, replacers));
            holders.pop();
            if (known.isPresent() || route.kind() == Route.Kind.VALUE || route.writeReplace() != null) {
                swaps.put(object, known);
            }
        }
        return known.orElse(null);
    }

    /** Most objects are: then it need not be remembered once more that nobody has anything else to send for them. */
    private boolean isWrittenAsItself(Object object) {
        return written.has(object) && !references.contains(object);
    }

    private void writeReplaced(Output output, Object original, Route first) {
        if (replacements.containsKey(original)) {
            if (openReplacements.isDeadEnd(original)) {
                holders.push(original);
                throw openReplacements.deadEnd(original);
            }
            writeAsIs(output, replacements.get(original));
            return;
        }
        if (stackIsUsedUp(holding())) {
            onDeepStack(() -> {
                writeReplaced(output, original, first);
                return null;
            });
            return;
        }
        holders.push(original);
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
        if (object == null) {
            writeAsIs(output, null);
        } else {
            openReplacements.begin(original, object);
            writeAsIs(output, object);
            openReplacements.end(original);
        }
        holders.pop();
    }

    private void checkReplacement(Object original, Class<?> declared) {
        Object replacement = replacements.get(original);
        if (replacement == null || declared.isInstance(replacement)) {
            return;
        }
        Class<?> type = replacement.getClass();
        // What else may come of it is known to the reader only.
        if (names.routeOf(type).exact()
                && SerializationHooks.readResolveForSerialization(type).isEmpty()) {
            holders.push(original);
            throw OpenReplacements.misfit(original, type, declared);
        }
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

    private @Nullable Object replace(Route route, Object object) {
        if (object.getClass().getClassLoader() != null) {
            session.userCodeRuns();
        }
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

    /** A hook of the application would run twice if the graph was written again. */
    private RuntimeException viewLost(Object whole) {
        if (!session.userCodeRan()) {
            ViewLost lost = new ViewLost();
            session.spoil(lost);
            throw lost;
        }
        return Refusal.of(
                Refusal.Kind.CANNOT_TRAVEL,
                whole,
                "a part of it (subList) stands before it in the graph and would lose it; copy the part, or put the whole"
                        + " first");
    }

    /** Whether the rest must go on elsewhere; a graph in which no hook has run is rather done again from its root. */
    final boolean stackIsUsedUp(int depth) {
        if (depth < deepest) {
            return false;
        }
        if (!session.userCodeRan()) {
            throw tooDeep();
        }
        return true;
    }

    /**
     * Lets another thread go on with the graph, and note what this one would.
     *
     * @param work the rest of it
     * @param <T> what it returns
     * @return the same for another thread
     */
    public final <T extends @Nullable Object> Callable<T> handedOn(Callable<T> work) {
        return policy().replacers().handedOn(names.naming().handedOn(SharedScope.handedOn(work)));
    }

    /**
     * Goes on with the rest of the graph where the stack is large, so that the hooks that ran need not run again.
     */
    final <T> @Nullable T onDeepStack(Callable<@Nullable T> rest) {
        if (deepest < 0 || deepest >= mostOfAll) {
            throw tooDeep();
        }
        int before = deepest;
        deepest = mostOfAll;
        try {
            return DeepStack.call(handedOn(rest));
        } catch (ExecutionException e) {
            Throwable thrown = e.getCause() == null ? e : e.getCause();
            if (thrown instanceof Error error) {
                throw error;
            }
            throw HookFailure.of(thrown);
        } catch (LockedOut e) {
            abandon();
            session.spoil(e);
            throw e;
        } finally {
            if (deepest != ABANDONED) {
                deepest = before;
            }
        }
    }

    /** Lets a thread that is still at work here end as soon as it can. */
    public final void abandon() {
        deepest = ABANDONED;
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
        return holder(1);
    }

    /**
     * An object that leads to the one being written.
     *
     * @param levels how many hold each other from the one to the other; 1 for the one that holds it
     * @return null if there are not that many
     */
    public @Nullable Object holder(int levels) {
        return holders.above(levels);
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
    public void reset() {
        names.reset();
        written.reset();
        session.reset();
        replacements = cleared(replacements);
        openReplacements.clear();
        if (references.size() > MOST_CLEARED) {
            references = newReferences();
        } else if (!references.isEmpty()) {
            references.clear();
        }
        swaps = cleared(swaps);
        holders.clear();
        leftBehind = null;
        viewsKept = false;
    }

    private static <V extends @Nullable Object> IdentityHashMap<Object, V> cleared(IdentityHashMap<Object, V> table) {
        if (table.size() > MOST_CLEARED) {
            return new IdentityHashMap<>(4);
        }
        if (!table.isEmpty()) {
            table.clear();
        }
        return table;
    }

    private static Set<Object> newReferences() {
        return Collections.newSetFromMap(new IdentityHashMap<>(4));
    }

    /** Gives back the room that large graphs needed; to be called between two graphs. */
    public void shrink() {
        written.shrink();
    }
}
