package io.processexecutor.serialization.corpus;

import io.processexecutor.serialization.corpus.far.Parent;
import java.io.Serializable;
import java.util.List;
import java.util.Objects;
import java.util.function.Function;
import java.util.function.IntSupplier;
import java.util.function.Supplier;
import java.util.function.UnaryOperator;

/** Lambdas that use what surrounds them: fields, supertypes, enums, records, interfaces, inner classes. */
@SuppressWarnings({"UnnecessaryLambda", "ImmutableEnumChecker"})
final class LambdaHosts {

    private LambdaHosts() {}

    static List<LambdaCase> cases() {
        return List.of(
                LambdaCase.of("using this", () -> new Job(3).doubled(), IntSupplier::getAsInt),
                LambdaCase.of("using this and a local", () -> new Job(3).times(5), IntSupplier::getAsInt),
                LambdaCase.of("private method of this", () -> new Job(3).reference(), IntSupplier::getAsInt),
                LambdaCase.of("method of another's private", () -> new Job(3).unbound(), it -> it.apply(new Job(9))),
                LambdaCase.of("nested, using this", () -> new Job(4).nested().get(), IntSupplier::getAsInt),
                LambdaCase.of("super method", () -> new Child().ofSuper(), it -> it.apply("n")),
                LambdaCase.of("own method that overrides", () -> new Child().ofThis(), it -> it.apply("n")),
                LambdaCase.of("super within a lambda", () -> new Child().superInLambda(), it -> it.apply("n")),
                LambdaCase.of("protected inherited", () -> new Child().inherited(), it -> it.apply("n")),
                LambdaCase.of("protected static inherited", Child::inheritedStatic, it -> it.apply("n")),
                LambdaCase.<Function<Object, String>>of(
                        "static through a subclass", () -> Child::shared, it -> it.apply(1)),
                LambdaCase.<Function<Object, String>>of(
                        "static through its class", () -> Parent::shared, it -> it.apply(1)),
                LambdaCase.of("super of an interface", () -> new Polite().ofInterface(), Supplier::get),
                LambdaCase.of("in an enum", Colour.RED::shout, Supplier::get),
                LambdaCase.of("in a constant's body", Colour.GREEN::shout, Supplier::get),
                LambdaCase.of("in an enum's constructor", () -> Colour.RED.made, it -> it.apply("x")),
                LambdaCase.of("in a record", () -> new Pair<>("l", 2).both(), Supplier::get),
                LambdaCase.<Function<String, Pair<String, String>>>of(
                        "record constructor", () -> it -> new Pair<>(it, it), it -> it.apply("r")),
                LambdaCase.<Function<Pair<String, ?>, String>>of(
                        "record accessor", () -> Pair::left, it -> it.apply(new Pair<>("l", 1))),
                LambdaCase.of("in an interface's default", () -> new Polite().greeter(), it -> it.apply("d")),
                LambdaCase.of("in an interface's static", Greeter::loud, it -> it.apply("s")),
                LambdaCase.of("private in an interface", () -> new Polite().quiet(), it -> it.apply("P")),
                LambdaCase.of("in an interface's field", () -> Greeter.CONSTANT, it -> it.apply("f")),
                LambdaCase.of(
                        "in an anonymous class", () -> new Job(6).anonymous().get(), IntSupplier::getAsInt),
                LambdaCase.of("in a local class", () -> local("loc").get(), Supplier::get),
                LambdaCase.of("in an inner class", () -> new Job(5).new Inner().outer(), IntSupplier::getAsInt),
                LambdaCase.of("in a constructor", () -> new Job(2).early, IntSupplier::getAsInt),
                LambdaCase.of("in a static initializer", () -> Job.FIRST, it -> it.apply("s")),
                LambdaCase.of("in a generic class", () -> new Box<>(List.of(1)).opened(), Supplier::get),
                LambdaCase.of("generic method reference", () -> new Box<>("g").<Integer>mapper(), it -> it.apply(7)),
                LambdaCase.of(
                        "constructor of an inner class",
                        () -> new Job(8).innerMaker(),
                        it -> it.get().outer().getAsInt()));
    }

