package io.processexecutor.serialization.corpus;

import java.io.Serializable;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.Callable;
import java.util.function.BiFunction;
import java.util.function.BinaryOperator;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.IntBinaryOperator;
import java.util.function.IntFunction;
import java.util.function.IntPredicate;
import java.util.function.IntSupplier;
import java.util.function.IntUnaryOperator;
import java.util.function.LongSupplier;
import java.util.function.Predicate;
import java.util.function.Supplier;
import java.util.function.ToIntFunction;
import java.util.function.ToLongFunction;
import java.util.function.UnaryOperator;
import java.util.stream.Collector;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** Lambdas and method references of every kind. */
// Odd code is what the cases are made of.
@SuppressWarnings({"unchecked", "rawtypes"})
final class LambdaCases extends Cases {

    interface SerializableFunction<A, B> extends Function<A, B>, Serializable {}

    @FunctionalInterface
    interface Three<A, B, C, R> {
        R apply(A a, B b, C c);

        default Three<A, B, C, String> text() {
            return (a, b, c) -> "<" + apply(a, b, c) + ">";
        }
    }

    enum Operator {
        PLUS((a, b) -> a + b),
        TIMES((a, b) -> a * b) {
            @Override
            IntBinaryOperator twice() {
                return (a, b) -> operation.applyAsInt(a, b) * 2;
            }
        };

        final IntBinaryOperator operation;

        Operator(IntBinaryOperator operation) {
            this.operation = operation;
        }

        IntBinaryOperator twice() {
            return (a, b) -> operation.applyAsInt(operation.applyAsInt(a, b), b);
        }
    }

    record Scale(int factor) {
        IntUnaryOperator operator() {
            return x -> x * factor;
        }

        int apply(int x) {
            return x * factor;
        }
    }

    static class Base {
        protected String greet(String name) {
            return "base " + name;
        }
    }

    static class Derived extends Base {
        @Override
        protected String greet(String name) {
            return "derived " + name;
        }

        Function<String, String> superGreet() {
            return super::greet;
        }

        Function<String, String> ownGreet() {
            return this::greet;
        }
    }

    static class Counter {
        int value;
        private int step = 2;

        IntSupplier incrementing() {
            return () -> value += step;
        }

        private int secret(int x) {
            return x + step;
        }

        IntUnaryOperator secretly() {
            return this::secret;
        }
    }

    static class Generic<T> {
        final T held;

        Generic(T held) {
            this.held = held;
        }

        <R> Supplier<R> map(Function<? super T, ? extends R> f) {
            return () -> f.apply(held);
        }
    }

    static String varargs(Object... all) {
        return Arrays.toString(all);
    }

    static int privately(int x) {
        return x - 1;
    }

    static Supplier<Integer> sized(int captured) {
        return () -> captured;
    }

    static <T extends Comparable<T>> BinaryOperator<T> most() {
        return (a, b) -> a.compareTo(b) >= 0 ? a : b;
    }

    private static final Predicate<String> CONSTANT = s -> s.isEmpty();

    LambdaCases() {
        super("L");
        travels("captures nothing", () -> (Supplier<String>) () -> "plain", Supplier::get);
        primitives();
        references();
        nested();
        hosted();
        typed();
        twins();
    }

