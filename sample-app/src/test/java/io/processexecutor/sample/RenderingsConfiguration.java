package io.processexecutor.sample;

import io.processexecutor.spring.ProcessTaskExecutor;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.boot.test.context.TestConfiguration;
import org.springframework.context.annotation.Bean;

/** Puts the test's renderings in the place of the real ones. */
@TestConfiguration(proxyBeanMethods = false)
class RenderingsConfiguration {

    @Bean
    Renderings renderings() {
        return new Renderings();
    }

    @Bean
    DocumentUploads documentUploads(
            DocumentStore store,
            Renderings renderings,
            RunningDocuments running,
            ObjectProvider<ProcessTaskExecutor> executor,
            SampleProperties properties) {
        return new DocumentUploads(store, renderings.service(), running, executor, properties);
    }
}
