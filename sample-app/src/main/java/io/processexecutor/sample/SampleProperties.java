package io.processexecutor.sample;

import java.time.Duration;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.util.Assert;
import org.springframework.util.unit.DataSize;

/**
 * What the application keeps in memory, and how long it waits for a rendering.
 *
 * @param maxDocuments how many documents are kept at most
 * @param maxBytes how many bytes they may take together: the PDF while it waits, its page images when it is done
 * @param renderTimeout how long a document may take from its upload to its last page, waiting included
 */
@ConfigurationProperties("sample")
record SampleProperties(
        @DefaultValue("100") int maxDocuments,
        @DefaultValue("256MB") DataSize maxBytes,
        @DefaultValue("2m") Duration renderTimeout) {

    SampleProperties {
        Assert.isTrue(maxDocuments >= 1, () -> "sample.max-documents must be at least 1, was " + maxDocuments);
        Assert.isTrue(maxBytes.toBytes() >= 1, () -> "sample.max-bytes must be at least 1B, was " + maxBytes);
        Assert.isTrue(
                renderTimeout.compareTo(Duration.ZERO) > 0,
                () -> "sample.render-timeout must be more than zero, was " + renderTimeout);
    }
}
