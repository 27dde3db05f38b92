package io.processexecutor.sample.demo;

import io.processexecutor.NonSerializableTask;
import io.processexecutor.ProcessTask;
import java.io.Serial;
import java.util.List;
import java.util.function.DoubleUnaryOperator;

/** A task whose state is a list of closures, which the default serializer would refuse but for the mark. */
@NonSerializableTask
final class Discount implements ProcessTask<Double> {

    @Serial
    private static final long serialVersionUID = 1L;

    @SuppressWarnings("serial") // that is the point
    private final List<DoubleUnaryOperator> rules;

    private final double price;

    Discount(double price, List<DoubleUnaryOperator> rules) {
        this.price = price;
        this.rules = rules;
    }

    @Override
    public Double call() {
        double result = price;
        for (DoubleUnaryOperator rule : rules) {
            result = rule.applyAsDouble(result);
        }
        return result;
    }
}
