package io.processexecutor.spring;

import org.jspecify.annotations.Nullable;

/** The settings under {@code process-executor.closures}: how far the serializers go for lambdas and their classes. */
public final class ClosuresProperties {

    /** Whether classes defined at run time, such as those of a script, are sent to the workers that need them. */
    private boolean shipRuntimeClasses;

    /** Whether serializers may use the JDK's internals; for the whole JVM and its workers. On by default; off, lambdas must be Serializable. */
    private @Nullable Boolean deepReflection;

    /** Creates the defaults. */
    public ClosuresProperties() {}

    /**
     * Whether classes defined at run time are sent.
     *
     * @return the value
     */
    public boolean isShipRuntimeClasses() {
        return shipRuntimeClasses;
    }

    /**
     * Sets it.
     *
     * @param shipRuntimeClasses the value
     */
    public void setShipRuntimeClasses(boolean shipRuntimeClasses) {
        this.shipRuntimeClasses = shipRuntimeClasses;
    }

    /**
     * Whether serializers may use the JDK's internals.
     *
     * @return the value, {@code null} if it is not set
     */
    public @Nullable Boolean getDeepReflection() {
        return deepReflection;
    }

    /**
     * Sets it.
     *
     * @param deepReflection the value
     */
    public void setDeepReflection(@Nullable Boolean deepReflection) {
        this.deepReflection = deepReflection;
    }
}
