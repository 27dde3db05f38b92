package io.processexecutor.spring;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.configurationmetadata.ConfigurationMetadataProperty;
import org.springframework.boot.configurationmetadata.ConfigurationMetadataRepositoryJsonBuilder;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;

/** What an editor shows to somebody who writes {@code application.yml}, and what the README says. */
class MetadataTests {

    private static final String PREFIX = "process-executor.";

    private static Collection<ConfigurationMetadataProperty> properties() throws IOException {
        try (InputStream metadata =
                MetadataTests.class.getResourceAsStream("/META-INF/spring-configuration-metadata.json")) {
            return ConfigurationMetadataRepositoryJsonBuilder.create(Objects.requireNonNull(metadata))
                    .build()
                    .getAllProperties()
                    .values();
        }
    }

    @Test
    void everyPropertyHasATypeAndASentence() throws IOException {
        assertThat(properties()).hasSizeGreaterThan(30).allSatisfy(property -> {
            assertThat(property.getType()).as(property.getId()).isNotEmpty();
            assertThat(property.getDescription()).as(property.getId()).matches("(?s)[A-Z].*\\.");
        });
    }

    @Test
    void everyDefaultIsAValueThatMayBeWritten() throws IOException {
        List<String> settings = new ArrayList<>(List.of(PREFIX + "worker.sources=" + MetadataTests.class.getName()));
        for (ConfigurationMetadataProperty property : properties()) {
            if (property.getId().startsWith(PREFIX) && property.getDefaultValue() != null) {
                settings.add(property.getId() + "=" + property.getDefaultValue());
            }
        }
        new ApplicationContextRunner()
                .withConfiguration(AutoConfigurations.of(ProcessExecutorAutoConfiguration.class))
                .withPropertyValues(settings.toArray(String[]::new))
                .run(context -> assertThat(context).hasNotFailed());
    }

    @Test
    void defaultsThatStandInNoFieldOfThePropertiesAreToldAll() throws IOException {
        Map<String, Object> defaults = new HashMap<>();
        properties().forEach(property -> defaults.put(property.getId(), property.getDefaultValue()));
        assertThat(defaults)
                .containsEntry("process-executor.prefetch", 64)
                .containsEntry("process-executor.serialization.max-size", null)
                .containsEntry("management.health.processexecutor.enabled", true);
    }

    @Test
    void everyPropertyIsInTheReadme() throws IOException {
        String readme = Files.readString(Path.of("..", "README.md"));
        String table = readme.substring(readme.indexOf("## Properties"));
        // Those of the endpoint are the actuator's own.
        assertThat(properties())
                .filteredOn(property -> !property.getId().startsWith("management."))
                .allSatisfy(property -> {
                    String name = property.getId().substring(PREFIX.length());
                    String last = name.substring(name.lastIndexOf('.') + 1);
                    assertThat(table).containsPattern("`(" + name + "|\\." + last + "|" + name + "\\.<name>\\.\\*)`");
                });
    }
}
