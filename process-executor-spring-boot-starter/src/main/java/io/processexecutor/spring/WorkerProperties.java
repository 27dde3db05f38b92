package io.processexecutor.spring;

import java.nio.file.Path;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.springframework.util.unit.DataSize;

/** The settings under {@code process-executor.worker}: what each worker process is started with. */
public final class WorkerProperties {

    /** When a worker starts the context that its tasks' beans are found in. */
    public enum Context {
        /** Before the first task that holds a reference to a bean. */
        ON_DEMAND,
        /** As soon as it is up. */
        EAGER,
        /** Never: beans travel by value. */
        NONE
    }

    /** When each worker starts the context in which tasks find their beans. Where it is none, beans travel by value. */
    private @Nullable Context context;

    /** Configuration classes to start that context from, if not from those of the application. */
    private List<Class<?>> sources = List.of();

    /** Longest time that context may take to start; it is no part of the time of a task. */
    private @Nullable Duration contextTimeout;

    /** Largest heap of each worker. */
    private @Nullable DataSize maxHeap;

    /** Further arguments of each worker's virtual machine. */
    private List<String> jvmArgs = List.of();

    /** Class path of the workers, if it is not to be the application's own. */
    private List<Path> classPath = List.of();

    /** Environment variables of the workers, in addition to the inherited ones. */
    private Map<String, String> environment = new LinkedHashMap<>();

    /** System properties of the workers. */
    private Map<String, String> systemProperties = new LinkedHashMap<>();

    /** Working directory of the workers. Defaults to the application's own. */
    private @Nullable Path workingDirectory;

    /** Program, with its arguments, through which each worker is started, such as nice. */
    private List<String> commandPrefix = List.of();

    /** Whether workers start from a class-data archive, made in the background where all of the class path are jars. */
    private boolean classDataArchive = true;

    /** Where these archives are kept. Defaults to a directory of this user's among the temporary files. */
    private @Nullable Path classDataArchiveDirectory;

    /** Whether what is logged in workers is logged here under its own logger, at the levels in force here. */
    private boolean forwardLogs = true;

    /** Creates the defaults. */
    public WorkerProperties() {}

    /**
     * When each worker starts the context in which tasks find their beans.
     *
     * @return the value, {@code null} if it is not set: then on demand, if it can be told what the application was started
     *     from
     */
    public @Nullable Context getContext() {
        return context;
    }

    /**
     * Sets it.
     *
     * @param context the value
     */
    public void setContext(@Nullable Context context) {
        this.context = context;
    }

    /**
     * The configuration classes to start that context from, if not from those of the application.
     *
     * @return the value
     */
    public List<Class<?>> getSources() {
        return sources;
    }

    /**
     * Sets it.
     *
     * @param sources the value
     */
    public void setSources(List<Class<?>> sources) {
        this.sources = sources;
    }

    /**
     * Whether what is logged in workers is logged here under its own logger.
     *
     * @return the value
     */
    public boolean isForwardLogs() {
        return forwardLogs;
    }

    /**
     * Sets it.
     *
     * @param forwardLogs the value
     */
    public void setForwardLogs(boolean forwardLogs) {
        this.forwardLogs = forwardLogs;
    }

    /**
     * The longest time that context may take to start.
     *
     * @return the value, {@code null} if it is not set
     */
    public @Nullable Duration getContextTimeout() {
        return contextTimeout;
    }

    /**
     * Sets it.
     *
     * @param contextTimeout the value
     */
    public void setContextTimeout(@Nullable Duration contextTimeout) {
        this.contextTimeout = contextTimeout;
    }

    /**
     * The largest heap of each worker.
     *
     * @return the value, {@code null} if it is not set
     */
    public @Nullable DataSize getMaxHeap() {
        return maxHeap;
    }

    /**
     * Sets it.
     *
     * @param maxHeap the value
     */
    public void setMaxHeap(@Nullable DataSize maxHeap) {
        this.maxHeap = maxHeap;
    }

    /**
     * Further arguments of each worker's virtual machine.
     *
     * @return the value
     */
    public List<String> getJvmArgs() {
        return jvmArgs;
    }

    /**
     * Sets it.
     *
     * @param jvmArgs the value
     */
    public void setJvmArgs(List<String> jvmArgs) {
        this.jvmArgs = jvmArgs;
    }

    /**
     * The class path of the workers.
     *
     * @return the value
     */
    public List<Path> getClassPath() {
        return classPath;
    }

    /**
     * Sets it.
     *
     * @param classPath the value
     */
    public void setClassPath(List<Path> classPath) {
        this.classPath = classPath;
    }

    /**
     * The environment variables of the workers.
     *
     * @return the value
     */
    public Map<String, String> getEnvironment() {
        return environment;
    }

    /**
     * Sets it.
     *
     * @param environment the value
     */
    public void setEnvironment(Map<String, String> environment) {
        this.environment = environment;
    }

    /**
     * The system properties of the workers.
     *
     * @return the value
     */
    public Map<String, String> getSystemProperties() {
        return systemProperties;
    }

    /**
     * Sets it.
     *
     * @param systemProperties the value
     */
    public void setSystemProperties(Map<String, String> systemProperties) {
        this.systemProperties = systemProperties;
    }

    /**
     * The working directory of the workers.
     *
     * @return the value, {@code null} if it is not set
     */
    public @Nullable Path getWorkingDirectory() {
        return workingDirectory;
    }

    /**
     * Sets it.
     *
     * @param workingDirectory the value
     */
    public void setWorkingDirectory(@Nullable Path workingDirectory) {
        this.workingDirectory = workingDirectory;
    }

    /**
     * The program through which each worker is started.
     *
     * @return the value
     */
    public List<String> getCommandPrefix() {
        return commandPrefix;
    }

    /**
     * Sets it.
     *
     * @param commandPrefix the value
     */
    public void setCommandPrefix(List<String> commandPrefix) {
        this.commandPrefix = commandPrefix;
    }

    /**
     * Whether workers start from a class-data archive.
     *
     * @return the value
     */
    public boolean isClassDataArchive() {
        return classDataArchive;
    }

    /**
     * Sets it.
     *
     * @param classDataArchive the value
     */
    public void setClassDataArchive(boolean classDataArchive) {
        this.classDataArchive = classDataArchive;
    }

    /**
     * Where the archives are kept.
     *
     * @return the value, or {@code null} for the usual place
     */
    public @Nullable Path getClassDataArchiveDirectory() {
        return classDataArchiveDirectory;
    }

    /**
     * Sets it.
     *
     * @param classDataArchiveDirectory the value
     */
    public void setClassDataArchiveDirectory(@Nullable Path classDataArchiveDirectory) {
        this.classDataArchiveDirectory = classDataArchiveDirectory;
    }
}
