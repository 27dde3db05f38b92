package io.processexecutor.serialization.policy;

import io.processexecutor.SerializationOptions;

/**
 * What all the serializers of an executor go by. Immutable and thread-safe.
 *
 * @param allowed which classes may travel
 * @param limits how much may travel
 * @param replacers what goes as a reference
 */
public record Policy(AllowList allowed, Limits limits, Replacers replacers) {

    /**
     * Takes it from options.
     *
     * @param options the options
     * @return the policy
     */
    public static Policy of(SerializationOptions options) {
        return new Policy(
                new AllowList(options.allowedPackages()), Limits.of(options), new Replacers(options.replacers()));
    }

    /**
     * The same for what is no task of the application's.
     *
     * @return with the limits that nobody asked for
     */
    public Policy withUsualLimits() {
        return limits.isUsual() ? this : new Policy(allowed, Limits.usual(), replacers);
    }
}
