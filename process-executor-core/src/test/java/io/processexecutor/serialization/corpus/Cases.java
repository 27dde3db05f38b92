package io.processexecutor.serialization.corpus;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import java.util.function.Supplier;

/** Collects the cases of one subject. */
abstract class Cases {

    private static final List<Case> ALL = List.copyOf(collected());

    private final String letter;
    private final List<Case> cases = new ArrayList<>();

    Cases(String letter) {
        this.letter = letter;
    }

    final List<Case> all() {
        return cases;
    }

    @SuppressWarnings("unchecked")
    final <T> void travels(String what, Supplier<? extends T> make, Function<? super T, ?> probe) {
        add(what, false, make::get, object -> probe.apply((T) object));
    }

    /** For a probe that says itself what it expects. */
    @SuppressWarnings("unchecked")
    final <T> void arrives(String what, Supplier<?> make, Function<T, ?> probe) {
        add(what, false, make::get, object -> probe.apply((T) object));
    }

    /** What has a value to compare by, such as {@code toString} of a JDK class. */
    final void travels(String what, Supplier<?> make) {
        add(what, false, make::get, object -> object.getClass().getName() + " " + object);
    }

    final void refused(String what, Supplier<?> make) {
        add(what, true, make::get, object -> "arrived as " + object.getClass().getName());
    }

    private void add(String what, boolean refused, Supplier<Object> make, Function<Object, Object> probe) {
        cases.add(new Case(String.format("%s%03d %s", letter, cases.size() + 1, what), refused, make, probe));
    }

    static List<Case> everyOne() {
        return ALL;
    }

    private static List<Case> collected() {
        List<Case> all = new ArrayList<>();
        for (Cases each : List.of(
                new LambdaCases(),
                new LambdaSiteCases(),
                new ClassCases(),
                new HookCases(),
                new CollectionCases(),
                new JdkCases(),
                new GraphCases(),
                new RefusedCases())) {
            all.addAll(each.all());
        }
        return all;
    }
}
