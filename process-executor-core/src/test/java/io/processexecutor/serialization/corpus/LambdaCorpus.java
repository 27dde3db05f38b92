package io.processexecutor.serialization.corpus;

import java.io.Serializable;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import java.util.function.BiFunction;
import java.util.function.BinaryOperator;
import java.util.function.Function;
import java.util.function.IntBinaryOperator;
import java.util.function.IntFunction;
import java.util.function.IntSupplier;
import java.util.function.IntUnaryOperator;
import java.util.function.LongFunction;
import java.util.function.Predicate;
import java.util.function.Supplier;
import java.util.function.ToDoubleFunction;
import java.util.function.ToIntFunction;
import java.util.function.ToLongFunction;
import java.util.function.UnaryOperator;
import java.util.stream.Collector;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** Lambdas and method references of every kind. Needs nothing but the JDK, so that any compiler may compile it. */
@SuppressWarnings("EqualsIncompatibleType")
public final class LambdaCorpus {

    interface Marker {}

    interface Tagged {
        default String tag() {
            return "tagged";
        }
    }

    interface SerializableFunction<T, R> extends Function<T, R>, Serializable {}

    interface Named<T extends Comparable<T>> {
        T larger(T left, T right);
    }

    interface Narrow extends Comparator<String> {
        @Override
        int compare(String left, String right);
    }

    private LambdaCorpus() {}

    public static List<LambdaCase> cases() {
        List<LambdaCase> all = new ArrayList<>();
        all.addAll(capturing());
        all.addAll(references());
        all.addAll(types());
        all.addAll(lookAlikes());
        all.addAll(ofTheJdk());
        all.addAll(LambdaHosts.cases());
        return all;
    }

    private static List<LambdaCase> capturing() {
        boolean flag = Boolean.parseBoolean("true");
        byte tiny = Byte.parseByte("1");
        short small = Short.parseShort("2");
        char letter = "c".charAt(0);
        int number = Integer.parseInt("4");
        long large = Long.parseLong("5");
        float single = Float.parseFloat("6");
        double real = Double.parseDouble("7");
        String text = "text".trim();
        int[] numbers = {1, 2};
        String[][] grid = {{"a"}, {"b"}};
        Function<Integer, Integer> inner = it -> it + number;
        return List.of(
                LambdaCase.<Supplier<String>>of("capturing nothing", () -> () -> "constant", Supplier::get),
                LambdaCase.<Supplier<String>>of(
                        "capturing every primitive",
                        () -> () -> "" + flag + tiny + small + letter + number + large + single + real,
                        Supplier::get),
                LambdaCase.<Supplier<String>>of("capturing a text", () -> () -> text + "!", Supplier::get),
                LambdaCase.<Supplier<String>>of(
                        "capturing arrays", () -> () -> Arrays.toString(numbers) + grid[1][0], Supplier::get),
                LambdaCase.<Supplier<Integer>>of(
                        "capturing a lambda", () -> () -> inner.apply(inner.apply(1)), Supplier::get),
                LambdaCase.<Supplier<Supplier<String>>>of(
                        "making a lambda when called",
                        () -> () -> () -> text,
                        it -> it.get().get()),
                LambdaCase.<Supplier<String>>of(
                        "nested in a lambda",
                        () -> ((Supplier<Supplier<String>>) () -> () -> text + number).get(),
                        Supplier::get),
                LambdaCase.<Runnable>of("returning nothing", () -> () -> numbers[0] = 1, it -> {
                    it.run();
                    return "ran";
                }),
                LambdaCase.<Callable<Object>>of(
                        "throwing",
                        () -> () -> {
                            throw new java.io.IOException(text);
                        },
                        it -> {
                            try {
                                return it.call();
                            } catch (Exception e) {
                                return e.toString();
                            }
                        }));
    }

