package io.processexecutor.spring.worker;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** The properties that keep a worker from doing what the application does already, or what takes more than its share. */
final class Guards {

    /** Active in every worker. */
    static final String PROFILE = "process-worker";

    static final String NONE = "none";

    /** What comes before each property of JPA that Boot hands on. */
    static final String OF_JPA = "spring.jpa.properties.";

    /** Those properties of JPA that say what becomes of the schema. */
    static final List<String> SCHEMA_GENERATION = List.of(
            "hibernate.hbm2ddl.auto",
            "jakarta.persistence.schema-generation.database.action",
            "jakarta.persistence.schema-generation.scripts.action",
            "eclipselink.ddl-generation");

    private static final String OFF = "false";
    private static final String NEVER = "never";
    private static final String NOTHING = "";

    /** What meters are sent to. */
    private static final List<String> METRICS = List.of(
            "appoptics",
            "atlas",
            "datadog",
            "dynatrace",
            "elastic",
            "ganglia",
            "graphite",
            "humio",
            "influx",
            "jmx",
            "kairos",
            "newrelic",
            "otlp",
            "signalfx",
            "stackdriver",
            "statsd",
            "wavefront");

    private Guards() {}

    /** With the profiles of the application, and one more. */
    static Map<String, Object> properties(List<String> profiles) {
        Map<String, Object> guards = new LinkedHashMap<>();
        guards.put("spring.profiles.active", String.join(",", profiles) + "," + PROFILE);
        // What the application imported is among its properties; a file may be gone, or elsewhere, by now.
        guards.put("spring.config.on-not-found", "ignore");
        // No server, nothing that is not asked for, and no thread that keeps the worker alive.
        guards.put("spring.main.web-application-type", "none");
        guards.put("spring.main.lazy-initialization", "true");
        guards.put("spring.main.keep-alive", OFF);
        guards.put("spring.main.banner-mode", "off");
        guards.put("spring.main.log-startup-info", OFF);
        guards.put("spring.devtools.livereload.enabled", OFF);
        guards.put("spring.docker.compose.enabled", OFF);
        guards.put("spring.jmx.enabled", OFF);
        // The schema is the application's.
        guards.put("spring.flyway.enabled", OFF);
        guards.put("spring.liquibase.enabled", OFF);
        guards.put("spring.sql.init.mode", NEVER);
        guards.put("spring.jpa.generate-ddl", OFF);
        guards.put("spring.jpa.hibernate.ddl-auto", NONE);
        SCHEMA_GENERATION.forEach(property -> guards.put(OF_JPA + property, NONE));
        guards.put("spring.batch.jdbc.initialize-schema", NEVER);
        guards.put("spring.quartz.jdbc.initialize-schema", NEVER);
        guards.put("spring.session.jdbc.initialize-schema", NEVER);
        guards.put("spring.integration.jdbc.initialize-schema", NEVER);
        guards.put("spring.modulith.events.jdbc.schema-initialization.enabled", OFF);
        // Jobs and messages are the application's to begin and to take in.
        guards.put("spring.batch.job.enabled", OFF);
        guards.put("spring.quartz.auto-startup", OFF);
        guards.put("spring.kafka.listener.auto-startup", OFF);
        guards.put("spring.rabbitmq.listener.simple.auto-startup", OFF);
        guards.put("spring.rabbitmq.listener.direct.auto-startup", OFF);
        guards.put("spring.rabbitmq.listener.stream.auto-startup", OFF);
        guards.put("spring.jms.listener.auto-startup", OFF);
        guards.put("spring.pulsar.listener.auto-startup", OFF);
        // It is not one more instance of the application.
        guards.put("spring.cloud.discovery.enabled", OFF);
        guards.put("spring.cloud.service-registry.auto-registration.enabled", OFF);
        guards.put("management.defaults.metrics.export.enabled", OFF);
        guards.put("management.tracing.export.enabled", OFF);
        guards.put("management.logging.export.enabled", OFF);
        // Each may be switched on by itself, which would win over the three above.
        METRICS.forEach(to -> guards.put("management." + to + ".metrics.export.enabled", OFF));
        guards.put("management.prometheus.metrics.export.pushgateway.enabled", OFF);
        guards.put("management.tracing.export.otlp.enabled", OFF);
        guards.put("management.tracing.export.zipkin.enabled", OFF);
        guards.put("management.logging.export.otlp.enabled", OFF);
        // A worker runs one task at a time.
        guards.put("spring.datasource.hikari.maximum-pool-size", "2");
        guards.put("spring.datasource.hikari.minimum-idle", "0");
        guards.put("spring.datasource.dbcp2.max-total", "2");
        guards.put("spring.datasource.dbcp2.min-idle", "0");
        guards.put("spring.datasource.dbcp2.initial-size", "0");
        // Without it DBCP2 never looks for connections that have been idle for long enough.
        guards.put("spring.datasource.dbcp2.duration-between-eviction-runs", "1m");
        guards.put("spring.datasource.tomcat.max-active", "2");
        guards.put("spring.datasource.tomcat.min-idle", "0");
        guards.put("spring.datasource.tomcat.max-idle", "2");
        guards.put("spring.datasource.tomcat.initial-size", "0");
        guards.put("spring.datasource.oracleucp.max-pool-size", "2");
        guards.put("spring.datasource.oracleucp.min-pool-size", "0");
        guards.put("spring.datasource.oracleucp.min-idle", "0");
        guards.put("spring.datasource.oracleucp.initial-pool-size", "0");
        guards.put("spring.datasource.oracleucp.inactive-connection-timeout", "60");
        guards.put("spring.r2dbc.pool.max-size", "2");
        guards.put("spring.r2dbc.pool.min-idle", "0");
        guards.put("spring.r2dbc.pool.initial-size", "0");
        // Two processes must not roll one file; what a worker prints is logged by the application, as whole lines.
        guards.put("logging.file.name", NOTHING);
        guards.put("logging.file.path", NOTHING);
        guards.put("logging.pattern.console", "%-5level %logger - %msg%n%ex");
        return guards;
    }
}
