package io.processexecutor.spring;

import java.lang.reflect.Field;
import java.util.Map;
import java.util.TreeSet;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.beans.factory.config.SingletonBeanRegistry;

/** Tells of the beans that a test has put in the place of the application's, and of which workers know nothing. */
final class TestOverrides {

    private static final Logger log = LoggerFactory.getLogger(TestOverrides.class);

    /** Where Spring's support of tests keeps them, which is there if there are any. */
    private static final String REGISTRY =
            "org.springframework.test.context.bean.override.internalBeanOverrideRegistry";

    private TestOverrides() {}

    static void warnOf(SingletonBeanRegistry beans) {
        Object registry = beans.getSingleton(REGISTRY);
        if (registry != null) {
            log.warn(
                    "Beans of this test take the place of the application's here and not in worker processes, which make"
                            + " and call the real ones: {}. Annotate the test class with @AutoConfigureProcessExecutor, or"
                            + " set process-executor.mode=in-process, and its tasks run in this process",
                    names(registry));
        }
    }

    private static Object names(Object registry) {
        Field field = AsyncCalls.field(registry.getClass(), type -> type == Map.class);
        return field != null && AsyncCalls.read(registry, field) instanceof Map<?, ?> byHandler
                ? new TreeSet<>(byHandler.values())
                : "those with @MockitoBean, @MockitoSpyBean, @TestBean and the like";
    }
}
