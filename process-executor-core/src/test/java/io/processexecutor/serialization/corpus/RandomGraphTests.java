package io.processexecutor.serialization.corpus;

import static org.assertj.core.api.Assertions.assertThat;

import io.processexecutor.TaskSerializer;
import io.processexecutor.serialization.TaskSerializers;
import java.io.IOException;
import java.io.ObjectInputStream;
import java.io.Serializable;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.IdentityHashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.BiConsumer;
import org.jspecify.annotations.NullUnmarked;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** Hash tables in all kinds of cycles, keyed by what is in the cycle or not, with hooks that have them looked at early. */
@NullUnmarked
class RandomGraphTests {

    private static final int GRAPHS = 20_000;

    private final List<Object> made = new ArrayList<>();
    private Random random;
    private int number;

    /** Hashes by its name and by that of another one. */
    static class Node implements Serializable {
        String name;
        Object first;
        Object second;
        Node hashedToo;

        @Override
        public boolean equals(Object other) {
            return other instanceof Node node
                    && node.getClass() == getClass()
                    && nameOf(node).equals(nameOf(this));
        }

        @Override
        public int hashCode() {
            return Objects.hash(name, hashedToo == null ? null : hashedToo.name);
        }
    }

    /** Has hooks, so that everything read until then is shown. */
    static class Hooked extends Node {
        private void readObject(ObjectInputStream in) throws IOException, ClassNotFoundException {
            in.defaultReadObject();
        }
    }

    /** Hashes by identity. */
    static class Plain implements Serializable {
        String name;
        Object first;
        Object second;
    }

    record Pair(String name, Object first, Object second) implements Serializable {
        @Override
        public boolean equals(Object other) {
            return other instanceof Pair pair && Objects.equals(pair.name, name);
        }

        @Override
        public int hashCode() {
            return Objects.hashCode(name);
        }
    }

    @Test
    void hashTablesInCyclesArriveWithAllTheirKeysAndFindThem() {
        int compared = 0;
        for (int seed = 0; seed < GRAPHS; seed++) {
            made.clear();
            number = 0;
            random = new Random(seed);
            Object graph = graph(3 + random.nextInt(4));
            // A key may have changed since it was put.
            if (difference(graph, graph) == null) {
                compared++;
                for (TaskSerializer each : List.of(TaskSerializers.kryo(), TaskSerializers.closure())) {
                    Object arrived = each.fromBytes(each.toBytes(graph));
                    assertThat(difference(graph, arrived)).as("seed %d", seed).isNull();
                }
            }
        }
        assertThat(compared).isGreaterThan(GRAPHS / 2);
    }

    private Object graph(int depth) {
        if (depth == 0 || random.nextInt(5) == 0) {
            return madeBefore();
        }
        return switch (random.nextInt(8)) {
            case 0, 1 -> node(depth - 1);
            case 2 -> plain(depth - 1);
            case 3 -> map(depth - 1);
            case 4 -> set(depth - 1);
            case 5 -> {
                List<Object> list = new ArrayList<>();
                made.add(list);
                list.add(graph(depth - 1));
                list.add(graph(depth - 1));
                yield list;
            }
            case 6 -> random.nextBoolean() ? Map.copyOf(entries(new HashMap<>(), depth - 1)) : fixedSet(depth - 1);
            default -> {
                Object pair = new Pair(name(), graph(depth - 1), graph(depth - 1));
                made.add(pair);
                yield pair;
            }
        };
    }

    private Object madeBefore() {
        return made.isEmpty() ? name() : made.get(random.nextInt(made.size()));
    }

    private String name() {
        return "n" + number++;
    }

    private Node node(int depth) {
        Node node = random.nextBoolean() ? new Node() : new Hooked();
        node.name = name();
        node.hashedToo = madeBefore() instanceof Node other ? other : null;
        made.add(node);
        node.first = graph(depth);
        node.second = graph(depth);
        return node;
    }

    private Plain plain(int depth) {
        Plain plain = new Plain();
        plain.name = name();
        made.add(plain);
        plain.first = graph(depth);
        plain.second = graph(depth);
        return plain;
    }

    private Map<Object, Object> map(int depth) {
        Map<Object, Object> map = switch (random.nextInt(3)) {
            case 0 -> new HashMap<>();
            case 1 -> new LinkedHashMap<>();
            default -> new ConcurrentHashMap<>();
        };
        made.add(map);
        return entries(map, depth);
    }

