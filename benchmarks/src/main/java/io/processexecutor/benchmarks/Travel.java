package io.processexecutor.benchmarks;

import org.openjdk.jmh.runner.RunnerException;
import org.openjdk.jmh.runner.options.Options;
import org.openjdk.jmh.runner.options.OptionsBuilder;

/** A graph that travels. */
record Travel(String method, Graph graph, Codec codec, int threads) implements Measurement {

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
    public double micros(Options how) throws RunnerException {
        return Measurement.least(new OptionsBuilder()
                .parent(how)
                .include(Measurement.named(TravelBenchmark.class, method))
                .param("graph", graph.name())
                .param("codec", codec.name())
                .threads(threads));
    }

    @Override
    public String toString() {
        return method + " " + graph + " " + codec + (threads == 1 ? "" : " on " + threads + " threads");
    }
}
