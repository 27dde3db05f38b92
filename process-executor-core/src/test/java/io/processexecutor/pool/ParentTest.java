package io.processexecutor.pool;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.File;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** What a worker takes from its parent. */
@Timeout(180)
class ParentTest {

    @Test
    void s111s116WhatDebuggersAndOperatorsGaveTheParentStaysThereAndOpenedPackagesDoNot() throws Exception {
        ProcessBuilder command = ParentJvm.command(
                ParentJvm.Curious.class,
                List.of(
                        "--add-opens",
                        "java.base/java.lang=ALL-UNNAMED",
                        "-agentlib:jdwp=transport=dt_socket,server=y,suspend=n,address=localhost:0",
                        "-Dcom.sun.management.jmxremote.port=0",
                        "-Dcom.sun.management.jmxremote.authenticate=false",
                        "-Dcom.sun.management.jmxremote.ssl=false",
                        "-Duser.timezone=Asia/Kathmandu"));
        command.environment()
                .put("JAVA_TOOL_OPTIONS", "-Dtool.option=1 -Xss1m --add-opens=java.base/java.util=ALL-UNNAMED");
        command.environment().put("JDK_JAVA_OPTIONS", "-Djdk.option=1");
        command.environment().put("_JAVA_OPTIONS", "-Dunderscore.option=1");
        command.environment().put("CLASSPATH", "/nowhere");
        try (ParentJvm parent = ParentJvm.start(command)) {
            String parents = parent.says();
            assertThat(parents).contains("jdwp", "jmxremote", "tool.option", "jdk.option", "underscore.option");
            assertThat(parent.says())
                    .doesNotContain("jdwp", "jmxremote", "tool.option", "jdk.option", "underscore.option", "-Xss")
                    .containsOnlyOnce("-Xmx")
                    .contains("-Xmx" + (64 << 20))
                    .contains("-Duser.timezone=Asia/Kathmandu")
                    .contains("--add-opens=java.base/java.lang=ALL-UNNAMED")
                    .contains("--add-opens=java.base/java.util=ALL-UNNAMED");
            assertThat(parent.says()).as("java.lang is open").isEqualTo("true");
            assertThat(parent.says())
                    .contains("PROCESS_EXECUTOR_WORKER")
                    .doesNotContain("JAVA_TOOL_OPTIONS", "JDK_JAVA_OPTIONS", "_JAVA_OPTIONS", "CLASSPATH");
            assertThat(parent.says()).isEqualTo("closed");
        }
    }

    @Test
    void aClassPathThatEndsWithTheCurrentDirectoryIsThatOfItsWorkers(@TempDir Path directory) throws Exception {
        ProcessBuilder command = ParentJvm.command(ParentJvm.Curious.class, List.of());
        int classPath = command.command().indexOf("-cp") + 1;
        command.command().set(classPath, command.command().get(classPath) + File.pathSeparator);
        try (ParentJvm parent = ParentJvm.start(command.directory(directory.toFile()))) {
            assertThat(parent.rest()).contains("> closed").doesNotContain("was replaced since");
        }
    }
}
