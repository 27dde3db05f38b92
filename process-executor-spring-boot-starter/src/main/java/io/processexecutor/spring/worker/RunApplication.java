package io.processexecutor.spring.worker;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What an application was started from. A bean of every context that a {@link org.springframework.boot.SpringApplication}
 * made.
 *
 * @param sources the names of its classes, packages or files
 * @param mainClass the name of its main class, if it has one
 * @param arguments those of its command line
 * @param environmentPrefix what the names of the environment variables begin with that it reads, if they do
 */
record RunApplication(
        List<String> sources,
        @Nullable String mainClass,
        List<String> arguments,
        @Nullable String environmentPrefix) {

    static final String BEAN_NAME = "io.processexecutor.runApplication";
}
