package io.processexecutor.spring;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collection;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.springframework.boot.configurationmetadata.ConfigurationMetadataProperty;
import org.springframework.boot.configurationmetadata.ConfigurationMetadataRepositoryJsonBuilder;

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
