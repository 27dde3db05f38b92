package io.processexecutor.serialization.corpus;

import java.io.Externalizable;
import java.io.IOException;
import java.io.ObjectInput;
import java.io.ObjectInputStream;
import java.io.ObjectOutput;
import java.io.ObjectOutputStream;
import java.io.Serializable;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Hashtable;
import java.util.IdentityHashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.stream.Stream;

/** Cycles, sharing and depth. */
// Odd code is what the cases are made of.
@SuppressWarnings({"unchecked", "rawtypes"})
final class GraphCases extends Cases {

    static class Node {
        Node next;
        Node previous;
        Object payload;

        int length() {
            int length = 0;
            for (Node each = this; each != null; each = each.next) {
                length++;
            }
            return length;
        }
    }

    static class HookedNode implements Serializable {
        HookedNode next;

        private void writeObject(java.io.ObjectOutputStream out) throws java.io.IOException {
            synchronized (HookedNode.class) {
                out.defaultWriteObject();
            }
        }
    }

    /** Hashes by a field that a cycle may leave unread. */
    static class Key {
        String zName;
        Map<Key, String> owner;

        Key(String name) {
            this.zName = name;
        }

        @Override
        public boolean equals(Object other) {
            return other instanceof Key key && Objects.equals(zName, key.zName);
        }

        @Override
        public int hashCode() {
            return Objects.hashCode(zName);
        }
    }

    static class SetKey {
        Set<SetKey> group;
        String zName;

        @Override
        public boolean equals(Object other) {
            return other instanceof SetKey key && Objects.equals(zName, key.zName);
        }

        @Override
        public int hashCode() {
            return Objects.hashCode(zName);
        }
    }

    record Link(String name, List<Object> back) {}

    /** What it has is read when something has referred back to it already. */
    static class Owner implements Serializable {
        final Object back = new Owned(this);
        final Object value;

        Owner(Object value) {
            this.value = value;
        }
    }

    record Owned(Owner owner) implements Serializable {}

    /** Has a stand-in, which hands over what it holds as soon as that has been read. */
    static class Prices implements Serializable {
        private final TreeMap<String, Integer> sorted;

        Prices(Map<String, Integer> prices) {
            sorted = new TreeMap<>(prices);
        }

        private Object writeReplace() {
            return new Form(new HashMap<>(sorted));
        }

        private record Form(Map<String, Integer> prices) implements Serializable {
            private Object readResolve() {
                return new Prices(prices);
            }
        }
    }

    record Total(Map<String, Integer> parts, Set<String> names, int sum) implements Serializable {
        Total {
            sum = parts.values().stream().mapToInt(Integer::intValue).sum() + 100 * names.size();
        }
    }

    static class Copying implements Externalizable {
        private Map<String, Integer> map = Map.of();
        private Set<String> fixed = Set.of();

        public Copying() {}

        Copying(Map<String, Integer> map, Set<String> fixed) {
            this.map = map;
            this.fixed = fixed;
        }

        @Override
        public void writeExternal(ObjectOutput out) throws IOException {
            out.writeObject(map);
            out.writeObject(fixed);
        }

        @Override
        public void readExternal(ObjectInput in) throws IOException, ClassNotFoundException {
            map = new TreeMap<>((Map<String, Integer>) in.readObject());
            fixed = new TreeSet<>((Set<String>) in.readObject());
        }
    }

    /** Its keys are not finished before it is; what refers to the table after it has been read looks into it at once. */
    static class Ages implements Serializable {
        final Map<Person, Integer> ages = Map.of(new Person(this, "a"), 1, new Person(this, "b"), 2);
        final Sum sum = new Sum(ages, 0);

        record Person(Ages in, String name) implements Serializable {}

        record Sum(Map<Person, Integer> ages, int sum) implements Serializable {
            Sum {
                sum = ages.values().stream().mapToInt(Integer::intValue).sum();
            }
        }
    }

