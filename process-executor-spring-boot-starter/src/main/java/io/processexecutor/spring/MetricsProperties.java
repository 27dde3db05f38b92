package io.processexecutor.spring;

/** The settings under {@code process-executor.metrics}. */
public final class MetricsProperties {

    /** Whether the meters of tasks have a tag for the label of the task. */
    private boolean taskNameTag;

    /** Most labels of tasks that get a value of their own in that tag; what comes on top is called other. */
    private int maxTaskNames = 100;

    /** Creates the defaults. */
    public MetricsProperties() {}

    /**
     * Whether the meters of tasks have a tag for the label of the task.
     *
     * @return the value
     */
    public boolean isTaskNameTag() {
        return taskNameTag;
    }

    /**
     * Sets it.
     *
     * @param taskNameTag the value
     */
    public void setTaskNameTag(boolean taskNameTag) {
        this.taskNameTag = taskNameTag;
    }

    /**
     * The most labels that get a value of their own.
     *
     * @return the value
     */
    public int getMaxTaskNames() {
        return maxTaskNames;
    }

    /**
     * Sets it.
     *
     * @param maxTaskNames the value, at least 1
     */
    public void setMaxTaskNames(int maxTaskNames) {
        if (maxTaskNames < 1) {
            throw new IllegalArgumentException("max-task-names must be at least 1, was " + maxTaskNames);
        }
        this.maxTaskNames = maxTaskNames;
    }
}
