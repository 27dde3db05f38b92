package io.processexecutor.benchmarks.serializers;

import io.processexecutor.Closures;
import io.processexecutor.ProcessTask;
import java.io.IOException;
import java.io.ObjectInputStream;
import java.io.ObjectOutputStream;
import java.io.Serial;
import java.io.Serializable;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.function.IntFunction;
import org.jspecify.annotations.Nullable;

/** What travels in the benchmarks. */
public enum Graph {
    /** 1,000,000 boxed integers. */
    INTEGERS {
        @Override
        Object make() {
            return list(MILLION, i -> i);
        }
    },
    /** The same, marked. */
    WRAPPED_INTEGERS {
        @Override
        Object make() {
            return Closures.wrap(INTEGERS.make());
        }
    },
    /** 1,000,000 boxed longs. */
    LONGS {
        @Override
        Object make() {
            return list(MILLION, i -> (long) i * i);
        }
    },
    /** 1,000,000 boxed doubles. */
    DOUBLES {
        @Override
        Object make() {
            return list(MILLION, i -> i / 3.0);
        }
    },
    /** 1,000,000 short strings. */
    STRINGS {
        @Override
        Object make() {
            return list(MILLION, i -> "string " + i);
        }
    },
    /** 10,000 small beans that know each other. */
    BEANS {
        @Override
        Object make() {
            return beans(TEN_THOUSAND);
        }
    },
    /** The same, marked. */
    WRAPPED_BEANS {
        @Override
        Object make() {
            return Closures.wrap(BEANS.make());
        }
    },
    /** 100,000 of them. */
    MANY_BEANS {
        @Override
        Object make() {
            return beans(10 * TEN_THOUSAND);
        }
    },
    /** A map of 10,000 strings to integers. */
    MAP {
        @Override
        Object make() {
            Map<String, Integer> map = new HashMap<>();
            for (int i = 0; i < TEN_THOUSAND; i++) {
                map.put("key " + i, i);
            }
            return map;
        }
    },
    /** 10,000 beans with hooks. */
    HOOKED_BEANS {
        @Override
        Object make() {
            return list(TEN_THOUSAND, HookedBean::new);
        }
    },
    /** A lambda with three captures, which is not serializable by itself. */
    LAMBDA {
        @Override
        Object make() {
            int number = TEN_THOUSAND;
            String text = "text";
            long time = System.nanoTime();
            return (Callable<String>) () -> number + text + time;
        }
    },
    /** A task over 10,000 beans, and a callback. */
    TASK {
        @Override
        Object make() {
            return task(beans(TEN_THOUSAND), callback(1));
        }
    },
    /** A task over 1,000,000 integers, and a callback. */
    LARGE_TASK {
        @Override
        Object make() {
            return task(INTEGERS.make(), callback(1));
        }
    },
    /** A task over 10,000 beans, and a callback inside a bean that is marked. */
    TASK_WITH_WRAPPED_HOLDER {
        @Override
        Object make() {
            return task(beans(TEN_THOUSAND), Closures.wrap(new Holder(1)));
        }
    },
    /** A task over 1,000,000 integers, and a callback inside a bean that is marked. */
    LARGE_TASK_WITH_WRAPPED_HOLDER {
        @Override
        Object make() {
            return task(INTEGERS.make(), Closures.wrap(new Holder(1)));
        }
    },
    /** 10,000 beans that hold a lambda each. */
    HOLDERS {
        @Override
        Object make() {
            return list(TEN_THOUSAND, Holder::new);
        }
    },
    /** The same, in a list that is marked. */
    WRAPPED_HOLDERS {
        @Override
        Object make() {
            return Closures.wrap(HOLDERS.make());
        }
    },
    /** The same, every one of them marked. */
    HOLDERS_WRAPPED_EACH {
        @Override
        Object make() {
            return list(TEN_THOUSAND, i -> Closures.wrap(new Holder(i)));
        }
    },
    /** 50,000 objects that hold each other. */
    DEEP {
        @Override
        Object make() {
            Node head = new Node();
            for (int i = 1; i < FIFTY_THOUSAND; i++) {
                head = new Node(head);
            }
            return head;
        }
    },
    /** The same, with hooks that hold a lock. */
    DEEP_HOOKED {
        @Override
        Object make() {
            HookedNode head = new HookedNode();
            for (int i = 1; i < FIFTY_THOUSAND; i++) {
                head = new HookedNode(head);
            }
            return head;
        }
    };

    private static final int TEN_THOUSAND = 10_000;
    private static final int FIFTY_THOUSAND = 50_000;
    private static final int MILLION = 1_000_000;

    abstract Object make();

    private static <T> List<T> list(int size, IntFunction<T> element) {
        List<T> list = new ArrayList<>();
        for (int i = 0; i < size; i++) {
            list.add(element.apply(i));
        }
        return list;
    }

    private static List<Bean> beans(int size) {
        List<Bean> beans = new ArrayList<>();
        for (int i = 0; i < size; i++) {
            beans.add(new Bean(i, i == 0 ? null : beans.get(i / 2)));
        }
        return beans;
    }

    private static ProcessTask<List<Object>> task(Object data, Object callback) {
        return () -> List.of(data, callback);
    }

    private static Callable<String> callback(int number) {
        return () -> "called " + number;
    }

    /** A bean as applications have them. */
    @SuppressWarnings("unused") // Read by those who encode.
    private static final class Bean {
        private int id;
        private @Nullable String name;
        private double weight;
        private boolean active;
        private @Nullable Long total;
        private @Nullable Bean peer;

        Bean() {}

        Bean(int id, @Nullable Bean peer) {
            this.id = id;
            this.name = "bean " + id;
            this.weight = id / 3.0;
            this.active = id % 2 == 0;
            this.total = (long) id * id;
            this.peer = peer;
        }
    }

    /** A bean that writes one field by hand. */
    @SuppressWarnings("unused")
    private static final class HookedBean implements Serializable {
        @Serial
        private static final long serialVersionUID = 1L;

        private final String name;
        private transient int id;

        HookedBean(int id) {
            this.id = id;
            this.name = "hooked " + id;
        }

        @Serial
        private void writeObject(ObjectOutputStream out) throws IOException {
            out.defaultWriteObject();
            out.writeInt(id);
        }

        @Serial
        private void readObject(ObjectInputStream in) throws IOException, ClassNotFoundException {
            in.defaultReadObject();
            id = in.readInt();
        }
    }

    /** A bean with a lambda inside. */
    @SuppressWarnings("unused")
    private static final class Holder {
        private final String name;
        private final Callable<String> callback;

        Holder(int number) {
            this.name = "holder " + number;
            this.callback = callback(number);
        }
    }

    @SuppressWarnings("unused")
    private static final class Node {
        private @Nullable Node next;

        Node() {}

        Node(Node next) {
            this.next = next;
        }
    }

    @SuppressWarnings("unused")
    private static final class HookedNode implements Serializable {
        @Serial
        private static final long serialVersionUID = 1L;

        private @Nullable HookedNode next;

        HookedNode() {}

        HookedNode(HookedNode next) {
            this.next = next;
        }

        @Serial
        private void writeObject(ObjectOutputStream out) throws IOException {
            synchronized (HookedNode.class) {
                out.defaultWriteObject();
            }
        }

        @Serial
        private void readObject(ObjectInputStream in) throws IOException, ClassNotFoundException {
            synchronized (HookedNode.class) {
                in.defaultReadObject();
            }
        }
    }
}
