package io.processexecutor.sample;

import java.util.Arrays;
import org.springframework.boot.SpringApplication;
import org.springframework.boot.WebApplicationType;
import org.springframework.boot.autoconfigure.SpringBootApplication;
import org.springframework.boot.context.properties.ConfigurationPropertiesScan;
import org.springframework.scheduling.annotation.EnableAsync;

/**
 * Serves document previews over HTTP. With the argument {@code demo} it serves nothing: it starts without a web server and
 * in the profile {@code demo}, for runners of that profile to do their work and let the process end.
 */
@SpringBootApplication(proxyBeanMethods = false)
@ConfigurationPropertiesScan
@EnableAsync
public final class SampleApplication {

    private static final String DEMO = "demo";

    private SampleApplication() {}

    /**
     * Starts the application.
     *
     * @param args what Spring Boot takes, and {@code demo}
     */
    public static void main(String[] args) {
        var application = new SpringApplication(SampleApplication.class);
        if (Arrays.asList(args).contains(DEMO)) {
            application.setWebApplicationType(WebApplicationType.NONE);
            application.setAdditionalProfiles(DEMO);
            System.exit(SpringApplication.exit(application.run(args)));
        }
        application.run(args);
    }
}