    private Map<Object, Object> entries(Map<Object, Object> map, int depth) {
        for (int i = random.nextInt(4); i > 0; i--) {
            map.put(key(depth), graph(depth));
        }
        return map;
    }

    private Set<Object> set(int depth) {
        Set<Object> set = random.nextBoolean() ? new HashSet<>() : new LinkedHashSet<>();
        made.add(set);
        for (int i = random.nextInt(4); i > 0; i--) {
            set.add(key(depth));
        }
        return set;
    }

    private Set<Object> fixedSet(int depth) {
        Set<Object> set = Set.copyOf(set(depth));
        made.add(set);
        return set;
    }

    private Object key(int depth) {
        Object key = random.nextBoolean() ? madeBefore() : graph(depth);
        return key instanceof Collection<?> || key instanceof Map<?, ?> ? name() : key;
    }

    private static String nameOf(Object object) {
        if (object instanceof Node node) {
            return node.name + "/" + (node.hashedToo == null ? "" : node.hashedToo.name);
        } else if (object instanceof Plain plain) {
            return plain.name;
        }
        return object instanceof Pair pair ? pair.name : String.valueOf(object);
    }

    /** Where two graphs are not alike, or a table does not find its own keys; null if nowhere. */
    private static @Nullable String difference(Object one, Object other) {
        Map<Object, Object> pairs = new IdentityHashMap<>();
        Deque<Object[]> left = new ArrayDeque<>();
        BiConsumer<Object, Object> later = (a, b) -> left.push(new Object[] {a, b});
        later.accept(one, other);
        while (!left.isEmpty()) {
            Object[] next = left.pop();
            Object a = next[0];
            Object b = next[1];
            Object known = pairs.putIfAbsent(a, b);
            if (a.getClass() != b.getClass() || (known != null && known != b && !(a instanceof String))) {
                return a.getClass() + " is " + b.getClass() + ", or another one of it";
            }
            if (known == null && !alike(a, b, later)) {
                return nameOf(a) + " is " + nameOf(b);
            }
        }
        return null;
    }

    private static boolean alike(Object a, Object b, BiConsumer<Object, Object> later) {
        if (a instanceof Map<?, ?> map) {
            Map<?, ?> other = (Map<?, ?>) b;
            if (map instanceof LinkedHashMap<?, ?> && !names(map.keySet()).equals(names(other.keySet()))) {
                return false;
            }
            return alikeElements(map.keySet(), other.keySet(), (key, same) -> {
                later.accept(key, same);
                later.accept(found(map, key), found(other, same));
            });
        } else if (a instanceof Set<?> set) {
            return alikeElements(set, (Set<?>) b, later);
        } else if (a instanceof List<?> list) {
            List<?> other = (List<?>) b;
            for (int i = 0; i < list.size(); i++) {
                later.accept(list.get(i), other.get(i));
            }
            return list.size() == other.size();
        } else if (a instanceof Node node) {
            later.accept(node.first, ((Node) b).first);
            later.accept(node.second, ((Node) b).second);
        } else if (a instanceof Plain plain) {
            later.accept(plain.first, ((Plain) b).first);
            later.accept(plain.second, ((Plain) b).second);
        } else if (a instanceof Pair pair) {
            later.accept(pair.first, ((Pair) b).first);
            later.accept(pair.second, ((Pair) b).second);
        }
        return nameOf(a).equals(nameOf(b));
    }

    private static Object found(Map<?, ?> map, Object key) {
        return Objects.requireNonNullElse(map.get(key), "not found, of " + map.size());
    }

    private static boolean alikeElements(Set<?> set, Set<?> other, BiConsumer<Object, Object> later) {
        Map<String, Object> byName = new HashMap<>();
        other.forEach(each -> byName.put(each.getClass() + nameOf(each), each));
        for (Object each : set) {
            Object same = byName.get(each.getClass() + nameOf(each));
            if (same == null || !other.contains(same)) {
                return false;
            }
            later.accept(each, same);
        }
        boolean ordered = set instanceof LinkedHashSet<?>;
        return set.size() == other.size() && (!ordered || names(set).equals(names(other)));
    }

    private static List<String> names(Set<?> set) {
        return set.stream().map(RandomGraphTests::nameOf).toList();
    }
}