    private static List<LambdaCase> references() {
        StringBuilder bound = new StringBuilder("bound");
        return List.of(
                LambdaCase.<Function<String, Integer>>of("static", () -> Integer::parseInt, it -> it.apply("12")),
                LambdaCase.<ToIntFunction<String>>of(
                        "static, unboxed", () -> Integer::parseInt, it -> it.applyAsInt("12")),
                LambdaCase.<Function<String, Object>>of(
                        "private static", () -> LambdaCorpus::hidden, it -> it.apply("x")),
                LambdaCase.<Supplier<String>>of("bound", () -> bound::toString, Supplier::get),
                LambdaCase.<Supplier<Integer>>of("bound to a text", () -> "four"::length, Supplier::get),
                LambdaCase.<Function<String, Integer>>of("unbound", () -> String::length, it -> it.apply("three")),
                LambdaCase.<Function<Integer, Integer>>of(
                        "unboxing reference", () -> Integer::intValue, it -> it.apply(7)),
                LambdaCase.<Function<Integer, Integer>>of(
                        "boxing reference", () -> Integer::valueOf, it -> it.apply(8)),
                LambdaCase.<ToLongFunction<Integer>>of("widening", () -> Integer::intValue, it -> it.applyAsLong(9)),
                LambdaCase.<ToDoubleFunction<Number>>of("number", () -> Number::doubleValue, it -> it.applyAsDouble(3)),
                LambdaCase.<IntFunction<Integer>>of("only boxing", () -> Integer::valueOf, it -> it.apply(3)),
                LambdaCase.<LongFunction<String>>of("overloaded", () -> String::valueOf, it -> it.apply(3)),
                LambdaCase.<BiFunction<String, String, Boolean>>of(
                        "unbound with argument", () -> String::equalsIgnoreCase, it -> it.apply("a", "A")),
                LambdaCase.<Supplier<List<String>>>of("constructor", () -> ArrayList::new, Supplier::get),
                LambdaCase.<Supplier<Object>>of(
                        "constructor of Object",
                        () -> Object::new,
                        it -> it.get().getClass()),
                LambdaCase.<Function<String, Object>>of(
                        "constructor with argument", () -> StringBuilder::new, it -> it.apply("b")),
                LambdaCase.<IntFunction<int[]>>of("array constructor", () -> int[]::new, it -> it.apply(3).length),
                LambdaCase.<IntFunction<String[][]>>of(
                        "array of arrays", () -> String[][]::new, it -> it.apply(4).length),
                LambdaCase.<Function<int[], Object>>of(
                        "array clone", () -> int[]::clone, it -> ((int[]) it.apply(new int[2])).length),
                LambdaCase.<Function<String, List<String>>>of("varargs", () -> Arrays::asList, it -> it.apply("v")),
                LambdaCase.<BinaryOperator<String>>of(
                        "varargs of two", () -> LambdaCorpus::joined, it -> it.apply("a", "b")),
                LambdaCase.<Function<List<String>, Integer>>of(
                        "interface method", () -> List::size, it -> it.apply(List.of("a"))),
                LambdaCase.<Function<List<String>, Integer>>of(
                        "Object's method of an interface", () -> List::hashCode, it -> it.apply(List.of("a"))),
                LambdaCase.<Function<Integer, List<Object>>>of(
                        "static of an interface", () -> List::of, it -> it.apply(5)),
                LambdaCase.<IntBinaryOperator>of("static, primitive", () -> Math::max, it -> it.applyAsInt(3, 4)),
                LambdaCase.<UnaryOperator<String>>of("through an operator", () -> String::trim, it -> it.apply(" t ")),
                LambdaCase.<Function<Object, Object>>of("cast", () -> Integer.class::cast, it -> it.apply(4)));
    }

    private static String hidden(String text) {
        return "hidden " + text;
    }

    private static String joined(String... texts) {
        return String.join("+", texts);
    }

