package io.processexecutor.serialization.corpus;

import java.io.Serial;
import java.io.Serializable;
import java.lang.reflect.InvocationHandler;
import java.lang.reflect.Proxy;
import java.util.AbstractList;
import java.util.AbstractMap;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HashMap;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import java.util.function.IntSupplier;
import java.util.function.Supplier;

/** Inner, local and anonymous classes, records, enums, proxies, and inheritance. */
// Odd code is what the cases are made of.
@SuppressWarnings({"unchecked", "rawtypes"})
final class ClassCases extends Cases {

    private int field = 11;

    class Inner {
        int own = 3;

        int sum() {
            return own + field;
        }

        class Deeper {
            int all() {
                return own * field;
            }
        }
    }

    static class Nested {
        private final String text;

        Nested(String text) {
            this.text = text;
        }

        String text() {
            return text;
        }
    }

    record Pair<A, B>(A first, B second) {}

    record Checked(int low, int high) {
        Checked {
            if (low > high) {
                throw new IllegalArgumentException(low + " > " + high);
            }
        }
    }

    record Primitives(byte b, short s, char c, int i, long l, float f, double d, boolean z, int[] array) {
        @Override
        public String toString() {
            return "" + b + s + c + i + l + f + d + z + Arrays.toString(array);
        }
    }

    record WithFunction(Supplier<String> supplier) {}

    record Empty() {}

    record Dots(String first, int... others) {}

    record SerializableRecord(int value) implements Serializable {
        @Serial
        private Object readResolve() {
            return new SerializableRecord(value + 1);
        }
    }

    enum Plain {
        A,
        B
    }

    enum WithBody {
        X {
            @Override
            String hello() {
                return "x";
            }
        },
        Y {
            @Override
            String hello() {
                return "y";
            }
        };

        abstract String hello();
    }

    enum WithState {
        ONE(1);

        final int number;
        transient int calls;

        WithState(int number) {
            this.number = number;
        }
    }

    sealed interface Shape permits Circle, Square {}

    record Circle(double radius) implements Shape {}

    static final class Square implements Shape {
        double side = 2;

        @Override
        public String toString() {
            return "Square " + side;
        }
    }

    static class NoDefaultConstructor {
        final int value;
        final transient int skipped;

        NoDefaultConstructor(int value) {
            this.value = value;
            this.skipped = 9;
        }
    }

    static class Grand {
        private int x = 1;
        int y = 2;
    }

    static class Parent extends Grand {
        private int x = 3;
    }

    static class Child extends Parent {
        private int x = 4;

        String all() {
            return ((Grand) this).x + "" + ((Parent) this).x + x + y;
        }
    }

    static class StatefulBase {
        int state = 5;
        transient List<String> log = new ArrayList<>();
    }

    static class SerializableOverStateful extends StatefulBase implements Serializable {
        int own = 6;
    }

    interface Greeter {
        String greet(String name);
    }

    interface Hidden {
        int number();
    }

    static class Handler implements InvocationHandler {
        final String prefix;

        Handler(String prefix) {
            this.prefix = prefix;
        }

        @Override
        public Object invoke(Object proxy, java.lang.reflect.Method method, Object[] arguments) {
            return method.getReturnType() == int.class ? 42 : prefix + method.getName();
        }
    }

    static class SelfHandler implements InvocationHandler {
        Object proxy;

        @Override
        public Object invoke(Object self, java.lang.reflect.Method method, Object[] arguments) {
            return self == proxy ? "itself" : "another";
        }
    }

    static class OwnList extends AbstractList<Integer> {
        final int size = Integer.parseInt("4");

        @Override
        public Integer get(int index) {
            return index * index;
        }

        @Override
        public int size() {
            return size;
        }
    }

    static class OwnMap extends AbstractMap<String, Integer> {
        final Map<String, Integer> held = new HashMap<>(Map.of("a", 1));

        @Override
        public Set<Entry<String, Integer>> entrySet() {
            return held.entrySet();
        }
    }

    static class OwnIterable implements Iterable<Integer> {
        List<Integer> list = List.of(1, 2);

        @Override
        public Iterator<Integer> iterator() {
            return list.iterator();
        }
    }

    static class LoggingList<T> extends ArrayList<T> {
        String label = "labelled";
        transient int adds;

        @Override
        public boolean add(T value) {
            adds++;
            return super.add(value);
        }
    }

    static class CountingMap extends HashMap<String, Integer> {
        int puts;

