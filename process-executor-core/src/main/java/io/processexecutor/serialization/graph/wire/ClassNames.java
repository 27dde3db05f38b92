package io.processexecutor.serialization.graph.wire;

import com.esotericsoftware.kryo.io.Input;
import com.esotericsoftware.kryo.io.Output;
import io.processexecutor.serialization.classfile.ClassHome;
import io.processexecutor.serialization.graph.failure.MalformedGraph;
import io.processexecutor.serialization.graph.failure.MissingClass;
import io.processexecutor.serialization.policy.Policy;
import io.processexecutor.serialization.runtime.ClassName;
import io.processexecutor.serialization.runtime.ClassNaming;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Says in the bytes which class an object has: a number for what every engine knows, else a name the first time and its
 * place among the names afterwards. Remembers routes across graphs, but never of a class that its loader cannot see.
 */
final class ClassNames implements Function<Class<?>, Route> {

    private static final int NAME = 1;
    private static final int FIRST_NUMBER = 2;

    private final Routes routes;
    private final ClassLoader loader;
    private final Policy policy;
    private final ClassNaming naming;
    private final IdentityHashMap<Class<?>, Route> byClass = new IdentityHashMap<>(256);
    private final Map<String, Route> byName = new HashMap<>(256);
    private final List<Class<?>> foreign = new ArrayList<>();
    private @Nullable Route[] byNumber = new @Nullable Route[64];
    private @Nullable Route[] inThisGraph = new @Nullable Route[32];
    private int named;
    private int mark = 1;
    private @Nullable Route latest;

    ClassNames(Routes routes, ClassLoader loader, Policy policy, ClassNaming naming) {
        this.routes = routes;
        this.loader = loader;
        this.policy = policy;
        this.naming = naming;
    }

    /** For whoever chooses the route of another class. */
    @Override
    public Route apply(Class<?> type) {
        return routeOf(type);
    }

    Route routeOf(Class<?> type) {
        Route known = latest;
        if (known != null && known.typeOf() == type) {
            return known;
        }
        Route route = byClass.get(type);
        if (route == null) {
            route = routes.choose(type, this);
            route.plain &= policy.replacers().none();
            // What has a number needs no name.
            route.atHome = route.wire().id() >= 0 || ClassHome.isAtHome(type);
            byClass.put(type, route);
            if (!visible(type.getClassLoader())) {
                foreign.add(type);
                route.passing = true;
            }
        }
        latest = route;
        return route;
    }

    void write(Output output, Route route) {
        Route wire = route.wire();
        int id = wire.id();
        if (id >= 0) {
            output.writeVarInt(id + FIRST_NUMBER, true);
            return;
        }
        output.writeByte(NAME);
        if (wire.nameMark == mark) {
            output.writeVarInt(wire.nameId, true);
            return;
        }
        wire.nameMark = mark;
        wire.nameId = named++;
        output.writeVarInt(wire.nameId, true);
        output.writeString(wire.atHome ? wire.typeOf().getName() : nameAway(wire.typeOf()));
        output.writeInt(wire.layout());
    }

    /** One that cannot be named is refused together with its object: the error says where that stands. */
    private String nameAway(Class<?> type) {
        return naming.refusal(type).isPresent() ? type.getName() : nameOf(type);
    }

    @Nullable
    Route read(Input input) {
        int id = input.readVarInt(true);
        if (id == WritingKryo.NULL) {
            return null;
        }
        if (id != NAME) {
            int number = id - FIRST_NUMBER;
            Route route = number < byNumber.length && number >= 0 ? byNumber[number] : null;
            return route == null ? routeOfNumber(number) : route;
        }
        int nameId = input.readVarInt(true);
        if (nameId < named && nameId >= 0) {
            return inThisGraph[nameId];
        }
        if (nameId != named) {
            throw new MalformedGraph("class name " + nameId + " after " + named);
        }
        Route route = routeOfName(input.readString());
        if (input.readInt() != route.layout()) {
            throw new MalformedGraph(route.typeOf().getName() + " has other fields here than where it was encoded: the"
                    + " class paths are not the same");
        }
        if (named == inThisGraph.length) {
            inThisGraph = Arrays.copyOf(inThisGraph, named * 2);
        }
        inThisGraph[named++] = route;
        return route;
    }

    private Route routeOfNumber(int number) {
        Class<?> type = routes.numbered(number);
        if (type == null) {
            throw new MalformedGraph("class number " + number);
        }
        Route route = routeOf(type);
        if (number >= byNumber.length) {
            byNumber = Arrays.copyOf(byNumber, number * 2);
        }
        byNumber[number] = route;
        return route;
    }

    private Route routeOfName(@Nullable String name) {
        if (name == null) {
            throw new MalformedGraph("class without a name");
        }
        Route route = byName.get(name);
        if (route == null) {
            Class<?> type = classOf(name);
            route = routeOf(type);
            if (visible(type.getClassLoader()) && route.atHome) {
                byName.put(name, route);
            }
        }
        return route;
    }

    String nameOf(Class<?> type) {
        return naming.nameOf(type);
    }

    /** Checked by its name: what may not travel must not even be loaded. */
    Class<?> classOf(String text) {
        ClassName parsed = ClassName.parse(text);
        String name = parsed.className();
        policy.allowed().check(name);
        try {
            return parsed.atHome() ? Class.forName(name, false, loader) : naming.find(parsed);
        } catch (ClassNotFoundException e) {
            if (!parsed.atHome()) {
                throw new MissingClass(name, e);
            }
            try {
                return Class.forName(name, false, ClassNames.class.getClassLoader());
            } catch (ClassNotFoundException ignored) {
                throw new MissingClass(name, e);
            }
        }
    }

    ClassNaming naming() {
        return naming;
    }

    ClassLoader loader() {
        return loader;
    }

    Policy policy() {
        return policy;
    }

    private boolean visible(@Nullable ClassLoader of) {
        if (of == null || of == ClassLoader.getPlatformClassLoader()) {
            return true;
        }
        for (ClassLoader each = loader; each != null; each = each.getParent()) {
            if (each == of) {
                return true;
            }
        }
        return false;
    }

    /** Forgets the graph. */
    void reset() {
        mark++;
        if (named > 0) {
            Arrays.fill(inThisGraph, 0, Math.min(named, inThisGraph.length), null);
            named = 0;
        }
        if (!foreign.isEmpty()) {
            foreign.forEach(byClass::remove);
            foreign.clear();
            latest = null;
        }
    }
}
