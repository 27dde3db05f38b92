package io.processexecutor.serialization.corpus;

import java.util.AbstractMap;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.Collection;
import java.util.Collections;
import java.util.Comparator;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Hashtable;
import java.util.IdentityHashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.LinkedList;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.PriorityQueue;
import java.util.Properties;
import java.util.Set;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.Stack;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.Vector;
import java.util.WeakHashMap;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedDeque;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.ConcurrentSkipListSet;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CopyOnWriteArraySet;
import java.util.concurrent.LinkedBlockingDeque;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.LinkedTransferQueue;
import java.util.concurrent.PriorityBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import java.util.stream.Stream;

/** Every collection of the JDK, its views and its wrappers. */
// Odd code is what the cases are made of.
@SuppressWarnings({"unchecked", "rawtypes"})
final class CollectionCases extends Cases {

    CollectionCases() {
        super("C");
        for (Supplier<Collection<Object>> empty : List.<Supplier<Collection<Object>>>of(
                ArrayList::new,
                LinkedList::new,
                Vector::new,
                Stack::new,
                ArrayDeque::new,
                HashSet::new,
                LinkedHashSet::new,
                TreeSet::new,
                PriorityQueue::new,
                ConcurrentLinkedQueue::new,
                ConcurrentLinkedDeque::new,
                ConcurrentSkipListSet::new,
                CopyOnWriteArrayList::new,
                CopyOnWriteArraySet::new,
                LinkedBlockingQueue::new,
                LinkedBlockingDeque::new,
                LinkedTransferQueue::new,
                PriorityBlockingQueue::new,
                ConcurrentHashMap::newKeySet,
                () -> new ArrayBlockingQueue<>(5),
                () -> Collections.newSetFromMap(new HashMap<>()),
                () -> Collections.asLifoQueue(new ArrayDeque<>()))) {
            travels(empty.get().getClass().getSimpleName(), () -> {
                Collection<Object> collection = empty.get();
                collection.addAll(List.of("c", "a", "b"));
                return collection;
            });
        }
        for (Supplier<Map<String, Object>> empty : List.<Supplier<Map<String, Object>>>of(
                HashMap::new,
                LinkedHashMap::new,
                TreeMap::new,
                ConcurrentHashMap::new,
                ConcurrentSkipListMap::new,
                () -> new LinkedHashMap<>(16, 0.5f, true),
                () -> new TreeMap<>(Collections.reverseOrder()))) {
            travels(empty.get().getClass().getSimpleName(), () -> {
                Map<String, Object> map = empty.get();
                for (String key : List.of("zeta", "alpha", "mu", "beta")) {
                    map.put(key, key.length());
                }
                map.get("zeta");
                return map;
            });
        }
        // With keys that something else holds in both processes.
        travels("WeakHashMap", () -> new WeakHashMap<>(Map.of(TimeUnit.DAYS, 1)));
        lists();
        wrappers();
        views();
        others();
        packed();
    }

    private void lists() {
        travels("List.of()", () -> List.of());
        travels("List.of of one", () -> List.of("a"));
        travels("List.of of two", () -> List.of("a", "b"));
        travels("List.of of many", () -> List.of(1, 2, 3, 4, 5));
        travels("List.of refuses null still", () -> List.of(1, 2, 3), it -> {
            try {
                return it.contains(null);
            } catch (NullPointerException e) {
                return "refused";
            }
        });
        travels("Stream.toList with null", () -> Stream.of("a", null, "c").toList(), it -> it + "" + it.contains(null));
        travels(
                "Stream.toList without null",
                () -> Stream.of("a", "b", "c").toList(),
                it -> it + "" + it.contains(null));
        travels("List.copyOf", () -> List.copyOf(new ArrayList<>(List.of(1, 2))));
        travels(
                "Set.of",
                () -> Set.of("a", "b", "c"),
                it -> new TreeSet<>(it) + it.getClass().getName() + it.contains("b"));
        travels("Set.of of one", () -> Set.of("a"));
        travels("Set.of of two", () -> Set.of("a", "b"), it -> new TreeSet<>(it));
        travels(
                "Map.of",
                () -> Map.of("a", 1, "b", 2, "c", 3),
                it -> new TreeMap<>(it) + it.getClass().getName() + it.get("b"));
        travels("Map.of of one", () -> Map.of("a", 1));
        travels("Map.of()", () -> Map.of());
        travels("Map.entry", () -> Map.entry("a", 1));
        travels("SimpleEntry", () -> new AbstractMap.SimpleEntry<>("a", 1));
        travels("SimpleImmutableEntry", () -> new AbstractMap.SimpleImmutableEntry<>("a", 1));
        travels("Arrays.asList", () -> Arrays.asList("a", null));
        travels(
                "Arrays.asList writes through",
                () -> {
                    String[] array = {"a", "b"};
                    return List.of(array, Arrays.asList(array));
                },
                it -> {
                    ((List<Object>) it.get(1)).set(0, "changed");
                    return ((Object[]) it.get(0))[0];
                });
        travels("nCopies", () -> Collections.nCopies(3, "x"));
        travels("emptyList", Collections::emptyList, it -> it == Collections.emptyList());
        travels("emptyMap", Collections::emptyMap, it -> it == Collections.emptyMap());
        travels("emptySet", Collections::emptySet, it -> it == Collections.emptySet());
        travels("singletonList", () -> Collections.singletonList("s"));
        travels("singleton", () -> Collections.singleton("s"));
        travels("singletonMap", () -> Collections.singletonMap("k", "v"));
        travels("emptySortedMap", Collections::emptySortedMap);
        travels("nested", () -> List.of(Map.of("a", List.of(Set.of(1)))));
    }

