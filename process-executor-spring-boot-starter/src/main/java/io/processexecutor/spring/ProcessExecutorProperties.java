package io.processexecutor.spring;

import java.util.LinkedHashMap;
import java.util.Map;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.NestedConfigurationProperty;

/**
 * The settings under {@code process-executor}. A property that is none of them fails the start: it is mostly a typing error.
 * This goes for files and the command line. As everywhere in Boot, environment variables and system properties may have any
 * name.
 */
@ConfigurationProperties(prefix = ProcessExecutorProperties.PREFIX, ignoreUnknownFields = false)
public final class ProcessExecutorProperties extends PoolProperties {

    static final String PREFIX = "process-executor";

    /** Where tasks run. */
    public enum Mode {
        /** In worker processes. */
        PROCESSES,
        /** On threads of this process, for tests: tasks and results travel all the same. */
        IN_PROCESS
    }

    /** Whether the executor is there at all. */
    private boolean enabled = true;

    /** Where tasks run: in worker processes or, for tests, in this one, where they are encoded and decoded all the same. */
    private Mode mode = Mode.PROCESSES;

    /** Order of the advisor that ships methods to workers, among the other advice of a bean. */
    private int adviceOrder = Integer.MAX_VALUE;

    /** What is done about a call that is shipped from within a transaction, which stays in this process. */
    private TransactionPolicy transactions = TransactionPolicy.WARN;

    private final Async async = new Async();

    @NestedConfigurationProperty
    private final ClosuresProperties closures = new ClosuresProperties();

    @NestedConfigurationProperty
    private final PropagationProperties propagation = new PropagationProperties();

    @NestedConfigurationProperty
    private final MetricsProperties metrics = new MetricsProperties();

    /** Further executors by name, which is the name of the bean, too. What one does not say is as in process-executor itself. */
    private final Map<String, PoolProperties> pools = new LinkedHashMap<>();

    /** Creates the defaults. */
    public ProcessExecutorProperties() {}

    /**
     * What of the caller's thread a task finds in its worker.
     *
     * @return the settings, to be changed in place
     */
    public PropagationProperties getPropagation() {
        return propagation;
    }

    /**
     * Whether the executor is there at all.
     *
     * @return the value
     */
    public boolean isEnabled() {
        return enabled;
    }

    /**
     * Sets it.
     *
     * @param enabled the value
     */
    public void setEnabled(boolean enabled) {
        this.enabled = enabled;
    }

    /**
     * The order of the advisor among the other advice of a bean.
     *
     * @return the value
     */
    public int getAdviceOrder() {
        return adviceOrder;
    }

    /**
     * Sets it.
     *
     * @param adviceOrder the value
     */
    public void setAdviceOrder(int adviceOrder) {
        this.adviceOrder = adviceOrder;
    }

    /**
     * What is done about a call that is shipped from within a transaction.
     *
     * @return the value
     */
    public TransactionPolicy getTransactions() {
        return transactions;
    }

    /**
     * Sets it.
     *
     * @param transactions the value
     */
    public void setTransactions(TransactionPolicy transactions) {
        this.transactions = transactions;
    }

    /**
     * The settings under {@code process-executor.async}.
     *
     * @return the value
     */
    public Async getAsync() {
        return async;
    }

    /**
     * The settings under {@code process-executor.closures}.
     *
     * @return the value
     */
    public ClosuresProperties getClosures() {
        return closures;
    }

    /**
     * The settings under {@code process-executor.metrics}.
     *
     * @return the value
     */
    public MetricsProperties getMetrics() {
        return metrics;
    }

    /**
     * Where tasks run.
     *
     * @return the value
     */
    public Mode getMode() {
        return mode;
    }

    /**
     * Sets it.
     *
     * @param mode the value
     */
    public void setMode(Mode mode) {
        this.mode = mode;
    }

    /**
     * Further executors.
     *
     * @return their own settings by name, without those they take from here
     */
    public Map<String, PoolProperties> getPools() {
        return pools;
    }

    /** The settings under {@code process-executor.async}. */
    public static final class Async {

        /** Whether methods annotated with Async without an executor's name run in workers, too. */
        private boolean defaultExecutor;

        /** Creates the defaults. */
        public Async() {}

        /**
         * Whether unqualified Async methods run in workers.
         *
         * @return the value
         */
        public boolean isDefault() {
            return defaultExecutor;
        }

        /**
         * Sets it.
         *
         * @param defaultExecutor the value
         */
        public void setDefault(boolean defaultExecutor) {
            this.defaultExecutor = defaultExecutor;
        }
    }
}