        @Override
        public Integer put(String key, Integer value) {
            puts++;
            return super.put(key, value);
        }
    }

    static class OwnException extends Exception {
        final int code;

        OwnException(String message, int code, Throwable cause) {
            super(message, cause);
            this.code = code;
        }
    }

    static class Generic<T extends Comparable<T>> {
        T low;
        T high;
        List<? super T> seen = new ArrayList<>();
    }

    static class Interfaced implements Comparable<Interfaced>, Cloneable {
        int rank = 3;

        @Override
        public int compareTo(Interfaced other) {
            return Integer.compare(rank, other.rank);
        }
    }

    static class Statics {
        static int shared = 1;
        int own = 2;
    }

    static class Volatile {
        volatile int v = 1;
        final List<String> list;

        {
            list = new ArrayList<>();
            list.add("i");
        }
    }

    private static <T> T proxy(Class<T> type, InvocationHandler handler) {
        return type.cast(Proxy.newProxyInstance(type.getClassLoader(), new Class<?>[] {type}, handler));
    }

    private Callable<Integer> anonymousThatUsesOuter() {
        return new Callable<>() {
            @Override
            public Integer call() {
                return field + 1;
            }
        };
    }

    static final class WithThread {
        final Thread thread = new Thread("bound");

        Comparator<String> anonymousThatDoesNotUseOuter() {
            return new Comparator<>() {
                @Override
                public int compare(String a, String b) {
                    return a.length() - b.length();
                }
            };
        }
    }

