package io.processexecutor.spring;

import static org.assertj.core.api.Assertions.assertThat;

import jakarta.persistence.EntityManagerFactory;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.springframework.boot.autoconfigure.AutoConfigurationPackage;
import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.hibernate.autoconfigure.HibernateJpaAutoConfiguration;
import org.springframework.boot.jdbc.autoconfigure.DataSourceAutoConfiguration;
import org.springframework.boot.test.context.FilteredClassLoader;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.core.task.AsyncTaskExecutor;

/** An application with JPA next to the executor, and one with none of it. */
@Timeout(300)
@ExtendWith(OutputCaptureExtension.class)
class JpaTests {

    private static final String TAKEN = "is set up on a thread of its own";

    private final ApplicationContextRunner application = Applications.of(Application.class)
            .withConfiguration(
                    AutoConfigurations.of(DataSourceAutoConfiguration.class, HibernateJpaAutoConfiguration.class))
            .withPropertyValues("spring.jpa.bootstrap=async");

    @Configuration(proxyBeanMethods = false)
    @AutoConfigurationPackage(basePackages = "io.processexecutor.spring.nothing")
    static class Application {}

    @Configuration(proxyBeanMethods = false)
    static class UsersExecutorService {
        @Bean
        ExecutorService users() {
            return Executors.newSingleThreadExecutor();
        }
    }

    @Test
    void jpaIsNotSetUpInAWorkerWhenOursIsTheOnlyTaskExecutor(CapturedOutput output) {
        application.withUserConfiguration(UsersExecutorService.class).run(context -> {
            assertThat(context).hasNotFailed();
            assertThat(context.getBeansOfType(AsyncTaskExecutor.class)).containsOnlyKeys("processTaskExecutor");
            assertThat(context.getBean(EntityManagerFactory.class).isOpen()).isTrue();
            assertThat(output).contains(TAKEN).contains("jpa-bootstrap-1");
            assertThat(context.getBean(ProcessTaskExecutor.class)
                            .processExecutor()
                            .stats()
                            .workerStarts())
                    .isZero();
        });
    }

    @Test
    void jpaIsSetUpOnBootsOwnTaskExecutorAsEver(CapturedOutput output) {
        application.run(context -> {
            assertThat(context.getBean(EntityManagerFactory.class).isOpen()).isTrue();
            assertThat(output).doesNotContain(TAKEN);
        });
    }

    @Test
    void anApplicationWithoutJpaNeedsNoneOfIt() {
        Applications.of(Application.class)
                .withClassLoader(
                        new FilteredClassLoader("org.hibernate", "org.springframework.orm", "jakarta.persistence"))
                .run(context -> {
                    assertThat(context).hasNotFailed().hasSingleBean(ProcessTaskExecutor.class);
                    assertThat(context.getBean(ProcessTaskExecutor.class)
                                    .submit(() -> 6 * 7)
                                    .get())
                            .isEqualTo(42);
                });
    }
}
