package io.processexecutor.licensed;

import io.processexecutor.sample.DocumentPreviewService;
import io.processexecutor.spring.ProcessTaskExecutor;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import org.springframework.boot.ApplicationRunner;
import org.springframework.boot.SpringApplication;
import org.springframework.context.ApplicationContext;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Lazy;
import org.springframework.context.annotation.Profile;

/** Makes an application of which no worker's context starts; prints what its callers learn, and ends it. */
@Configuration(proxyBeanMethods = false)
public class Licensed {

    /** Found missing by workers only. */
    static class License {
        License() {
            throw new IllegalStateException("no license for this process");
        }
    }

    @Bean
    @Lazy(false)
    @Profile("process-worker")
    License license() {
        return new License();
    }

    @Bean
    ApplicationRunner asking(
            DocumentPreviewService previews, ProcessTaskExecutor executor, ApplicationContext application) {
        return arguments -> {
            try {
                System.out.println(previews.render(new byte[0], 72).get(100, TimeUnit.SECONDS));
            } catch (ExecutionException e) {
                e.getCause().printStackTrace(System.out);
            }
            System.out.println("without a bean: " + executor.submit(() -> 6 * 7).get(60, TimeUnit.SECONDS));
            System.exit(SpringApplication.exit(application));
        };
    }
}
