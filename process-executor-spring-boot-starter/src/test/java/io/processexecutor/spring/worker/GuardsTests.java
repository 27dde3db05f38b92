package io.processexecutor.spring.worker;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What the guards say to libraries that are not here. */
@Timeout(30)
class GuardsTests {

    private final Map<String, Object> guards = Guards.properties(List.of());

    @Test
    void noPoolIsToldToKeepMoreConnectionsThanItMayHave() {
        assertThat(guards)
                .containsEntry("spring.r2dbc.pool.max-size", "2")
                .containsEntry("spring.r2dbc.pool.initial-size", "0")
                .containsEntry("spring.r2dbc.pool.min-idle", "0")
                .containsEntry("spring.datasource.tomcat.max-active", "2")
                .containsEntry("spring.datasource.tomcat.max-idle", "2")
                .containsEntry("spring.datasource.oracleucp.max-pool-size", "2")
                .containsEntry("spring.datasource.oracleucp.min-pool-size", "0")
                .containsEntry("spring.datasource.oracleucp.min-idle", "0")
                .containsEntry("spring.datasource.oracleucp.initial-pool-size", "0")
                .containsEntry("spring.datasource.oracleucp.inactive-connection-timeout", "60");
    }
}
