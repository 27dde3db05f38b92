package io.processexecutor.spring.worker;

import io.processexecutor.internal.protocol.WorkerSettings;
import java.util.ArrayList;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.boot.SpringApplication;
import org.springframework.boot.SpringApplicationRunListener;
import org.springframework.context.ConfigurableApplicationContext;

/** Notes in each context what it was started from, so that a worker can start the same. Boot finds it by itself. */
final class RunApplicationListener implements SpringApplicationRunListener {

    private static final Logger log = LoggerFactory.getLogger(RunApplicationListener.class);

    private final SpringApplication application;
    private final List<String> arguments;

    RunApplicationListener(SpringApplication application, String[] arguments) {
        this.application = application;
        this.arguments = List.of(arguments);
    }

    @Override
    public void contextPrepared(ConfigurableApplicationContext context) {
        if (WorkerSettings.inWorker()) {
            return;
        }
        List<String> sources = new ArrayList<>();
        for (Object source : application.getAllSources()) {
            if (source instanceof Class<?> type) {
                sources.add(type.getName());
            } else if (source instanceof CharSequence || source instanceof Package) {
                sources.add(source instanceof Package named ? named.getName() : source.toString());
            } else {
                log.warn("The source {} of the application has no name and is missing in worker processes", source);
            }
        }
        Class<?> main = application.getMainApplicationClass();
        context.getBeanFactory()
                .registerSingleton(
                        RunApplication.BEAN_NAME,
                        new RunApplication(
                                List.copyOf(sources),
                                main == null ? null : main.getName(),
                                arguments,
                                application.getEnvironmentPrefix()));
    }
}
