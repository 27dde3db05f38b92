package io.processexecutor.serialization.corpus;

import java.io.Serializable;
import java.util.ArrayList;
import java.util.Arrays;
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
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Supplier;

/** Cycles, sharing and depth. */
// Odd code is what the cases are made of.
@SuppressWarnings({
    "unchecked",
    "rawtypes",
    "DoNotCall",
    "DoubleBraceInitialization",
    "ReturnValueIgnored",
    "UnnecessaryLambda",
    "JdkObsolete",
    "ReferenceEquality",
    "IdentityHashMapUsage",
    "UnusedVariable",
    "ImmutableEnumChecker",
    "ArrayRecordComponent",
    "DistinctVarargsChecker",
    "CollectionUndefinedEquality",
    "JavaUtilDate",
    "ClassCanBeStatic",
    "UnusedMethod",
    "StringConcatToTextBlock",
    "serial"
})
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

    GraphCases() {
        super("G");
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
