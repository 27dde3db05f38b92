package io.processexecutor.benchmarks.serializers;

import static io.processexecutor.benchmarks.serializers.Codec.CLOSURE;
import static io.processexecutor.benchmarks.serializers.Codec.JAVA;
import static io.processexecutor.benchmarks.serializers.Codec.JDK_STREAM;
import static io.processexecutor.benchmarks.serializers.Codec.KRYO;
import static io.processexecutor.benchmarks.serializers.Codec.PLAIN_KRYO;
import static io.processexecutor.benchmarks.serializers.Codec.PLAIN_KRYO_65536;
import static io.processexecutor.benchmarks.serializers.Travel.afterLargeGraph;
import static io.processexecutor.benchmarks.serializers.Travel.decode;
import static io.processexecutor.benchmarks.serializers.Travel.encode;
import static io.processexecutor.benchmarks.serializers.Travel.roundTrip;
import static io.processexecutor.benchmarks.table.Line.micros;
import static io.processexecutor.benchmarks.table.Line.ratio;

import io.processexecutor.benchmarks.table.Line;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;

/** What is promised of the serializers, next to plain Kryo and the JDK stream. */
public final class SerializerLines {

    private static final double MARK = 1.05;
    /** This project's own limit, where nobody else has set one. */
    private static final double OWN = 1.25;

    private static final double FASTER_THAN_THE_JDK = 0.4;

    private SerializerLines() {}

    /**
     * All of them.
     *
     * @return in the order of the table
     */
    public static List<Line> all() {
        List<Line> lines = new ArrayList<>();
        lines.addAll(numbersAndStrings());
        lines.addAll(data());
        lines.addAll(modes());
        lines.addAll(lambdas());
        lines.addAll(depth());
        lines.addAll(threads());
        return lines;
    }

    private static Collection<Line> numbersAndStrings() {
        return List.of(
                packed("1,000,000 Integer", Graph.INTEGERS),
                packed("1,000,000 Long", Graph.LONGS),
                packed("1,000,000 Double", Graph.DOUBLES),
                packed("1,000,000 String", Graph.STRINGS));
    }

    private static Collection<Line> data() {
        return List.of(
                ratio("10,000 beans", roundTrip(Graph.BEANS, KRYO), roundTrip(Graph.BEANS, PLAIN_KRYO_65536), 0.9),
                ratio("HashMap of 10,000", roundTrip(Graph.MAP, KRYO), roundTrip(Graph.MAP, PLAIN_KRYO_65536), 0.9),
                ratio(
                        "10,000 beans with hooks / JDK stream",
                        roundTrip(Graph.HOOKED_BEANS, KRYO),
                        roundTrip(Graph.HOOKED_BEANS, JDK_STREAM),
                        FASTER_THAN_THE_JDK));
    }

    private static Collection<Line> modes() {
        return List.of(
                ratio(
                        "closure / kryo, 10,000 beans",
                        roundTrip(Graph.TASK, CLOSURE),
                        roundTrip(Graph.TASK, KRYO),
                        MARK),
                ratio(
                        "closure / kryo, 1,000,000 Integer",
                        roundTrip(Graph.LARGE_TASK, CLOSURE),
                        roundTrip(Graph.LARGE_TASK, KRYO),
                        MARK),
                ratio(
                        "closure / kryo, a lambda",
                        roundTrip(Graph.LAMBDA, CLOSURE),
                        roundTrip(Graph.LAMBDA, KRYO),
                        MARK),
                ratio(
                        "wrapped / kryo, holder beside 10,000 beans",
                        roundTrip(Graph.TASK_WITH_WRAPPED_HOLDER, KRYO),
                        roundTrip(Graph.TASK, KRYO),
                        MARK),
                ratio(
                        "wrapped / kryo, holder beside 1,000,000 Integer",
                        roundTrip(Graph.LARGE_TASK_WITH_WRAPPED_HOLDER, KRYO),
                        roundTrip(Graph.LARGE_TASK, KRYO),
                        MARK),
                ratio(
                        "wrapped / kryo, 10,000 beans",
                        roundTrip(Graph.WRAPPED_BEANS, KRYO),
                        roundTrip(Graph.BEANS, KRYO),
                        MARK),
                ratio(
                        "wrapped / closure, list of 10,000 lambda holders",
                        roundTrip(Graph.WRAPPED_HOLDERS, KRYO),
                        roundTrip(Graph.HOLDERS, CLOSURE),
                        MARK),
                ratio(
                        "wrapped / closure, each of 10,000 lambda holders",
                        roundTrip(Graph.HOLDERS_WRAPPED_EACH, KRYO),
                        roundTrip(Graph.HOLDERS, CLOSURE),
                        OWN),
                ratio(
                        "wrapped in java mode / kryo, 10,000 beans",
                        roundTrip(Graph.WRAPPED_BEANS, JAVA),
                        roundTrip(Graph.BEANS, KRYO),
                        MARK),
                ratio(
                        "wrapped in java mode / kryo, 1,000,000 Integer",
                        roundTrip(Graph.WRAPPED_INTEGERS, JAVA),
                        roundTrip(Graph.INTEGERS, KRYO),
                        OWN));
    }

    private static Collection<Line> lambdas() {
        Travel encode = encode(Graph.LAMBDA, KRYO);
        Travel decode = decode(Graph.LAMBDA, KRYO);
        return List.of(
                micros("encode a lambda with 3 captures", encode, 1),
                micros("decode a lambda with 3 captures", decode, 1),
                micros("encode 100 right after 100,000 objects, each", afterLargeGraph(encode), 2),
                micros("decode 100 right after 100,000 objects, each", afterLargeGraph(decode), 2));
    }

    private static Collection<Line> depth() {
        return List.of(
                micros("encode 50,000 nodes deep", encode(Graph.DEEP, KRYO), 25_000),
                micros("decode 50,000 nodes deep", decode(Graph.DEEP, KRYO), 25_000),
                micros("encode 50,000 deep, hooks with a lock", encode(Graph.DEEP_HOOKED, KRYO), 25_000),
                micros("decode 50,000 deep, hooks with a lock", decode(Graph.DEEP_HOOKED, KRYO), 25_000));
    }

    /**
     * As much for each of two threads as for one alone, and as for two that have a Kryo each: callers share no lock. The
     * limit of 1.5 is this project's own, and needs two idle processors.
     */
    private static Collection<Line> threads() {
        Travel lambda = encode(Graph.LAMBDA, KRYO);
        Travel beans = encode(Graph.BEANS, KRYO);
        return List.of(
                ratio("2 threads / 1, encode a lambda", lambda.onThreads(2), lambda, 1.5),
                ratio("2 threads / 1, encode 10,000 beans", beans.onThreads(2), beans, 1.5),
                ratio(
                        "2 threads, encode 10,000 beans",
                        beans.onThreads(2),
                        encode(Graph.BEANS, PLAIN_KRYO_65536).onThreads(2),
                        0.9));
    }

    private static Line packed(String name, Graph graph) {
        return ratio(name, roundTrip(graph, KRYO), roundTrip(graph, PLAIN_KRYO), 0.7)
                .onG1(0.9);
    }
}
