package io.processexecutor.spring.worker;

import java.util.List;
import java.util.regex.Pattern;
import org.springframework.boot.context.config.ConfigDataLocation;
import org.springframework.boot.context.config.ConfigDataLocationResolver;
import org.springframework.boot.context.config.ConfigDataLocationResolverContext;
import org.springframework.boot.context.config.ConfigDataResource;
import org.springframework.core.Ordered;
import org.springframework.core.annotation.Order;

/**
 * Has a worker's context import nothing but files: what the application got of servers and vaults is among its
 * properties, and need not be fetched by each worker.
 */
@Order(Ordered.HIGHEST_PRECEDENCE)
final class ImportsElsewhere implements ConfigDataLocationResolver<ConfigDataResource> {

    /** A single letter is a drive. */
    private static final Pattern ELSEWHERE = Pattern.compile("(?!classpath|file:|resource:)[a-zA-Z][\\w+.-]+:.*");

    ImportsElsewhere() {}

    @Override
    public boolean isResolvable(ConfigDataLocationResolverContext context, ConfigDataLocation location) {
        return WorkerApplication.isStarting()
                && ELSEWHERE.matcher(location.getValue()).matches();
    }

    @Override
    public List<ConfigDataResource> resolve(ConfigDataLocationResolverContext context, ConfigDataLocation location) {
        return List.of();
    }
}
