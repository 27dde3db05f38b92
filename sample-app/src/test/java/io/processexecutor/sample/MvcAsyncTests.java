package io.processexecutor.sample;

import static org.assertj.core.api.Assertions.assertThat;

import io.processexecutor.spring.ProcessTaskExecutor;
import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.beans.factory.annotation.Qualifier;
import org.springframework.boot.test.context.SpringBootTest;
import org.springframework.core.task.AsyncTaskExecutor;
import org.springframework.test.annotation.DirtiesContext;
import org.springframework.test.util.ReflectionTestUtils;
import org.springframework.web.servlet.mvc.method.annotation.RequestMappingHandlerAdapter;

/** That requests which are answered asynchronously stay on threads of the server. */
// Or its workers would outlive the tests.
@DirtiesContext
@SpringBootTest
class MvcAsyncTests {

    @Test
    void theServersAsynchronousRequestsKeepBootsOwnExecutor(
            @Autowired RequestMappingHandlerAdapter adapter,
            @Autowired ProcessTaskExecutor processTaskExecutor,
            @Autowired @Qualifier("applicationTaskExecutor") AsyncTaskExecutor applicationTaskExecutor) {
        assertThat(ReflectionTestUtils.getField(adapter, "taskExecutor"))
                .isSameAs(applicationTaskExecutor)
                .isNotSameAs(processTaskExecutor);
    }
}