    /** Has an index that is made anew of children which refer back to it and hash by their names. */
    static class Indexed implements Serializable {
        private final Set<Indexed> children = new LinkedHashSet<>();
        private final String name;
        private final Indexed parent;
        private transient Map<String, Indexed> byName = new TreeMap<>();

        Indexed(String name, Indexed parent) {
            this.name = name;
            this.parent = parent;
            if (parent != null) {
                parent.children.add(this);
                parent.byName.put(name, this);
            }
        }

        private void readObject(ObjectInputStream in) throws IOException, ClassNotFoundException {
            in.defaultReadObject();
            byName = new TreeMap<>();
            children.forEach(each -> byName.put(each.name, each));
        }

        @Override
        public boolean equals(Object other) {
            return other instanceof Indexed node && Objects.equals(name, node.name);
        }

        @Override
        public int hashCode() {
            return Objects.hashCode(name);
        }
    }

    /** Hashes by its owner, of which there is no name before the first hook has seen the owner's keys. */
    static class Ward implements Serializable {
        private final Ward owner;
        private final Map<Ward, String> wards = new LinkedHashMap<>();
        private transient String name;
        private transient int seen;

        Ward(Ward owner, String name) {
            this.owner = owner;
            this.name = name;
        }

        private void writeObject(ObjectOutputStream out) throws IOException {
            out.defaultWriteObject();
            out.writeUTF(name);
        }

        private void readObject(ObjectInputStream in) throws IOException, ClassNotFoundException {
            in.defaultReadObject();
            seen = wards.size();
            name = in.readUTF();
        }

        @Override
        public boolean equals(Object other) {
            return other instanceof Ward ward
                    && Objects.equals(name, ward.name)
                    && (owner == ward.owner || Objects.equals(owner, ward.owner));
        }

        @Override
        public int hashCode() {
            return Objects.hash(name, owner);
        }
    }

    static Node linked(int length) {
        Node head = null;
        for (int i = 0; i < length; i++) {
            Node node = new Node();
            node.next = head;
            head = node;
        }
        return head;
    }

    private void keyed(String name, Supplier<Map<Key, String>> empty) {
        travels(
                "key that holds its own " + name,
                () -> {
                    Map<Key, String> map = empty.get();
                    Key key = new Key("k");
                    key.owner = map;
                    map.put(key, "found");
                    return List.of(key, map);
                },
                it -> ((Map<?, ?>) it.get(1)).get(it.get(0)) + "" + ((Map<?, ?>) it.get(1)).get(new Key("k")));
    }

    private void partOfItself(String what, Function<Node, List<Object>> part) {
        travels(
                what + " that contains itself",
                () -> {
                    Node node = new Node();
                    List<Object> list = part.apply(node);
                    node.payload = list;
                    return list;
                },
                it -> it.size() + "" + (((Node) it.get(0)).payload == it));
    }

