package io.processexecutor.spring;

import static org.assertj.core.api.Assertions.assertThat;

import io.processexecutor.WorkerStartException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.boot.WebApplicationType;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.boot.context.config.ConfigDataLocation;
import org.springframework.boot.context.config.ConfigDataLocationResolver;
import org.springframework.boot.context.config.ConfigDataLocationResolverContext;
import org.springframework.boot.context.config.ConfigDataResource;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Lazy;
import org.springframework.web.client.RestOperations;

/** What a worker knows of the configuration, wherever it looks for files and whatever has become of them. */
@Timeout(value = 2, unit = TimeUnit.MINUTES)
@ExtendWith(OutputCaptureExtension.class)
class WorkerConfigurationTests {

    private static final Duration TIMEOUT = Duration.ofSeconds(90);

    @TempDir
    Path directory;

    private ConfigurableApplicationContext application;

    @AfterEach
    void close() {
        if (application != null) {
            application.close();
        }
    }

    /** Nobody can be asked but for the application. */
    static class Vault implements ConfigDataLocationResolver<ConfigDataResource> {

        @Override
        public boolean isResolvable(ConfigDataLocationResolverContext context, ConfigDataLocation location) {
            return location.hasPrefix("vault:");
        }

        @Override
        public List<ConfigDataResource> resolve(
                ConfigDataLocationResolverContext context, ConfigDataLocation location) {
            if (System.getProperty("process-executor.worker") != null) {
                throw new IllegalStateException("sealed");
            }
            return List.of();
        }
    }

    @Configuration(proxyBeanMethods = false)
    static class Incomplete {

        @Bean
        @Lazy(false)
        @ConditionalOnWorkerProcess
        Object needsWhatIsNotThere(RestOperations missing) {
            return missing;
        }
    }

    @Test
    void aFileThatOnlyAWorkerFindsDoesNotCount() throws Exception {
        write("application.properties", "app.name=WRONG", "found.there=WRONG");
        start("process-executor.worker.working-directory=" + directory, "app.name=right");
        assertThat(property("app.name")).isEqualTo("right");
        assertThat(property("found.there")).isNull();
    }

    @Test
    void aFileThatWasChangedAfterTheStartDoesNotCount() throws Exception {
        write("application.properties", "in.file=read");
        start("spring.config.additional-location=file:" + directory + "/");
        write("application.properties", "in.file=changed", "#---", "in.file=added", "added=added");
        assertThat(property("in.file")).isEqualTo("read");
        assertThat(property("added")).isNull();
    }

    @Test
    void filesAndDocumentsForWorkersComeFirst() throws Exception {
        write(
                "application.properties",
                "in.document=for all",
                "#---",
                "spring.config.activate.on-profile=process-worker & !other",
                "in.document=for workers");
        write("application-process-worker.properties", "in.file=for workers");
        start("spring.config.additional-location=file:" + directory + "/", "in.document=said", "in.file=said");
        assertThat(property("in.document")).isEqualTo("for workers");
        assertThat(property("in.file")).isEqualTo("for workers");
    }

    @Test
    void anImportedFileMayBeGoneWhenAWorkerStarts() throws Exception {
        Path secret = write("secret.properties", "secret=xyzzy");
        start("spring.config.import=file:" + secret);
        Files.delete(secret);
        assertThat(property("secret")).isEqualTo("xyzzy");
    }

    @Test
    void whatTheApplicationImportsOfElsewhereIsNotFetchedAgain() throws Exception {
        write("application.properties", "spring.config.import=optional:vault:secrets", "in.file=read");
        start("spring.config.additional-location=file:" + directory + "/");
        assertThat(property("in.file")).isEqualTo("read");
    }

    @Test
    void aContextThatDoesNotStartIsNotTakenForTheApplication(CapturedOutput output) {
        application = new SpringApplicationBuilder(WorkerContextTests.Application.class, Incomplete.class)
                .web(WebApplicationType.NONE)
                .run("--process-executor.workers=1", "--spring.jmx.enabled=false", "--directory=" + directory);
        assertThat(application.getBean(WorkerContextTests.Service.class).property("x"))
                .failsWithin(TIMEOUT)
                .withThrowableThat()
                .withCauseInstanceOf(WorkerStartException.class)
                .withMessageContaining(RestOperations.class.getName());
        assertThat(output).doesNotContain("APPLICATION FAILED").doesNotContain("Application run failed");
    }

    private Path write(String file, String... lines) throws IOException {
        return Files.write(directory.resolve(file), List.of(lines));
    }

    private String property(String name) {
        CompletableFuture<String> future =
                application.getBean(WorkerContextTests.Service.class).property(name);
        return future.orTimeout(TIMEOUT.toSeconds(), TimeUnit.SECONDS).join();
    }

    private void start(String... arguments) {
        SpringApplicationBuilder builder = new SpringApplicationBuilder(WorkerContextTests.Application.class);
        application = WorkerContextTests.run(builder, directory, arguments);
    }
}
