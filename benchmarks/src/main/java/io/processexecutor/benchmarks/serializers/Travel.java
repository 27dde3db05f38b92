package io.processexecutor.benchmarks.serializers;

import io.processexecutor.benchmarks.table.Benchmarked;
import io.processexecutor.benchmarks.table.Effort;
import io.processexecutor.benchmarks.table.Measurement;
import org.openjdk.jmh.runner.RunnerException;

/**
 * A graph that travels.
 *
 * @param method which part of the way
 * @param graph what travels
 * @param codec how
 * @param threads how many do it at once
 */
public record Travel(String method, Graph graph, Codec codec, int threads) implements Measurement {

    static Travel encode(Graph graph, Codec codec) {
        return new Travel("encode", graph, codec, 1);
    }

    static Travel decode(Graph graph, Codec codec) {
        return new Travel("decode", graph, codec, 1);
    }

    static Travel roundTrip(Graph graph, Codec codec) {
        return new Travel("roundTrip", graph, codec, 1);
    }

    static Travel afterLargeGraph(Travel small) {
        return new Travel(small.method + "AfterLargeGraph", small.graph, small.codec, small.threads);
    }

    Travel onThreads(int number) {
        return new Travel(method, graph, codec, number);
    }

    @Override
    public double take(Effort effort) throws RunnerException {
        return Benchmarked.of(TravelBenchmark.class, method)
                .with("graph", graph)
                .with("codec", codec)
                .onThreads(threads)
                .take(effort);
    }
}