    GraphCases() {
        super("G");
        partOfItself("part of List.of", node -> List.<Object>of("a", node, "b").subList(1, 2));
        partOfItself(
                "larger part of List.of",
                node -> List.<Object>of("a", node, "b").subList(1, 3));
        partOfItself("whole of List.of", node -> List.<Object>of(node, "a", "b").subList(0, 3));
        partOfItself(
                "part of Stream.toList",
                node -> Stream.<Object>of("a", node, "b").toList().subList(1, 2));
        travels(
                "synchronized list that contains itself",
                () -> {
                    List<Object> list = java.util.Collections.synchronizedList(new ArrayList<>());
                    list.add(list);
                    return list;
                },
                it -> it.get(0) == it);
        travels(
                "an object that holds itself",
                () -> {
                    Node node = new Node();
                    node.next = node;
                    return node;
                },
                it -> it.next == it);
        travels(
                "doubly linked",
                () -> {
                    Node a = new Node();
                    a.next = new Node();
                    a.next.previous = a;
                    return a;
                },
                it -> it.next.previous == it);
        travels(
                "a list that holds itself",
                () -> {
                    List<Object> list = new ArrayList<>();
                    list.add(list);
                    return list;
                },
                it -> it.get(0) == it);
        travels(
                "a map whose value is itself",
                () -> {
                    Map<String, Object> map = new HashMap<>();
                    map.put("self", map);
                    return map;
                },
                it -> it.get("self") == it);
        travels(
                "an array that holds itself",
                () -> {
                    Object[] array = new Object[1];
                    array[0] = array;
                    return array;
                },
                it -> it[0] == it);
        travels(
                "List.of in a cycle",
                () -> {
                    Node node = new Node();
                    node.payload = List.of(node);
                    return node;
                },
                it -> ((List<?>) it.payload).get(0) == it);
        travels(
                "List.of as the root of a cycle",
                () -> {
                    Node node = new Node();
                    List<Node> list = List.of(node, new Node(), new Node());
                    node.payload = list;
                    return list;
                },
                it -> it.get(0).payload == it);
        travels(
                "Set.of as the root of a cycle",
                () -> {
                    Node node = new Node();
                    Set<Node> set = Set.of(node, new Node(), new Node());
                    node.payload = set;
                    return List.of(set, node);
                },
                it -> (((Node) it.get(1)).payload == it.get(0)) + "" + ((Set<?>) it.get(0)).contains(it.get(1)));
        travels(
                "Map.of as the root of a cycle",
                () -> {
                    Node node = new Node();
                    Map<String, Node> map = Map.of("k", node);
                    node.payload = map;
                    return map;
                },
                it -> it.get("k").payload == it);
        travels(
                "Map.of keyed by what holds it",
                () -> {
                    Node node = new Node();
                    Map<Node, String> map = Map.of(node, "v", new Node(), "w");
                    node.payload = map;
                    return List.of(node, map);
                },
                it -> ((Map<?, ?>) it.get(1)).get(it.get(0)));
        travels(
                "Optional in a cycle",
                () -> {
                    Node node = new Node();
                    node.payload = Optional.of(node);
                    return node;
                },
                it -> ((Optional<?>) it.payload).orElseThrow() == it);
        travels(
                "Optional as the root of a cycle",
                () -> {
                    Node node = new Node();
                    Optional<Node> optional = Optional.of(node);
                    node.payload = optional;
                    return optional;
                },
                it -> it.orElseThrow().payload == it);
        travels(
                "AtomicReference to itself",
                () -> {
                    AtomicReference<Object> reference = new AtomicReference<>();
                    reference.set(reference);
                    return reference;
                },
                it -> it.get() == it);
        travels(
                "record in a cycle through List.of",
                () -> {
                    List<Object> back = new ArrayList<>();
                    Link link = new Link("l", back);
                    back.add(List.of(link));
                    return link;
                },
                it -> ((List<?>) it.back().get(0)).get(0) == it);
        travels(
                "two records in a cycle",
                () -> {
                    List<Object> back = new ArrayList<>();
                    Link first = new Link("first", back);
                    Link second = new Link("second", List.of(first));
                    back.add(second);
                    return second;
                },
                it -> ((Link) ((Link) it.back().get(0)).back().get(0)) == it);
        travels(
                "a hash map beside a reference back, seen by readResolve",
                () -> new Owner(new Prices(Map.of("apple", 3, "pear", 4))),
                it -> ((Prices) it.value).sorted);
        travels(
                "hash tables beside a reference back, seen by a record's constructor",
                () -> new Owner(new Total(new HashMap<>(Map.of("a", 1, "b", 2)), new HashSet<>(Set.of("x")), 0)),
                it -> it.value);
        travels(
                "fixed tables beside a reference back, seen by a record's constructor",
                () -> new Owner(new Total(Map.of("a", 1, "b", 2, "c", 3), Set.of("x", "y", "z"), 0)),
                it -> ((Total) it.value).sum());
        travels(
                "hash tables beside a reference back, seen by readExternal",
                () -> new Owner(new Copying(new HashMap<>(Map.of("a", 1, "b", 2)), Set.of("x", "y", "z"))),
                it -> new TreeMap<>(((Copying) it.value).map) + "" + new TreeSet<>(((Copying) it.value).fixed));
        travels(
                "a table with unfinished keys, seen by whoever else refers to it",
                Ages::new,
                it -> it.sum.sum() + "" + (it.ages == it.sum.ages()) + it.ages.get(new Ages.Person(it, "b")));
        travels(
                "other tables beside a reference back",
                () -> new Owner(List.of(
                        new TreeMap<>(Map.of("a", 1)),
                        new Hashtable<>(Map.of("b", 2)),
                        new EnumMap<>(Map.of(Thread.State.NEW, 3)),
                        Collections.unmodifiableMap(new HashMap<>(Map.of("c", 4))),
                        new ConcurrentSkipListMap<>(Map.of("d", 5)),
                        Collections.singleton(6))),
                it -> it.value);
        travels(
                "children that hash by their names, seen by their parents' readObject",
                () -> {
                    Indexed root = new Indexed("root", null);
                    Indexed first = new Indexed("first", root);
                    Indexed unused = new Indexed("second", root);
                    Indexed inner = new Indexed("inner", first);
                    return List.of(root, inner);
                },
                it -> {
                    Indexed first = ((Indexed) it.get(1)).parent;
                    return it.get(0).byName.keySet() + "" + first.byName.keySet()
                            + it.get(0).children.contains(first) + (first.parent == it.get(0));
                });
        travels(
                "keys that hash by what readObject sets after it has seen them",
                () -> {
                    Ward root = new Ward(null, "root");
                    for (String each : List.of("c", "a", "b")) {
                        root.wards.put(new Ward(root, each), each);
                    }
                    return root;
                },
                it -> it.wards.values() + ""
                        + it.wards.keySet().stream().map(it.wards::get).toList());
        travels(
                "an inner cycle's hash table, complete before the outer one is",
                () -> {
                    Ward inner = new Ward(null, "inner");
                    inner.wards.put(new Ward(inner, "ward"), "w");
                    return new Owner(new Owner(inner));
                },
                it -> {
                    Ward inner = (Ward) ((Owner) it.value).value;
                    return inner.wards.keySet().stream().map(inner.wards::get).toList();
                });
        travels(
                "shared object",
                () -> {
                    Node node = new Node();
                    return List.of(node, node, List.of(node));
                },
                it -> it.get(0) == it.get(1) && it.get(1) == ((List<?>) it.get(2)).get(0));
        travels(
                "equal objects stay two",
                () -> List.of(new ArrayList<>(), new ArrayList<>()),
                it -> it.get(0) == it.get(1));
        travels(
                "shared array",
                () -> {
                    int[] array = {1};
                    return new Object[] {array, array};
                },
                it -> it[0] == it[1]);
        travels(
                "shared big decimal",
                () -> {
                    Object one = new java.math.BigDecimal("1.0");
                    return new Object[] {one, one};
                },
                it -> it[0] == it[1]);
        keyed("HashMap", HashMap::new);
        keyed("LinkedHashMap", LinkedHashMap::new);
        keyed("Hashtable", Hashtable::new);
        keyed("ConcurrentHashMap", ConcurrentHashMap::new);
        travels(
                "element that holds its own HashSet",
                () -> {
                    SetKey key = new SetKey();
                    key.zName = "z";
                    key.group = new HashSet<>();
                    key.group.add(key);
                    return key;
                },
                it -> it.group.contains(it));
        travels(
                "element that holds its own LinkedHashSet",
                () -> {
                    SetKey key = new SetKey();
                    key.zName = "z";
                    key.group = new LinkedHashSet<>();
                    key.group.add(new SetKey());
                    key.group.add(key);
                    return key;
                },
                it -> it.group.contains(it) + "" + it.group.size());
        travels(
                "two unfinished elements that will differ",
                () -> {
                    SetKey a = new SetKey();
                    SetKey b = new SetKey();
                    a.zName = "a";
                    b.zName = "b";
                    a.group = new HashSet<>(Arrays.asList(a, b));
                    b.group = a.group;
                    return List.of(a, b);
                },
                it -> it.get(0).group.size() + "" + it.get(0).group.containsAll(it));
        travels(
                "Set.of with the element that holds it",
                () -> {
                    SetKey key = new SetKey();
                    key.zName = "z";
                    SetKey other = new SetKey();
                    other.zName = "o";
                    key.group = Set.of(key, other);
                    return key;
                },
                it -> it.group.contains(it) + "" + it.group.size());
        travels(
                "list as a key of a map that it holds",
                () -> {
                    List<Object> key = new ArrayList<>();
                    Map<Object, Object> map = new IdentityHashMap<>();
                    map.put(key, "v");
                    key.add(map);
                    return key;
                },
                it -> ((Map<?, ?>) it.get(0)).get(it));
        for (int depth : new int[] {199, 200, 201, 1000, 50_000}) {
            travels("linked list of " + depth, () -> linked(depth), Node::length);
        }
        travels(
                "hooks nested 5000 deep under a lock",
                () -> {
                    HookedNode head = null;
                    for (int i = 0; i < 5000; i++) {
                        HookedNode node = new HookedNode();
                        node.next = head;
                        head = node;
                    }
                    return head;
                },
                it -> {
                    int length = 0;
                    for (HookedNode each = it; each != null; each = each.next) {
                        length++;
                    }
                    return length;
                });
        travels(
                "lists 20000 deep",
                () -> {
                    List<Object> list = new ArrayList<>();
                    for (int i = 0; i < 20_000; i++) {
                        list = new ArrayList<>(Arrays.asList(list, i));
                    }
                    return list;
                },
                it -> depth(it));
        travels(
                "maps 5000 deep",
                () -> {
                    Map<String, Object> map = new TreeMap<>();
                    for (int i = 0; i < 5000; i++) {
                        map = new TreeMap<>(Map.of("k", map));
                    }
                    return map;
                },
                it -> {
                    int depth = 0;
                    for (Object each = it; each instanceof Map<?, ?> map; each = map.get("k")) {
                        depth++;
                    }
                    return depth;
                });
        travels(
                "causes 3000 deep",
                () -> {
                    Throwable failure = new RuntimeException("0");
                    for (int i = 1; i < 3000; i++) {
                        failure = new RuntimeException("" + i, failure);
                    }
                    return failure;
                },
                it -> {
                    int depth = 0;
                    for (Throwable each = it; each != null; each = each.getCause()) {
                        depth++;
                    }
                    return depth;
                });
        travels(
                "records 5000 deep",
                () -> {
                    Link link = new Link("0", List.of());
                    for (int i = 1; i < 5000; i++) {
                        link = new Link("" + i, List.of(link));
                    }
                    return link;
                },
                it -> it.name());
        travels(
                "wide graph",
                () -> {
                    List<Node> nodes = new ArrayList<>();
                    for (int i = 0; i < 20_000; i++) {
                        Node node = new Node();
                        node.payload = i % 2 == 0 ? "even" : nodes.get(i - 1);
                        nodes.add(node);
                    }
                    return nodes;
                },
                it -> it.size() + "" + (it.get(19_999).payload == it.get(19_998)));
    }

    private static int depth(List<?> list) {
        int depth = 0;
        for (Object each = list; each instanceof List<?> inner; each = inner.isEmpty() ? null : inner.get(0)) {
            depth++;
        }
        return depth;
    }
}