    private void wrappers() {
        List<String> list = List.of("b", "a");
        travels("unmodifiableList", () -> Collections.unmodifiableList(new ArrayList<>(list)));
        travels("unmodifiableList of a linked list", () -> Collections.unmodifiableList(new LinkedList<>(list)));
        travels("unmodifiableSet", () -> Collections.unmodifiableSet(new HashSet<>(list)));
        travels("unmodifiableSortedSet", () -> Collections.unmodifiableSortedSet(new TreeSet<>(list)));
        travels("unmodifiableNavigableSet", () -> Collections.unmodifiableNavigableSet(new TreeSet<>(list)));
        travels(
                "unmodifiableCollection",
                () -> Collections.unmodifiableCollection(new ArrayList<>(list)),
                it -> List.copyOf(it));
        travels("unmodifiableMap", () -> Collections.unmodifiableMap(new HashMap<>(Map.of(1, 2))));
        travels(
                "unmodifiableMap after its entry set was asked",
                () -> {
                    Map<Integer, Integer> map = Collections.unmodifiableMap(new HashMap<>(Map.of(1, 2)));
                    map.entrySet();
                    return map;
                },
                it -> it.entrySet().iterator().next());
        travels("unmodifiableSortedMap", () -> Collections.unmodifiableSortedMap(new TreeMap<>(Map.of(1, 2))));
        travels("unmodifiableNavigableMap", () -> Collections.unmodifiableNavigableMap(new TreeMap<>(Map.of(1, 2))));
        travels("synchronizedList", () -> Collections.synchronizedList(new ArrayList<>(list)));
        travels("synchronizedMap", () -> Collections.synchronizedMap(new HashMap<>(Map.of(1, 2))));
        travels("synchronizedSet", () -> Collections.synchronizedSet(new HashSet<>(list)));
        travels("checkedList", () -> Collections.checkedList(new ArrayList<>(list), String.class), it -> {
            try {
                ((List<Object>) (List<?>) it).add(1);
                return "added";
            } catch (ClassCastException e) {
                return it;
            }
        });
        travels("checkedMap", () -> Collections.checkedMap(new HashMap<>(Map.of("a", 1)), String.class, Integer.class));
        travels("reverseOrder", Collections::reverseOrder, it -> it == Collections.reverseOrder());
        travels(
                "reverseOrder of a comparator",
                () -> Collections.reverseOrder(Comparator.<String>naturalOrder()),
                it -> it.compare("a", "b"));
        travels("naturalOrder", Comparator::<String>naturalOrder, it -> it == (Object) Comparator.naturalOrder());
        travels(
                "CASE_INSENSITIVE_ORDER",
                () -> String.CASE_INSENSITIVE_ORDER,
                it -> it == String.CASE_INSENSITIVE_ORDER);
        travels(
                "stream collectors' results",
                () -> IntStream.range(0, 6).boxed().collect(Collectors.partitioningBy(i -> i % 2 == 0)),
                it -> it.get(true) + "" + it.get(false));
    }

