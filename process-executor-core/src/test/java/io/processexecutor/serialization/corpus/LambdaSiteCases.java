package io.processexecutor.serialization.corpus;

/** The lambdas that are also tried without an engine. */
final class LambdaSiteCases extends Cases {

    LambdaSiteCases() {
        super("S");
        LambdaCorpus.cases().forEach(each -> arrives(each.name(), each.made(), each.probe()));
    }
}