    private void primitives() {
        int i = Integer.parseInt("7");
        long l = 1L << 40;
        double d = 0.25;
        float f = 1.5f;
        boolean z = i > 3;
        byte b = (byte) i;
        short s = (short) (i * 300);
        char c = (char) ('a' + i);
        travels("captures an int", () -> (IntSupplier) () -> i, IntSupplier::getAsInt);
        travels("captures a long", () -> (LongSupplier) () -> l, LongSupplier::getAsLong);
        travels("captures a double", () -> (Supplier<Double>) () -> d, Supplier::get);
        travels("captures a float", () -> (Supplier<Float>) () -> f, Supplier::get);
        travels("captures a boolean", () -> (Supplier<Boolean>) () -> z, Supplier::get);
        travels("captures a byte", () -> (Supplier<Byte>) () -> b, Supplier::get);
        travels("captures a short", () -> (Supplier<Short>) () -> s, Supplier::get);
        travels("captures a char", () -> (Supplier<Character>) () -> c, Supplier::get);
        travels(
                "captures one of each",
                () -> (Supplier<String>) () -> "" + i + l + d + f + z + b + s + c,
                Supplier::get);
        travels("captures null", () -> nullCapturing(null), Supplier::get);
        int[] array = {1, 2};
        travels("captures an array", () -> (IntSupplier) () -> array[0] + array[1], IntSupplier::getAsInt);
        List<String> list = new ArrayList<>(List.of("x", "y"));
        travels("captures a list", () -> (Supplier<String>) () -> String.join("-", list), Supplier::get);
        Counter counter = new Counter();
        travels("captures this and changes it", counter::incrementing, (IntSupplier it) -> {
            it.getAsInt();
            return it.getAsInt();
        });
        travels("captures a type variable", () -> new Generic<>("g").map(String::length), Supplier::get);
        travels("in a static field", () -> CONSTANT, (Predicate<String> p) -> p.test("") + "" + p.test("a"));
        travels("returns void", () -> (Consumer<List<Integer>>) it -> it.add(i), (Consumer<List<Integer>> it) -> {
            List<Integer> target = new ArrayList<>();
            it.accept(target);
            return target;
        });
        travels("of a generic method", LambdaCases::<Integer>most, (BinaryOperator<Integer> it) -> it.apply(3, 2));
        travels(
                "throws",
                () -> (Callable<String>) () -> {
                    throw new java.io.IOException("thrown");
                },
                (Callable<String> it) -> {
                    try {
                        return it.call();
                    } catch (Exception e) {
                        return e.toString();
                    }
                });
    }

    private static Supplier<String> nullCapturing(String nothing) {
        return () -> "got " + nothing;
    }

    private void references() {
        travels("static reference", () -> (IntUnaryOperator) LambdaCases::privately, it -> it.applyAsInt(3));
        travels("reference to a JDK static", () -> (Function<String, Integer>) Integer::parseInt, it -> it.apply("12"));
        travels("bound reference", () -> (Supplier<String>) "abc"::toUpperCase, Supplier::get);
        travels(
                "bound reference to a list",
                () -> {
                    List<String> bound = new ArrayList<>();
                    return (Predicate<String>) bound::add;
                },
                (Predicate<String> it) -> it.test("a"));
        travels("unbound reference", () -> (ToIntFunction<String>) String::length, it -> it.applyAsInt("four"));
        travels(
                "unbound reference of two",
                () -> (BiFunction<String, String, Integer>) String::compareTo,
                it -> it.apply("a", "c"));
        travels(
                "constructor",
                () -> (Supplier<List<String>>) ArrayList::new,
                it -> it.get().size());
        travels("constructor with an argument", () -> (IntFunction<Scale>) Scale::new, it -> it.apply(3));
        travels("array constructor", () -> (IntFunction<int[]>) int[]::new, it -> it.apply(3).length);
        travels(
                "array constructor of objects",
                () -> (IntFunction<String[][]>) String[][]::new,
                it -> it.apply(2).getClass());
        travels("varargs", () -> (BiFunction<Object, Object, String>) LambdaCases::varargs, it -> it.apply(1, "b"));
        travels("super reference", () -> new Derived().superGreet(), it -> it.apply("x"));
        travels("this reference", () -> new Derived().ownGreet(), it -> it.apply("x"));
        travels("private reference", () -> new Counter().secretly(), it -> it.applyAsInt(1));
        travels("interface method", () -> (Function<List<?>, Integer>) List::size, it -> it.apply(List.of(1)));
        travels("boxing", () -> (Function<Integer, Object>) Integer::toBinaryString, it -> it.apply(5));
        travels("unboxing", () -> (ToLongFunction<Integer>) Integer::longValue, it -> it.applyAsLong(5));
        travels("widening", () -> (ToLongFunction<Integer>) Integer::intValue, it -> it.applyAsLong(5));
        travels("of an enum", () -> (Function<String, Operator>) Operator::valueOf, it -> it.apply("PLUS"));
        travels("of a record", () -> (Function<Scale, Integer>) Scale::factor, it -> it.apply(new Scale(4)));
        travels("bound to a record", () -> (IntUnaryOperator) new Scale(5)::apply, it -> it.applyAsInt(2));
        travels("clone of an array", () -> (UnaryOperator<int[]>) int[]::clone, it -> it.apply(new int[] {4})[0]);
        travels("bound to System.out", () -> (Consumer<String>) System.out::println, it -> "printable");
    }

