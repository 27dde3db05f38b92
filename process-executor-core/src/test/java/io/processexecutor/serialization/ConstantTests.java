package io.processexecutor.serialization;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.processexecutor.TaskSerializationException;
import io.processexecutor.TaskSerializer;
import java.io.File;
import java.io.Serializable;
import java.lang.reflect.Method;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.HashMap;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.jspecify.annotations.NullUnmarked;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Objects that are compared with {@code ==}, for they stand in static final fields, here and in another JVM. */
@NullUnmarked
@Timeout(value = 120, unit = TimeUnit.SECONDS, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class ConstantTests {

    private static final List<String> INITIALIZED = new ArrayList<>();

    static class Level {
        static final Level HIGH = new Level();
        static final Level LOW = new Level();
        static Level latest = new Level();
    }

    static final class Sealed {
        static final Sealed ONLY = new Sealed();
    }

    static class Holder {
        final Sealed sealed = Sealed.ONLY;
        final Sealed[] more = {Sealed.ONLY, new Sealed(), null};
        Object next = this;
    }

    static class Leveled {
        final int rank = 3;
    }

    static class Named extends Leveled {
        static final Named FIRST = new Named("first", 1, Thread.State.NEW);
        final String name;
        final Integer number;
        final Thread.State state;

        Named(String name, Integer number, Thread.State state) {
            this.name = name;
            this.number = number;
            this.state = state;
        }

        @Override
        public String toString() {
            return name + number + state + rank;
        }
    }

    record Point(int x, String name) {
        static final Point ZERO = new Point(0, "zero");
    }

    static class Json {
        public static final Object NULL = new Null();
        static final Runnable ANONYMOUS = new Runnable() {
            @Override
            public void run() {}
        };

        static Object another() {
            return new Null();
        }

        private static final class Null {}
    }

    static class Special extends Level {}

    static class Counter {
        static final Counter INSTANCE = new Counter();
        int count;
        final List<String> names = new ArrayList<>();
    }

    static class Quiet {
        static final Plain ONE = new Plain();

        static {
            INITIALIZED.add("Quiet");
        }

        static class Plain {}
    }

    static class Fragile {
        static final Inner ONE = new Inner("one");

        static {
            if (Boolean.getBoolean("fragile")) {
                throw new IllegalStateException("not in this process");
            }
        }

        static class Inner {
            final String name;

            Inner(String name) {
                this.name = name;
            }
        }
    }

    static class Origin {
        static final Origin HERE = new Origin(ProcessHandle.current().pid());
        final long pid;

        Origin(long pid) {
            this.pid = pid;
        }
    }

    static class Late {
        static final Late MAYBE = Boolean.getBoolean("fragile") ? null : new Late();
    }

    static class Idle {
        static final Runnable NONE = () -> {};
        static final Runnable STOP = Idle::stop;
        static final Runnable ALSO_STOP = Idle::stop;
        static final Supplier<String> CHOSEN = Boolean.getBoolean("fragile") ? () -> "there" : () -> "here";
        static final Supplier<String> INNER = Maker.make();
        static final Runnable SERIALIZABLE = (Runnable & Serializable) () -> {};

        static Runnable another() {
            return () -> {};
        }

        static void stop() {}

        static class Maker {
            static Supplier<String> make() {
                return () -> "made";
            }
        }
    }

    /** As Kotlin compiles {@code sealed class Shape(val tags: List<String>) { object Circle : Shape(listOf("c")) }}. */
    private static final String SHAPE = """
            package shapes;

            import java.io.Serializable;
            import java.util.List;
            import kotlin.Metadata;

            @Metadata
            public abstract class Shape {
                final List<Object> tags;

                Shape(Object tag) {
                    tags = new java.util.ArrayList<>(List.of(tag));
                    if (Boolean.getBoolean("fragile")) {
                        throw new IllegalStateException("not in this process");
                    }
                }

                @Metadata
                static final class Circle extends Shape {
                    public static final Circle INSTANCE = new Circle();

                    private Circle() {
                        super(new Object());
                    }
                }

                @Metadata
                static final class Square extends Shape implements Serializable {
                    public static final Square INSTANCE = new Square();

                    private Square() {
                        super("s");
                    }
                }

                @Metadata
                static final class Open extends Shape {
                    public static final Open INSTANCE = new Open("i");

                    Open(String tag) {
                        super(tag);
                    }
                }

                static final class InJava extends Shape {
                    public static final InJava INSTANCE = new InJava();

                    private InJava() {
                        super("j");
                    }
                }

                public static Object[] sent() {
                    InJava.INSTANCE.tags.add("changed");
                    return new Object[] {Circle.INSTANCE, Square.INSTANCE, Open.INSTANCE, InJava.INSTANCE};
                }

                public static Object told(Object[] all) {
                    return List.of(
                            all[0] == Circle.INSTANCE,
                            all[1] == Square.INSTANCE,
                            all[2] == Open.INSTANCE,
                            ((Shape) all[2]).tags,
                            all[3] == InJava.INSTANCE,
                            ((Shape) all[3]).tags);
                }
            }
            """;

    private static final String METADATA = """
            package kotlin;

            @java.lang.annotation.Retention(java.lang.annotation.RetentionPolicy.RUNTIME)
            public @interface Metadata {}
            """;

    static class Marked {
        private static final Object ABOVE = new Object();
        final Object above = ABOVE;
    }

    static class Connections extends Marked {
        private static final Object PRED = new Object();
        private static final Object LOCK = new Object();
        final Map<String, Object> adjacent = new HashMap<>();
        final List<Map<String, Object>> nested = new ArrayList<>();
        final Successor successor = new Successor();
        final Object none = new Object();

        Connections() {
            adjacent.put("pred", PRED);
            adjacent.put("lock", LOCK);
            adjacent.put("again", PRED);
            adjacent.put("none", none);
            nested.add(adjacent);
            nested.add(new HashMap<>(Map.of("lock", LOCK)));
        }

        static Supplier<String> capturing() {
            Object pred = PRED;
            return (Supplier<String> & Serializable) () -> String.valueOf(pred == PRED);
        }

        static class Successor {
            final Object value = PRED;
        }
    }

    /** Tells where it arrives which of what it captured is the constant of that JVM. */
    static Supplier<Object> comparing() {
        Runnable none = Idle.NONE;
        Runnable another = Idle.another();
        Runnable alsoStop = Idle.ALSO_STOP;
        Supplier<String> chosen = Idle.CHOSEN;
        Supplier<String> inner = Idle.INNER;
        Runnable serializable = Idle.SERIALIZABLE;
        return (Supplier<Object> & Serializable) () -> List.of(
                none == Idle.NONE,
                another == Idle.NONE,
                alsoStop == Idle.ALSO_STOP,
                alsoStop == Idle.STOP,
                chosen == Idle.CHOSEN,
                chosen.get(),
                inner == Idle.INNER,
                serializable == Idle.SERIALIZABLE);
    }

    static Object sentTo(String where) {
        return switch (where) {
            case "levels" -> new Object[] {Level.HIGH, Level.LOW, Level.HIGH, Level.latest, new Level()};
            case "final" -> new Holder();
            case "named" -> new Object[] {Named.FIRST, new Named("first", 1, Thread.State.NEW)};
            case "record" -> new Object[] {Point.ZERO, new Point(0, "zero"), new Point(1, "one")};
            case "enclosed" -> new Object[] {Json.NULL, Json.ANONYMOUS, Json.another()};
            case "subclass" -> new Object[] {new Special(), Level.HIGH};
            case "mutable" -> {
                Counter.INSTANCE.count = 7;
                Counter.INSTANCE.names.clear();
                Counter.INSTANCE.names.add("seven");
                yield new Object[] {Counter.INSTANCE, Counter.INSTANCE};
            }
            case "key" -> new IdentityHashMap<>(Map.of(Level.HIGH, "high", Sealed.ONLY, "only"));
            case "fragile" -> Fragile.ONE;
            case "late" -> Late.MAYBE;
            case "lambda" -> comparing();
            case "sentinel" -> new Object[] {new Connections(), Connections.PRED};
            case "shapes" -> shape("sent");
            case "capturing" -> Connections.capturing();
            case "origin" -> new Object[] {Origin.HERE, Origin.HERE};
            default -> Level.HIGH;
        };
    }

    /** What is to be told of it where it arrived. */
    static Object told(String what, Object arrived) {
        Object[] all = arrived instanceof Object[] array ? array : new Object[] {arrived};
        return switch (what) {
            case "levels" ->
                List.of(
                        all[0] == Level.HIGH,
                        all[1] == Level.LOW,
                        all[2] == all[0],
                        all[3] == Level.latest,
                        all[4] == Level.HIGH || all[4] == Level.LOW,
                        all[4].getClass() == Level.class);
            case "final" -> {
                Holder holder = (Holder) arrived;
                yield List.of(
                        holder.sealed == Sealed.ONLY,
                        holder.more[0] == Sealed.ONLY,
                        holder.more[1] == Sealed.ONLY,
                        holder.next == holder,
                        holder.more[2] == null);
            }
            case "named" -> List.of(all[0] == Named.FIRST, all[1] == Named.FIRST, all[1].toString());
            case "record" -> List.of(all[0] == Point.ZERO, all[1] == Point.ZERO, all[1], all[2]);
            case "enclosed" -> List.of(all[0] == Json.NULL, all[1] == Json.ANONYMOUS, all[2] == Json.NULL);
            case "subclass" -> List.of(all[0].getClass() == Special.class, all[0] == Level.HIGH, all[1] == Level.HIGH);
            case "mutable" -> {
                Counter counter = (Counter) all[0];
                yield List.of(counter == Counter.INSTANCE, all[1] == counter, counter.count, counter.names);
            }
            case "key" ->
                List.of(
                        String.valueOf(((Map<?, ?>) arrived).get(Level.HIGH)),
                        String.valueOf(((Map<?, ?>) arrived).get(Sealed.ONLY)));
            case "fragile" -> ((Fragile.Inner) arrived).name;
            case "late" -> arrived == Late.MAYBE;
            case "lambda", "capturing" -> ((Supplier<?>) arrived).get();
            case "shapes" -> shape("told", arrived);
            case "sentinel" -> {
                Connections graph = (Connections) all[0];
                yield List.of(
                        graph.adjacent.get("pred") == Connections.PRED,
                        graph.adjacent.get("lock") == Connections.LOCK,
                        graph.adjacent.get("again") == Connections.PRED,
                        graph.nested.get(1).get("lock") == Connections.LOCK,
                        graph.successor.value == Connections.PRED,
                        graph.above == Marked.ABOVE,
                        graph.adjacent.get("none") == graph.none,
                        graph.none == Connections.PRED || graph.none == Connections.LOCK,
                        all[1] == Connections.PRED);
            }
            case "origin" -> List.of(all[0] == all[1], ((Origin) all[0]).pid);
            default -> arrived == Level.HIGH;
        };
    }

    @ParameterizedTest
    @ValueSource(strings = {"kryo", "closure"})
    void whatIsComparedByIdentityIsTheConstantOfTheOtherJvm(String serializer) throws Exception {
        assertThat(answers(
                        serializer,
                        List.of(),
                        "root",
                        "levels",
                        "final",
                        "named",
                        "record",
                        "enclosed",
                        "subclass",
                        "key"))
                .containsExactly(
                        "root true",
                        "levels [true, true, true, false, false, true]",
                        "final [true, true, false, true, true]",
                        "named [true, false, first1NEW3]",
                        "record [true, false, Point[x=0, name=zero], Point[x=1, name=one]]",
                        "enclosed [true, true, false]",
                        "subclass [true, false, true]",
                        "key [high, only]");
    }

    @ParameterizedTest
    @ValueSource(strings = {"kryo", "closure"})
    void whatIsComparedByIdentityIsTheConstantWithoutDeepAccess(String serializer) throws Exception {
        List<String> options = List.of("-Dprocess-executor.closures.deep-reflection=false");
        assertThat(answers(serializer, options, "root", "levels", "named", "record", "enclosed"))
                .containsExactly(
                        "root true",
                        "levels [true, true, true, false, false, true]",
                        "named [true, false, first1NEW3]",
                        "record [true, false, Point[x=0, name=zero], Point[x=1, name=one]]",
                        "enclosed [true, true, false]");
    }

    @ParameterizedTest
    @ValueSource(strings = {"kryo", "closure"})
    void anObjectThatIsNothingElseIsTheConstantOfTheClassThatLeadsToIt(String serializer) throws Exception {
        assertThat(answers(serializer, List.of(), "sentinel", "capturing"))
                .containsExactly("sentinel [true, true, true, true, true, true, true, false, true]", "capturing true");
    }

    @ParameterizedTest
    @ValueSource(strings = {"kryo", "closure"})
    void aLambdaThatCapturesNothingIsTheConstantOfTheOtherJvm(String serializer) throws Exception {
        assertThat(answers(serializer, List.of(), "lambda"))
                .containsExactly("lambda [true, false, true, false, true, here, true, false]");
    }

    @ParameterizedTest
    @ValueSource(strings = {"kryo", "closure"})
    void aLambdaThatCanBeToldFromTheOthersIsTheConstantWithoutDeepAccess(String serializer) throws Exception {
        assertThat(answers(serializer, List.of("-Dprocess-executor.closures.deep-reflection=false"), "lambda"))
                .containsExactly("lambda [false, false, false, false, false, here, true, false]");
    }

    @ParameterizedTest
    @ValueSource(strings = {"kryo", "closure"})
    void aLambdaIsNotTakenForTheConstantThatIsAnotherOneThere(String serializer) throws Exception {
        assertThat(answers(serializer, List.of("-Dfragile=true"), "lambda"))
                .containsExactly("lambda [true, false, true, false, false, here, true, false]");
    }

    @ParameterizedTest
    @ValueSource(strings = {"kryo", "closure"})
    void aConstantComesBackAsItself(String serializer) throws Exception {
        OtherJvm other = OtherJvm.run(List.of(), Other.class, serializer, "makes", "root");
        assertThat(other.err()).isEmpty();
        assertThat(TaskSerializers.named(serializer)
                        .fromBytes(Base64.getDecoder().decode(other.out().trim())))
                .isSameAs(Level.HIGH);
    }

    @ParameterizedTest
    @ValueSource(strings = {"kryo", "closure"})
    void theStateOfASingletonThatChangesTravels(String serializer) throws Exception {
        assertThat(answers(serializer, List.of(), "mutable")).containsExactly("mutable [false, true, 7, [seven]]");
    }

    @ParameterizedTest
    @ValueSource(strings = {"kryo", "closure"})
    void anObjectOfKotlinIsThatOfTheOtherJvmWhateverItInherits(String serializer, @TempDir Path folder)
            throws Exception {
        assertThat(shapes(serializer, List.of(), folder))
                .isEqualTo("shapes [true, true, false, [i], false, [j, changed]]");
    }

    @ParameterizedTest
    @ValueSource(strings = {"kryo", "closure"})
    void anObjectOfKotlinThatCannotBeMadeThereIsNamed(String serializer, @TempDir Path folder) throws Exception {
        assertThat(shapes(serializer, List.of("-Dfragile=true"), folder))
                .contains("shapes.Shape$Circle could not be read: a static initializer failed: ")
                .contains("not in this process");
    }

    /** Has one JVM encode and another decode objects of classes that are not on the class path of this one. */
    private static String shapes(String serializer, List<String> options, Path folder) throws Exception {
        Path metadata = folder.resolve("Metadata.java");
        Path shape = folder.resolve("Shape.java");
        Files.writeString(metadata, METADATA);
        Files.writeString(shape, SHAPE);
        Compiled.of(Compiled.javac(), 17, folder, List.of(metadata, shape));
        String classPath = System.getProperty("java.class.path") + File.pathSeparator + folder;
        String main = Other.class.getName();
        OtherJvm one = OtherJvm.run(List.of(), classPath, main, serializer, "makes", "shapes");
        assertThat(one.err()).isEmpty();
        OtherJvm other = OtherJvm.run(
                options,
                classPath,
                main,
                serializer,
                "tells",
                "shapes",
                one.out().trim());
        assertThat(other.err()).isEmpty();
        return other.out().trim();
    }

    private static Object shape(String method, Object... arguments) {
        try {
            for (Method each : Class.forName("shapes.Shape").getMethods()) {
                if (each.getName().equals(method)) {
                    return each.invoke(null, arguments);
                }
            }
            throw new IllegalStateException(method);
        } catch (ReflectiveOperationException e) {
            throw new IllegalStateException(e);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"kryo", "closure"})
    void aConstantThatHoldsSomethingElseThereIsCopied(String serializer) throws Exception {
        assertThat(answers(serializer, List.of(), "origin")).containsExactly("origin [true, " + Origin.HERE.pid + "]");
    }

    @ParameterizedTest
    @ValueSource(strings = {"kryo", "closure"})
    void nothingIsInitializedToLookForConstants(String serializer) {
        TaskSerializer its = TaskSerializers.named(serializer);
        assertThat(its.fromBytes(its.toBytes(new Quiet.Plain()))).isInstanceOf(Quiet.Plain.class);
        assertThat(INITIALIZED).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"kryo", "closure"})
    void aConstantOfAClassThatCannotBeInitializedThereIsCopied(String serializer) throws Exception {
        assertThat(answers(serializer, List.of("-Dfragile=true"), "fragile")).containsExactly("fragile one");
    }

    @ParameterizedTest
    @ValueSource(strings = {"kryo", "closure"})
    void aConstantThatIsNotThereIsNamed(String serializer) throws Exception {
        assertThat(answers(serializer, List.of("-Dfragile=true"), "late"))
                .singleElement()
                .asString()
                .startsWith("late Cannot decode the task: " + Late.class.getTypeName() + " could not be read: ")
                .contains("the constant " + Late.class.getName() + ".MAYBE holds no " + Late.class.getName());
    }

    @ParameterizedTest
    @ValueSource(strings = {"kryo", "closure"})
    void aConstantThatTheClassDoesNotHaveIsRefused(String serializer) {
        TaskSerializer its = TaskSerializers.named(serializer);
        byte[] bytes = its.toBytes(Level.HIGH);
        byte[] name = "HIG".getBytes(StandardCharsets.US_ASCII);
        int at = 0;
        while (!Arrays.equals(bytes, at, at + name.length, name, 0, name.length)) {
            at++;
        }
        bytes[at] = 'B';
        assertThatExceptionOfType(TaskSerializationException.class)
                .isThrownBy(() -> its.fromBytes(bytes))
                .withMessageContaining(Level.class.getName() + " has no constant BIGH here");
    }

    /** Has another JVM decode what was encoded here. */
    private static List<String> answers(String serializer, List<String> options, String... names) throws Exception {
        TaskSerializer its = TaskSerializers.named(serializer);
        List<String> arguments = new ArrayList<>(List.of(serializer, "tells"));
        for (String name : names) {
            arguments.add(name);
            arguments.add(Base64.getEncoder().encodeToString(its.toBytes(sentTo(name))));
        }
        OtherJvm other = OtherJvm.run(options, Other.class, arguments.toArray(new String[0]));
        assertThat(other.err()).isEmpty();
        return other.out().lines().toList();
    }

    static final class Other {
        public static void main(String[] arguments) {
            TaskSerializer its = TaskSerializers.named(arguments[0]);
            if (arguments[1].equals("makes")) {
                System.out.println(Base64.getEncoder().encodeToString(its.toBytes(sentTo(arguments[2]))));
                return;
            }
            for (int i = 2; i < arguments.length; i += 2) {
                byte[] bytes = Base64.getDecoder().decode(arguments[i + 1]);
                Object told;
                try {
                    told = told(arguments[i], its.fromBytes(bytes));
                } catch (TaskSerializationException e) {
                    told = e.getMessage();
                }
                System.out.println(arguments[i] + " " + told);
            }
        }
    }
}
