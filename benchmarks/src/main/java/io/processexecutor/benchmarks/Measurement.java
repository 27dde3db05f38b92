package io.processexecutor.benchmarks;

import org.openjdk.jmh.runner.Runner;
import org.openjdk.jmh.runner.RunnerException;
import org.openjdk.jmh.runner.options.Options;
import org.openjdk.jmh.runner.options.OptionsBuilder;

/** One figure that JMH finds out. */
record Measurement(String method, Graph graph, Codec codec, int threads) {

    static Measurement encode(Graph graph, Codec codec) {
        return new Measurement("encode", graph, codec, 1);
    }

    static Measurement decode(Graph graph, Codec codec) {
        return new Measurement("decode", graph, codec, 1);
    }

    static Measurement roundTrip(Graph graph, Codec codec) {
        return new Measurement("roundTrip", graph, codec, 1);
    }

    static Measurement afterLargeGraph(Measurement small) {
        return new Measurement(small.method + "AfterLargeGraph", small.graph, small.codec, small.threads);
    }

    Measurement onThreads(int number) {
        return new Measurement(method, graph, codec, number);
    }

    /** Microseconds for one operation of each thread, in the least disturbed iteration. */
    double micros(Options how) throws RunnerException {
        return new Runner(new OptionsBuilder()
                        .parent(how)
                        .include("^" + TravelBenchmark.class.getName().replace(".", "\\.") + "\\." + method + "$")
                        .param("graph", graph.name())
                        .param("codec", codec.name())
                        .threads(threads)
                        .shouldFailOnError(true)
                        .build())
                .runSingle()
                .getPrimaryResult()
                .getStatistics()
                .getMin();
    }

    @Override
    public String toString() {
        return method + " " + graph + " " + codec + (threads == 1 ? "" : " on " + threads + " threads");
    }
}