    private void nested() {
        travels(
                "captures a lambda",
                () -> {
                    Supplier<Integer> inner = () -> 3;
                    return (Supplier<Integer>) () -> inner.get() + 1;
                },
                (Supplier<Integer> it) -> it.get());
        travels(
                "returns a lambda",
                () -> (Function<Integer, Supplier<Integer>>) x -> () -> x * 2,
                it -> it.apply(4).get());
        travels(
                "three deep",
                () -> {
                    int a = 1;
                    return (Supplier<Supplier<Supplier<Integer>>>) () -> () -> () -> a;
                },
                (Supplier<Supplier<Supplier<Integer>>> it) -> it.get().get().get());
        travels("in a record", () -> new Scale(3).operator(), it -> it.applyAsInt(5));
        travels("in an enum", () -> Operator.PLUS.twice(), it -> it.applyAsInt(2, 3));
        travels("in an enum constant with a body", () -> Operator.TIMES.twice(), it -> it.applyAsInt(2, 3));
        travels("held by an enum", () -> Operator.TIMES.operation, it -> it.applyAsInt(2, 3));
        travels(
                "in a default method",
                () -> ((Three<Integer, Integer, Integer, Integer>) (a, b, c) -> a + b + c).text(),
                it -> it.apply(1, 2, 3));
        travels(
                "in an anonymous class",
                () -> new Object() {
                    int base = 10;

                    IntUnaryOperator get() {
                        return x -> x + base;
                    }
                }.get(),
                it -> it.applyAsInt(1));
        travels(
                "recursive through an array",
                () -> {
                    IntUnaryOperator[] self = new IntUnaryOperator[1];
                    self[0] = n -> n < 2 ? n : self[0].applyAsInt(n - 1) + self[0].applyAsInt(n - 2);
                    return self[0];
                },
                (IntUnaryOperator it) -> it.applyAsInt(10));
        travels("recursive through a field", Recursive::new, it -> it.factorial.apply(5));
        travels(
                "mutual",
                () -> {
                    Map<String, IntPredicate> both = new HashMap<>();
                    both.put("even", n -> n == 0 || both.get("odd").test(n - 1));
                    both.put("odd", n -> n != 0 && both.get("even").test(n - 1));
                    return both.get("even");
                },
                (IntPredicate it) -> it.test(8) + "" + it.test(7));
        travels(
                "the same twice",
                () -> {
                    Supplier<String> one = () -> "s";
                    return List.of(one, one);
                },
                it -> it.get(0) == it.get(1));
        travels(
                "a chain of a thousand",
                () -> {
                    Function<Integer, Integer> chain = x -> x;
                    for (int i = 0; i < 1000; i++) {
                        Function<Integer, Integer> before = chain;
                        chain = x -> before.apply(x) + 1;
                    }
                    return chain;
                },
                (Function<Integer, Integer> it) -> it.apply(0));
    }

    static class Recursive {
        final Function<Integer, Integer> factorial = n -> n < 2 ? 1 : n * this.factorial.apply(n - 1);
    }

