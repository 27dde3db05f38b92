package io.processexecutor.spring.worker;

import io.processexecutor.ProcessAction;
import io.processexecutor.internal.logging.ForwardedLogs;
import io.processexecutor.spring.bean.BeanReplacer;
import io.processexecutor.spring.bean.SingletonBeans;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.logging.LoggingSystem;
import org.springframework.util.ClassUtils;

/**
 * Starts the context in a worker.
 *
 * @param sources names of classes, packages and files
 * @param mainClass the main class of the application, if there is one
 * @param arguments those of the application's command line
 * @param ofSeveral whether the application has several contexts, which are one here
 * @param properties the application's configuration
 */
record ContextStart(
        List<String> sources,
        @Nullable String mainClass,
        List<String> arguments,
        boolean ofSeveral,
        ApplicationProperties properties)
        implements ProcessAction {

    private static final Set<String> FORWARDED = Set.of(
            "org.springframework.boot.logging.logback.LogbackLoggingSystem",
            "org.springframework.boot.logging.java.JavaLoggingSystem");

    /** What has these print and do nothing else, whatever files of the application say. */
    private static final Map<String, String> PRINTING = Map.of(
            "org.springframework.boot.logging.logback.LogbackLoggingSystem",
            "classpath:io/processexecutor/spring/worker-logback.xml",
            "org.springframework.boot.logging.log4j2.Log4J2LoggingSystem",
            "classpath:org/springframework/boot/logging/log4j2/log4j2.xml");

    @Override
    public void run() {
        // Devtools would run main once more, on another thread; and only as a system property is it heard.
        System.setProperty("spring.devtools.restart.enabled", "false");
        ClassLoader loader = ClassUtils.getDefaultClassLoader();
        String logging = LoggingSystem.get(ContextStart.class.getClassLoader())
                .getClass()
                .getName();
        if (ForwardedLogs.isOn() && FORWARDED.contains(logging)) {
            // Boot would set it up once more, to print what is forwarded already or to write the files of the
            // application.
            System.setProperty(LoggingSystem.SYSTEM_PROPERTY, LoggingSystem.NONE);
        }
        // Boot may be about to take over the logging, and would complain of it.
        System.clearProperty("logback.configurationFile");
        List<Class<?>> classes = new ArrayList<>();
        Set<String> others = new LinkedHashSet<>();
        for (String each : sources) {
            if (ClassUtils.isPresent(each, loader)) {
                classes.add(ClassUtils.resolveClassName(each, loader));
            } else {
                others.add(each);
            }
        }
        WorkerApplication application = new WorkerApplication(
                classes.toArray(Class<?>[]::new),
                others,
                ofSeveral,
                new WorkerEnvironment(properties, PRINTING.get(logging)));
        if (mainClass != null && ClassUtils.isPresent(mainClass, loader)) {
            application.setMainApplicationClass(ClassUtils.resolveClassName(mainClass, loader));
        }
        BeanReplacer.inWorker(application.start(arguments).getBean(SingletonBeans.class));
    }
}
