package io.processexecutor.internal.process;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;

/**
 * What all workers of a pool are launched with.
 *
 * @param poolName the pool's name
 * @param maxHeapBytes each worker's largest heap
 * @param jvmArgs further arguments of the worker's virtual machine
 * @param classPath the worker's class path; empty to use the application's own
 * @param classLoader the application's class loader, which tells how the application was started
 * @param setup the surroundings of each worker process
 * @param archive whether and where their class-data archive is kept
 * @param startTimeout how long a worker may take from its launch to the end of the handshake
 */
public record LaunchSettings(
        String poolName,
        long maxHeapBytes,
        List<String> jvmArgs,
        List<Path> classPath,
        ClassLoader classLoader,
        ProcessSetup setup,
        ArchiveSettings archive,
        Duration startTimeout) {}
