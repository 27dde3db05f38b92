package io.processexecutor.sample;

import static org.assertj.core.api.Assertions.assertThat;

import io.processexecutor.spring.ProcessTaskExecutor;
import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.BeanFactory;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.test.context.SpringBootTest;
import org.springframework.core.task.TaskExecutor;
import org.springframework.test.annotation.DirtiesContext;

/** That an executor beside the usual one takes nobody's place, on each line of Spring Boot that is supported. */
// Or its workers would outlive the tests.
@DirtiesContext
@SpringBootTest(properties = {"process-executor.enabled=", "process-executor.pools.reports="})
class NamedPoolsTests {

    @Test
    void whoAsksByTypeHasTheExecutorThatThereIsWithoutIt(@Autowired BeanFactory beans) {
        assertThat(beans.getBean("reports"))
                .isInstanceOf(ProcessTaskExecutor.class)
                .isNotSameAs(beans.getBean("processTaskExecutor"));
        assertThat(beans.getBean(ProcessTaskExecutor.class)).isSameAs(beans.getBean("processTaskExecutor"));
        assertThat(beans.getBean(TaskExecutor.class)).isSameAs(beans.getBean("applicationTaskExecutor"));
    }
}