    private void hosted() {
        travels("andThen", () -> ((Function<Integer, Integer>) x -> x + 1).andThen(x -> x * 2), it -> it.apply(3));
        travels(
                "compose",
                () -> ((Function<Integer, Integer>) x -> x + 1).compose((Integer x) -> x * 2),
                it -> it.apply(3));
        travels("identity", Function::identity, it -> it.apply("same"));
        travels("negate", () -> ((Predicate<String>) String::isEmpty).negate(), it -> it.test(""));
        travels("Predicate.not", () -> Predicate.not(String::isBlank), it -> it.test("x"));
        travels("isEqual", () -> Predicate.isEqual("x"), it -> it.test("x"));
        travels("minBy", () -> BinaryOperator.minBy(Comparator.<Integer>naturalOrder()), it -> it.apply(2, 1));
        travels("comparing", () -> Comparator.comparing(String::length), it -> it.compare("aa", "b"));
        travels(
                "comparing and then",
                () -> Comparator.comparingInt(String::length).thenComparing(Comparator.reverseOrder()),
                it -> it.compare("b", "a"));
        travels(
                "nullsFirst",
                () -> Comparator.nullsFirst(Comparator.<String>naturalOrder()),
                it -> it.compare(null, "a"));
        travels(
                "Map.Entry.comparingByValue",
                () -> Map.Entry.<String, Integer>comparingByValue(),
                it -> it.compare(Map.entry("a", 2), Map.entry("b", 1)));
        travels(
                "groupingBy",
                () -> Collectors.groupingBy(String::length, TreeMap::new, Collectors.counting()),
                (Collector<String, ?, TreeMap<Integer, Long>> it) ->
                        Stream.of("a", "bb", "cc").collect(it));
        travels(
                "toMap",
                () -> Collectors.toMap((String s) -> s, String::length),
                (Collector<String, ?, Map<String, Integer>> it) ->
                        new TreeMap<>(Stream.of("a", "bb").collect(it)));
        travels(
                "joining",
                () -> Collectors.joining(",", "[", "]"),
                (Collector<CharSequence, ?, String> it) -> Stream.of("a", "b").collect(it));
        travels(
                "tree set with a comparator",
                () -> {
                    TreeSet<String> set =
                            new TreeSet<>(Comparator.comparing(String::length).reversed());
                    set.addAll(List.of("a", "ccc", "bb"));
                    return set;
                },
                (TreeSet<String> it) -> it + "" + it.add("dddd") + it.first());
    }

    private void typed() {
        travels("serializable", () -> (Runnable & Serializable) () -> {}, it -> it instanceof Serializable);
        travels(
                "serializable function",
                () -> (SerializableFunction<String, Integer>) String::length,
                it -> it.apply("abc"));
        travels(
                "serializable that captures a plain one",
                () -> {
                    Supplier<String> plain = () -> "plain";
                    return (SerializableFunction<String, String>) s -> s + plain.get();
                },
                (SerializableFunction<String, String> it) -> it.apply("a "));
        arrives(
                "serializable and recursive",
                () -> {
                    Object[] self = new Object[1];
                    self[0] = (SerializableFunction<Integer, Integer>)
                            n -> n < 2 ? 1 : n * ((SerializableFunction<Integer, Integer>) self[0]).apply(n - 1);
                    return self[0];
                },
                (SerializableFunction<Integer, Integer> it) -> it.apply(5));
        travels(
                "with a marker",
                () -> (Supplier<String> & Cloneable) () -> "m",
                it -> (it instanceof Cloneable) + it.get());
        travels("bridged", () -> (StringOperator) s -> s + "!", (Function<Object, Object> it) -> it.apply("a"));
    }

    interface StringOperator extends Function<Object, Object> {
        @Override
        String apply(Object value);
    }

    private void twins() {
        travels(
                "twins of one method",
                () -> {
                    Supplier<Integer> a = () -> 1;
                    Supplier<Integer> b = () -> 2;
                    return List.of(a, b);
                },
                (List<Supplier<Integer>> it) -> it.get(0).get() + "" + it.get(1).get());
        travels(
                "twins that capture alike",
                () -> {
                    int x = 5;
                    IntUnaryOperator plus = y -> x + y;
                    IntUnaryOperator minus = y -> x - y;
                    return List.of(plus, minus);
                },
                (List<IntUnaryOperator> it) ->
                        it.get(0).applyAsInt(1) + "" + it.get(1).applyAsInt(1));
        travels(
                "one reference at two types",
                () -> {
                    Function<String, Integer> f = String::length;
                    ToIntFunction<String> g = String::length;
                    return List.of(f, g);
                },
                (List<Object> it) -> ((Function<String, Integer>) it.get(0)).apply("ab")
                        + ((ToIntFunction<String>) it.get(1)).applyAsInt("abc"));
        arrives(
                "one reference at two casts",
                () -> {
                    Function<String, Integer> f = Object::hashCode;
                    Function<Object, Integer> g = Object::hashCode;
                    return List.of(f, g);
                },
                (List<Function<Object, Integer>> it) ->
                        it.get(0).apply("a") + "" + it.get(1).apply("a"));
        travels(
                "from one factory with other values",
                () -> List.of(sized(5), sized(6)),
                (List<Supplier<Integer>> it) -> it.get(0).get() + "" + it.get(1).get());
    }
}