    private void partOf(String what, Supplier<List<Object>> make) {
        Function<List<List<Object>>, Object> through = lists -> {
            lists.get(0).set(1, "new");
            return lists + lists.get(1).getClass().getName();
        };
        travels(
                "list and a part of it, " + what,
                () -> {
                    List<Object> list = make.get();
                    return new ArrayList<>(List.of(list, list.subList(1, 3)));
                },
                through);
        travels(
                "a part of a list and the list, " + what,
                () -> {
                    List<Object> list = make.get();
                    return new ArrayList<>(List.of(list, list.subList(0, 3).subList(1, 2), list));
                },
                through);
        travels(
                "a part of a list before the list, " + what,
                () -> {
                    List<Object> list = make.get();
                    return new ArrayList<>(List.of(list.subList(0, 2), list));
                },
                lists -> {
                    lists.get(0).set(1, "new");
                    return lists.toString();
                });
    }

    /** Where the JDK has it; an ordinary list elsewhere. */
    private static Object reversed(Collection<?> collection) {
        try {
            return collection.getClass().getMethod("reversed").invoke(collection);
        } catch (NoSuchMethodException e) {
            return collection;
        } catch (ReflectiveOperationException e) {
            throw new IllegalStateException(e);
        }
    }

    private void views() {
        partOf("ArrayList", () -> new ArrayList<>(List.of("a", "b", "c", "d")));
        partOf("LinkedList", () -> new LinkedList<>(List.of("a", "b", "c", "d")));
        partOf("Vector", () -> new Vector<>(List.of("a", "b", "c", "d")));
        partOf("Arrays.asList", () -> Arrays.asList("a", "b", "c", "d"));
        travels(
                "list in which a part of it stands",
                () -> {
                    List<Object> list = new ArrayList<>(Arrays.asList("a", "b", null));
                    list.set(2, list.subList(0, 2));
                    return list;
                },
                list -> {
                    list.set(0, "new");
                    return list.get(2);
                });
        refused("a part of a list that is written after it and after a hook", () -> {
            List<Object> list = new ArrayList<>(List.of("a", "b"));
            return new ArrayList<>(List.of(new HookCases.Counted(), list.subList(0, 1), list));
        });
        travels("keySet of a WeakHashMap", () -> new WeakHashMap<>(Map.of(TimeUnit.DAYS, 1)).keySet());
        travels(
                "values of a part of a TreeMap",
                () -> new TreeMap<>(Map.of("a", 1, "b", 2)).headMap("b").values());
        travels(
                "entrySet of a checkedMap",
                () -> Collections.checkedMap(new HashMap<>(Map.of("a", 1)), String.class, Integer.class)
                        .entrySet());
        travels("reversed ArrayList", () -> reversed(new ArrayList<>(List.of(1, 2))));
        travels("reversed LinkedList", () -> reversed(new LinkedList<>(List.of(1, 2))));
        travels(
                "reversed ArrayDeque",
                () -> reversed(new java.util.ArrayDeque<>(List.of(1, 2))),
                it -> List.copyOf((Collection<?>) it));
        travels("reversed LinkedHashSet", () -> reversed(new java.util.LinkedHashSet<>(List.of(1, 2))));
        travels("reversed TreeSet", () -> reversed(new java.util.TreeSet<>(List.of(1, 2))));
        travels("subList of ArrayList", () -> new ArrayList<>(List.of(1, 2, 3, 4)).subList(1, 3), it -> it);
        travels(
                "subList of a subList",
                () -> new ArrayList<>(List.of(1, 2, 3, 4)).subList(1, 4).subList(1, 2),
                it -> it);
        travels("subList of LinkedList", () -> new LinkedList<>(List.of(1, 2, 3, 4)).subList(1, 3), it -> it);
        travels("subList of List.of", () -> List.of(1, 2, 3, 4).subList(1, 3), it -> it);
        travels("subList of Arrays.asList", () -> Arrays.asList(1, 2, 3, 4).subList(1, 3), it -> it);
        travels("keySet", () -> new HashMap<>(Map.of("a", 1)).keySet());
        travels("values", () -> new HashMap<>(Map.of("a", 1)).values());
        travels("entrySet", () -> new HashMap<>(Map.of("a", 1)).entrySet());
        travels("keySet of LinkedHashMap", () -> new LinkedHashMap<>(Map.of("a", 1)).keySet());
        travels("values of LinkedHashMap", () -> new LinkedHashMap<>(Map.of("a", 1)).values());
        travels("keySet of TreeMap", () -> new TreeMap<>(Map.of("a", 1)).keySet(), it -> it);
        travels("values of TreeMap", () -> new TreeMap<>(Map.of("a", 1)).values());
        travels("keySet of ConcurrentHashMap", () -> new ConcurrentHashMap<>(Map.of("a", 1)).keySet());
        travels("values of ConcurrentHashMap", () -> new ConcurrentHashMap<>(Map.of("a", 1)).values());
        travels("keySet of Hashtable", () -> new Hashtable<>(Map.of("a", 1)).keySet());
        travels("keySet of EnumMap", () -> new EnumMap<>(Map.of(TimeUnit.DAYS, 1)).keySet());
        travels(
                "entry of a HashMap",
                () -> new HashMap<>(Map.of("a", 1)).entrySet().iterator().next(),
                it -> it + "" + it.equals(Map.entry("a", 1)));
        travels("entry of a TreeMap", () -> new TreeMap<>(Map.of("a", 1)).firstEntry(), it -> it);
        travels("headMap", () -> new TreeMap<>(Map.of(1, 1, 2, 2, 3, 3)).headMap(3));
        travels("tailMap", () -> new TreeMap<>(Map.of(1, 1, 2, 2, 3, 3)).tailMap(2));
        travels(
                "subMap writes through",
                () -> {
                    TreeMap<Integer, Integer> map = new TreeMap<>(Map.of(1, 1, 2, 2, 3, 3));
                    return List.of(map, map.subMap(1, 3));
                },
                it -> {
                    ((SortedMap<Integer, Integer>) it.get(1)).put(2, 20);
                    return it;
                });
        travels("descendingMap", () -> new TreeMap<>(Map.of(1, 1, 2, 2)).descendingMap());
        travels("headSet", () -> new TreeSet<>(Set.of(1, 2, 3)).headSet(3), it -> (SortedSet<Integer>) it);
        travels("descendingSet", () -> new TreeSet<>(Set.of(1, 2, 3)).descendingSet());
        travels(
                "keySet of an unmodifiable map",
                () -> Collections.unmodifiableMap(new HashMap<>(Map.of("a", 1))).keySet());
    }