    private static List<LambdaCase> types() {
        String text = "t".trim();
        return List.of(
                LambdaCase.<Runnable>of(
                        "serializable by cast",
                        () -> (Runnable & Serializable) () -> System.setProperty(text, text),
                        it -> it instanceof Serializable),
                LambdaCase.<Function<String, String>>of(
                        "with markers",
                        () -> (Function<String, String> & Marker & Tagged) it -> it + text,
                        it -> it.apply("m") + (it instanceof Marker) + ((Tagged) it).tag()),
                LambdaCase.<Function<String, String>>of(
                        "with markers, serializable",
                        () -> (Function<String, String> & Marker & Serializable) it -> it + text,
                        it -> it.apply("m") + (it instanceof Marker) + (it instanceof Serializable)),
                LambdaCase.<SerializableFunction<String, Integer>>of(
                        "serializable function", () -> it -> it.length() + text.length(), it -> it.apply("ab")),
                LambdaCase.<SerializableFunction<Integer, Integer>>of(
                        "serializable boxing reference", () -> Integer::valueOf, it -> it.apply(3)),
                LambdaCase.<SerializableFunction<String, Object>>of(
                        "serializable constructor", () -> StringBuilder::new, it -> it.apply("s")),
                LambdaCase.<Comparator<String>>of(
                        "with bridges",
                        () -> (Narrow) (left, right) -> left.length() - right.length(),
                        it -> it.compare("a", "bcd")),
                LambdaCase.<Comparator<String>>of(
                        "reference with bridges", () -> (Narrow) String::compareTo, it -> it.compare("a", "b")),
                LambdaCase.<Named<String>>of(
                        "bounded generics",
                        () -> (left, right) -> left.compareTo(right) > 0 ? left : right,
                        it -> it.larger("a", "b")),
                LambdaCase.<Supplier<String>>of("at one functional type", () -> text::toUpperCase, Supplier::get),
                LambdaCase.<Callable<String>>of(
                        "at another functional type", () -> text::toUpperCase, LambdaCorpus::call),
                LambdaCase.<Function<? super Integer, ? extends Number>>of(
                        "wildcards", () -> it -> it + 0.5, it -> it.apply(1)));
    }

    private static Object call(Callable<?> callable) {
        try {
            return callable.call();
        } catch (Exception e) {
            throw new IllegalStateException(e);
        }
    }

    private static <T> Predicate<T> isNull() {
        return java.util.Objects::isNull;
    }

    private static List<LambdaCase> lookAlikes() {
        int one = Integer.parseInt("1");
        int two = Integer.parseInt("2");
        Object anything = "o".trim();
        IntUnaryOperator plus = it -> it + one;
        IntUnaryOperator minus = it -> it - one;
        IntUnaryOperator other = it -> it + two;
        return List.of(
                LambdaCase.of("first of twins", () -> plus, it -> it.applyAsInt(10)),
                LambdaCase.of("second of twins", () -> minus, it -> it.applyAsInt(10)),
                LambdaCase.of("third of twins", () -> other, it -> it.applyAsInt(10)),
                LambdaCase.<IntSupplier>of("same body once", () -> () -> one * 2, IntSupplier::getAsInt),
                LambdaCase.<IntSupplier>of("same body twice", () -> () -> one * 2, IntSupplier::getAsInt),
                LambdaCase.<Function<String, Object>>of(
                        "casting to String", () -> java.util.Objects::toString, it -> it.apply("s") + castOf(it, 1)),
                LambdaCase.<Function<Integer, Object>>of(
                        "casting to Integer", () -> java.util.Objects::toString, it -> it.apply(1) + castOf(it, "s")),
                LambdaCase.<Function<List<?>, Object>>of(
                        "casting to List",
                        () -> java.util.Objects::toString,
                        it -> it.apply(List.of()) + castOf(it, 1)),
                LambdaCase.<Function<Object, Object>>of(
                        "casting to nothing", () -> java.util.Objects::toString, it -> it.apply(1) + castOf(it, "s")),
                LambdaCase.<BiFunction<String, Integer, Boolean>>of(
                        "casting to two",
                        () -> java.util.Objects::equals,
                        it -> it.apply("s", 1) + castOf(it.andThen(e -> e), 1, 1)),
                LambdaCase.<BiFunction<Integer, String, Boolean>>of(
                        "casting to two, swapped",
                        () -> java.util.Objects::equals,
                        it -> it.apply(1, "s") + castOf(it, "s", "s")),
                LambdaCase.<Predicate<String>>of("generic reference", LambdaCorpus::isNull, it -> it.test(null)),
                LambdaCase.<Supplier<Boolean>>of(
                        "capturing an Object", () -> () -> anything.equals("o"), Supplier::get),
                LambdaCase.<Supplier<Object>>of("capturing an Object too", () -> () -> anything + "2", Supplier::get));
    }