    ClassCases() {
        super("I");
        travels("inner class with its outer", () -> new ClassCases(0).new Inner(), Inner::sum);
        travels(
                "inner of inner",
                () -> {
                    Inner inner = new ClassCases(0).new Inner();
                    return inner.new Deeper();
                },
                (Inner.Deeper it) -> it.all());
        travels("nested class", () -> new Nested("n"), Nested::text);
        travels(
                "anonymous class that captures",
                () -> {
                    int captured = Integer.parseInt("6");
                    String text = "t";
                    return new IntSupplier() {
                        int own = 2;

                        @Override
                        public int getAsInt() {
                            return captured + own + text.length();
                        }
                    };
                },
                IntSupplier::getAsInt);
        travels("anonymous class that uses its outer", () -> new ClassCases(0).anonymousThatUsesOuter(), it -> {
            try {
                return it.call();
            } catch (Exception e) {
                return e;
            }
        });
        travels(
                "anonymous class whose outer is unused and bound",
                () -> new WithThread().anonymousThatDoesNotUseOuter(),
                it -> it.compare("aa", "b"));
        travels(
                "local class",
                () -> {
                    int captured = Integer.parseInt("8");
                    class Local {
                        int twice() {
                            return captured * 2;
                        }
                    }
                    Supplier<Integer> asked = new Supplier<>() {
                        final Local local = new Local();

                        @Override
                        public Integer get() {
                            return local.twice();
                        }
                    };
                    return asked;
                },
                (Supplier<Integer> it) -> it.get());
        travels("local record", () -> {
            record Local(int a, String b) {}
            return new Local(1, "b");
        });
        travels(
                "double brace list",
                () -> new ArrayList<String>() {
                    {
                        add("in the initializer");
                    }
                },
                it -> it.getClass().getSuperclass() + "" + it);
        travels("double brace map in an instance", () -> new ClassCases(0).doubleBrace());
        travels("record", () -> new Pair<>("a", List.of(1)));
        travels("record whose last component has dots", () -> new Dots("a", 1, 2), it -> it.first() + it.others()[1]);
        travels("record of null", () -> new Pair<>(null, null));
        travels("record that checks", () -> new Checked(1, 2));
        travels(
                "record of every primitive",
                () -> new Primitives((byte) 1, (short) 2, 'c', 4, 5, 6f, 7d, true, new int[] {8}));
        travels(
                "record that holds a lambda",
                () -> new WithFunction(() -> "in a record"),
                (WithFunction it) -> it.supplier().get());
        travels("record of nothing", Empty::new);
        travels("nested records", () -> new Pair<>(new Pair<>(1, 2), new Pair<>(3, new Checked(4, 5))));
        arrives(
                "record in a cycle",
                () -> {
                    List<Object> list = new ArrayList<>();
                    Pair<Object, Object> pair = new Pair<>(list, "x");
                    list.add(pair);
                    return pair;
                },
                (Pair<List<Object>, Object> it) -> (it.first().get(0) == it) + "" + it.second());
        travels(
                "record with readResolve",
                () -> new SerializableRecord(1),
                it -> it.value() - 1 == 1 || it.value() == 1);
        travels("enum constant", () -> Plain.B, it -> it == Plain.B);
        travels("enum constant with a body", () -> WithBody.Y, it -> (it == WithBody.Y) + it.hello());
        travels("enum with state", () -> WithState.ONE, it -> (it == WithState.ONE) + "" + it.number);
        travels(
                "enum constants in a list",
                () -> List.of(WithBody.X, WithBody.Y, WithBody.X),
                it -> it.get(0) == it.get(2) ? it : "torn");
        travels("enum in an Object field", () -> new Pair<>(TimeUnit.DAYS, Plain.A));
        travels("sealed record", () -> (Shape) new Circle(1.5));
        travels("sealed class", () -> (Shape) new Square());
        travels("no default constructor, transient left out", () -> new NoDefaultConstructor(3), it -> it.value);
        travels("shadowed private fields", Child::new, Child::all);
        travels(
                "not serializable below serializable",
                SerializableOverStateful::new,
                it -> it.state + "" + it.own + (it.log != null));
        travels("proxy", () -> proxy(Greeter.class, new Handler("p ")), it -> it.greet("x"));
        travels("proxy of a package-private interface", () -> proxy(Hidden.class, new Handler("")), it -> it.number());
        travels(
                "proxy with a lambda as its handler",
                () -> proxy(Greeter.class, (self, method, arguments) -> "lambda " + arguments[0]),
                it -> it.greet("y"));
        travels(
                "proxy in a cycle with its handler",
                () -> {
                    SelfHandler handler = new SelfHandler();
                    handler.proxy = proxy(Greeter.class, handler);
                    return (Greeter) handler.proxy;
                },
                it -> it.greet("z"));
        travels(
                "proxy of a JDK interface",
                () -> proxy(Comparator.class, (self, method, arguments) -> 7),
                it -> it.compare(1, 2));
        travels(
                "annotation",
                () -> Case.class.getDeclaredConstructors()[0].getClass().getAnnotations().length);
        travels("an annotation itself", () -> FunctionalInterface.class.getAnnotations()[0].annotationType());
        travels(
                "annotation instance",
                () -> Function.class.getAnnotation(FunctionalInterface.class),
                it -> it.annotationType() + "" + it);
        travels("own list", OwnList::new);
        travels("own map", OwnMap::new);
        travels("own iterable", OwnIterable::new, it -> it.iterator().next());
        travels(
                "subclass of ArrayList",
                () -> {
                    LoggingList<String> list = new LoggingList<>();
                    list.add("a");
                    list.add("b");
                    return list;
                },
                (LoggingList<String> it) -> it.label + it);
        travels(
                "subclass of HashMap",
                () -> {
                    CountingMap map = new CountingMap();
                    map.put("a", 1);
                    return map;
                },
                (CountingMap it) -> it.puts + "" + it);
        travels(
                "own exception",
                () -> new OwnException("m", 7, new IllegalStateException("c")),
                it -> it.code + it.getMessage() + it.getCause() + it.getStackTrace()[0].getMethodName());
        travels(
                "generic class",
                () -> {
                    Generic<String> generic = new Generic<>();
                    generic.low = "a";
                    generic.seen.add("q");
                    return generic;
                },
                (Generic<String> it) -> it.low + it.high + it.seen);
        travels("comparable", Interfaced::new, it -> it.rank);
        travels("statics stay", Statics::new, it -> it.own);
        travels("volatile and initialized fields", Volatile::new, it -> it.v + "" + it.list);
        travels(
                "array of a user class",
                () -> new Nested[] {new Nested("1"), null},
                it -> it.length + it[0].text() + it[1]);
        travels("array of records", () -> new Checked[] {new Checked(1, 1)}, it -> Arrays.toString(it));
        travels("array of enums", () -> new WithBody[] {WithBody.X, null}, it -> Arrays.toString(it));
        travels("array of an interface", () -> new Shape[] {new Circle(1), new Square()}, it -> Arrays.toString(it));
        travels("class of a user", () -> Nested.class);
        travels("class of an array of a user class", () -> Nested[][].class);
    }

    private Map<String, Integer> doubleBrace() {
        return new HashMap<>() {
            {
                put("k", 1);
            }
        };
    }

    /** An instance that is no list of cases. */
    private ClassCases(int ignored) {
        super("none");
    }
}