    private void others() {
        travels("EnumSet", () -> EnumSet.of(TimeUnit.DAYS, TimeUnit.HOURS));
        travels("EnumSet.noneOf", () -> EnumSet.noneOf(TimeUnit.class), it -> {
            it.add(TimeUnit.DAYS);
            return it;
        });
        travels("EnumMap", () -> new EnumMap<>(Map.of(TimeUnit.DAYS, "d", TimeUnit.HOURS, "h")));
        travels(
                "IdentityHashMap",
                () -> {
                    String key = new String("key");
                    Map<Object, Object> map = new IdentityHashMap<>();
                    map.put(key, 1);
                    map.put(new String("key"), 2);
                    return List.of(map, key);
                },
                it -> ((Map<?, ?>) it.get(0)).get(it.get(1)) + "" + ((Map<?, ?>) it.get(0)).size());
        travels("Hashtable", () -> new Hashtable<>(Map.of("a", 1, "b", 2)), it -> new TreeMap<>(it));
        travels("BitSet", () -> BitSet.valueOf(new long[] {5, 1L << 60}));
        travels(
                "Properties with defaults",
                () -> {
                    Properties defaults = new Properties();
                    defaults.setProperty("d", "default");
                    Properties properties = new Properties(defaults);
                    properties.setProperty("p", "own");
                    return properties;
                },
                it -> it.getProperty("d") + it.getProperty("p"));
        travels("HashMap of null", () -> {
            Map<Object, Object> map = new HashMap<>();
            map.put(null, null);
            return map;
        });
        travels("order of a large HashMap", () -> {
            Map<Integer, Integer> map = new HashMap<>(4096);
            for (int i = 0; i < 100; i++) {
                map.put(i * 7919, i);
            }
            return map;
        });
        travels("order of a large ConcurrentHashMap", () -> {
            Map<Integer, Integer> map = new ConcurrentHashMap<>(2048);
            for (int i = 0; i < 100; i++) {
                map.put(i * 7919, i);
            }
            return map;
        });
        travels("order of a crowded HashMap", () -> {
            Map<Integer, Integer> map = new HashMap<>(16, 8f);
            for (int i = 0; i < 100; i++) {
                map.put(i * 7919, i);
            }
            return map;
        });
        travels("order of a tight HashMap", () -> {
            Map<Integer, Integer> map = new HashMap<>(4);
            map.put(15, 1);
            map.put(4, 2);
            return map;
        });
        travels("order of a shrunk HashSet", () -> {
            Set<String> set = new HashSet<>();
            for (int i = 0; i < 100; i++) {
                set.add("k" + i);
            }
            set.removeIf(k -> k.length() == 3 && k.charAt(2) > '2');
            return set;
        });
        travels(
                "PriorityQueue with a comparator",
                () -> {
                    PriorityQueue<String> queue = new PriorityQueue<>(Comparator.comparing(String::length));
                    queue.addAll(List.of("ccc", "a", "bb"));
                    return queue;
                },
                it -> it.poll() + it.poll() + it.poll());
        travels(
                "access order goes on",
                () -> {
                    Map<String, Integer> map = new LinkedHashMap<>(16, 0.75f, true);
                    map.put("a", 1);
                    map.put("b", 2);
                    return map;
                },
                it -> {
                    it.get("a");
                    return it;
                });
        travels(
                "capacity of an ArrayBlockingQueue",
                () -> new ArrayBlockingQueue<>(3, true, List.of(1)),
                it -> it.remainingCapacity());
        travels(
                "TreeMap with a comparator that captures",
                () -> {
                    int sign = Integer.parseInt("-1");
                    NavigableMap<String, Integer> map = new TreeMap<>((a, b) -> sign * a.compareTo(b));
                    map.putAll(Map.of("a", 1, "b", 2));
                    return map;
                },
                it -> it.firstKey() + it.get("a"));
    }