    /** The message of a ClassCastException names the classes; what matters is whether there is one. */
    @SuppressWarnings({"unchecked", "rawtypes"})
    private static String castOf(Function lambda, Object argument) {
        try {
            return " takes " + lambda.apply(argument);
        } catch (ClassCastException e) {
            return " refuses " + argument.getClass();
        }
    }

    @SuppressWarnings({"unchecked", "rawtypes"})
    private static String castOf(BiFunction lambda, Object left, Object right) {
        try {
            return " takes " + lambda.apply(left, right);
        } catch (ClassCastException e) {
            return " refuses";
        }
    }

    private static List<LambdaCase> ofTheJdk() {
        Function<String, Integer> length = String::length;
        return List.of(
                LambdaCase.of("andThen", () -> length.andThen(it -> it * 2), it -> it.apply("abc")),
                LambdaCase.<Function<Object, Integer>>of(
                        "compose", () -> length.compose(Object::toString), it -> it.apply(1234)),
                LambdaCase.of("identity", Function::<Object>identity, it -> it.apply("i")),
                LambdaCase.of("negated", () -> ((Predicate<String>) String::isEmpty).negate(), it -> it.test("")),
                LambdaCase.of(
                        "comparing",
                        () -> Comparator.comparing(String::length).thenComparing(Comparator.reverseOrder()),
                        it -> it.compare("bb", "aa")),
                LambdaCase.of(
                        "comparingInt", () -> Comparator.comparingInt(String::length), it -> it.compare("b", "aa")),
                LambdaCase.of(
                        "comparing entries",
                        Map.Entry::<String, Integer>comparingByKey,
                        it -> it.compare(Map.entry("a", 1), Map.entry("b", 0))),
                LambdaCase.of(
                        "of groupingBy",
                        () -> new Object[] {
                                    grouping().supplier(),
                                    grouping().accumulator(),
                                    grouping().combiner(),
                                    grouping().finisher()
                                }
                                [1],
                        LambdaCorpus::accumulated),
                LambdaCase.of(
                        "finisher of joining",
                        () -> Collectors.joining("-", "[", "]").finisher(),
                        it -> it.getClass().getInterfaces()[0]),
                LambdaCase.of(
                        "minBy",
                        () -> BinaryOperator.minBy(Comparator.<String>naturalOrder()),
                        it -> it.apply("b", "a")));
    }

    private static Collector<String, ?, ? extends Map<Integer, List<String>>> grouping() {
        return Collectors.groupingBy(
                String::length,
                TreeMap::new,
                Collectors.mapping(it -> it.toUpperCase(Locale.ROOT), Collectors.toList()));
    }

    @SuppressWarnings("unchecked")
    private static Object accumulated(Object accumulator) {
        Map<Object, Object> groups = new TreeMap<>();
        Stream.of("a", "bb", "c")
                .forEach(it -> ((java.util.function.BiConsumer<Object, Object>) accumulator).accept(groups, it));
        return groups;
    }
}