    private static Supplier<Supplier<String>> local(String text) {
        class Local implements Serializable {
            private static final long serialVersionUID = 1L;

            Supplier<Supplier<String>> maker() {
                return () -> () -> text + "al";
            }
        }
        return new Local().maker();
    }

    static final class Job implements Serializable {
        private static final long serialVersionUID = 1L;
        static final UnaryOperator<String> FIRST = it -> it + "tatic";

        private final int x;
        final transient IntSupplier early;

        Job(int x) {
            this.x = x;
            this.early = () -> x + 100;
        }

        IntSupplier doubled() {
            return () -> this.x * 2;
        }

        IntSupplier times(int factor) {
            return () -> x * factor;
        }

        private int secret() {
            return x + 1;
        }

        IntSupplier reference() {
            return this::secret;
        }

        Function<Job, Integer> unbound() {
            return Job::secret;
        }

        Supplier<IntSupplier> nested() {
            return () -> () -> x * x;
        }

        Supplier<IntSupplier> anonymous() {
            return new SerializableSupplier() {
                private static final long serialVersionUID = 1L;

                @Override
                public IntSupplier get() {
                    return () -> x + 1000;
                }
            };
        }

        Supplier<Inner> innerMaker() {
            return Inner::new;
        }

        final class Inner implements Serializable {
            private static final long serialVersionUID = 1L;

            IntSupplier outer() {
                return () -> x + 7;
            }
        }
    }

    interface SerializableSupplier extends Supplier<IntSupplier>, Serializable {}

    static class Child extends Parent {
        private static final long serialVersionUID = 1L;

        @Override
        protected String greet(String name) {
            return "child greets " + name;
        }

        UnaryOperator<String> ofSuper() {
            return super::greet;
        }

        UnaryOperator<String> ofThis() {
            return this::greet;
        }

        UnaryOperator<String> superInLambda() {
            return it -> super.greet(it) + this.greet(it);
        }

        UnaryOperator<String> inherited() {
            return this::guarded;
        }

        static UnaryOperator<String> inheritedStatic() {
            return Parent::guardedStatic;
        }
    }

    interface Greeter {
        UnaryOperator<String> CONSTANT = it -> "constant " + it;

        String name();

        default UnaryOperator<String> greeter() {
            return it -> name() + " greets " + it;
        }

        private String lower(String text) {
            return name() + text.toLowerCase(java.util.Locale.ROOT);
        }

        default UnaryOperator<String> quiet() {
            return this::lower;
        }

        static UnaryOperator<String> loud() {
            return it -> it + "!";
        }

        default String bow() {
            return "bows";
        }
    }

    static final class Polite implements Greeter, Serializable {
        private static final long serialVersionUID = 1L;

        @Override
        public String name() {
            return "polite";
        }

        @Override
        public String bow() {
            return "bows twice";
        }

        Supplier<String> ofInterface() {
            return Greeter.super::bow;
        }
    }

    enum Colour {
        RED,
        GREEN {
            @Override
            Supplier<String> shout() {
                return () -> "green " + this;
            }
        };

        final UnaryOperator<String> made = it -> it + this.name();

        Supplier<String> shout() {
            return () -> name() + "!";
        }
    }

    record Pair<L, R>(L left, R right) implements Serializable {
        Supplier<String> both() {
            return () -> left + "" + right;
        }
    }

    static final class Box<T> implements Serializable {
        private static final long serialVersionUID = 1L;

        @SuppressWarnings("serial")
        private final T content;

        Box(T content) {
            this.content = content;
        }

        Supplier<T> opened() {
            return () -> Objects.requireNonNull(content);
        }

        <R> Function<R, Pair<T, R>> mapper() {
            return it -> new Pair<>(content, it);
        }
    }
}