    private void packed() {
        for (int size : new int[] {0, 1, 7, 8, 9, 1023, 1024, 1025, 5000}) {
            travels("list of " + size + " Integers", () -> numbers(size, 1));
        }
        travels(
                "Integers of every width",
                () -> List.of(numbers(20, 1), numbers(20, 100), numbers(20, 70_000), numbers(20, 200_000_000)));
        travels(
                "extreme Integers",
                () -> new ArrayList<>(List.of(Integer.MIN_VALUE, Integer.MAX_VALUE, 0, -1, 1, 2, 3, 4)));
        travels("equal Integers", () -> new ArrayList<>(Collections.nCopies(20, -5)));
        travels(
                "Longs",
                () -> LongStream.range(-5, 100)
                        .map(l -> l * 1_000_000_007L)
                        .boxed()
                        .collect(Collectors.toCollection(ArrayList::new)));
        travels(
                "extreme Longs",
                () -> new ArrayList<>(List.of(Long.MIN_VALUE, Long.MAX_VALUE, 0L, -1L, 1L, 2L, 3L, 4L)));
        travels("Integers and null", () -> new ArrayList<>(Arrays.asList(1, 2, null, 4, 5, 6, 7, 8, 9, 10)));
        travels("Integers and a Long", () -> new ArrayList<>(Arrays.asList(1, 2, 3L, 4, 5, 6, 7, 8, 9, 10)));
        travels(
                "Doubles",
                () -> new ArrayList<>(Arrays.asList(1.0, -0.0, Double.NaN, Double.MIN_VALUE, 5.0, 6.0, 7.0, 8.0, 9.0)));
        travels(
                "Strings",
                () -> Stream.iterate("s", s -> s + "ß").limit(50).collect(Collectors.toCollection(ArrayList::new)));
        travels(
                "shared Strings",
                () -> {
                    String one = new String("shared");
                    return new ArrayList<>(List.of(one, one, new String("shared")));
                },
                it -> (it.get(0) == it.get(1)) + "" + (it.get(0) == it.get(2)));
        travels(
                "Bytes, Shorts, Characters, Booleans, Floats",
                () -> List.of(
                        new ArrayList<>(List.of((byte) 1, (byte) -1)),
                        new ArrayList<>(List.of((short) 1, (short) -1)),
                        new ArrayList<>(List.of('a', 'ü')),
                        new ArrayList<>(List.of(true, false)),
                        new ArrayList<>(List.of(1f, Float.NaN))));
    }

    private static List<Integer> numbers(int size, int step) {
        List<Integer> list = new ArrayList<>();
        for (int i = 0; i < size; i++) {
            list.add(i * step - size / 2);
        }
        return list;
    }
}
