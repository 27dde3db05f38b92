package io.processexecutor.spring.handmade;

import static org.assertj.core.api.Assertions.assertThat;

import com.zaxxer.hikari.HikariDataSource;
import io.processexecutor.spring.ProcessTaskExecutor;
import jakarta.persistence.EntityManagerFactory;
import jakarta.websocket.server.ServerContainer;
import java.lang.reflect.Proxy;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
import javax.sql.DataSource;
import org.apache.commons.dbcp2.BasicDataSource;
import org.flywaydb.core.Flyway;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.beans.factory.BeanFactory;
import org.springframework.beans.factory.annotation.Value;
import org.springframework.boot.WebApplicationType;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnProperty;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.flyway.autoconfigure.FlywayMigrationInitializer;
import org.springframework.boot.jdbc.autoconfigure.DataSourceProperties;
import org.springframework.boot.jdbc.init.DataSourceScriptDatabaseInitializer;
import org.springframework.boot.sql.init.DatabaseInitializationMode;
import org.springframework.boot.sql.init.DatabaseInitializationSettings;
import org.springframework.context.ApplicationContext;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.SmartLifecycle;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.event.ContextRefreshedEvent;
import org.springframework.context.event.EventListener;
import org.springframework.context.event.SimpleApplicationEventMulticaster;
import org.springframework.context.support.DefaultLifecycleProcessor;
import org.springframework.core.io.ByteArrayResource;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.jdbc.datasource.init.DataSourceInitializer;
import org.springframework.jdbc.datasource.init.ResourceDatabasePopulator;
import org.springframework.orm.jpa.LocalContainerEntityManagerFactoryBean;
import org.springframework.orm.jpa.hibernate.LocalSessionFactoryBean;
import org.springframework.orm.jpa.vendor.HibernateJpaVendorAdapter;
import org.springframework.web.socket.server.standard.ServerEndpointExporter;

/** What a worker does with beans that Boot would have made of properties, and the application makes by itself. */
@Timeout(value = 5, unit = TimeUnit.MINUTES)
class HandMadeBeansTests {

    private static final Duration TIMEOUT = Duration.ofSeconds(90);

    private static final String AFRESH = "drop table if exists thing; create table thing (id bigint primary key)";

    @TempDir
    Path directory;

    private ConfigurableApplicationContext application;

    @AfterEach
    void close() {
        if (application != null) {
            application.close();
        }
    }

    @Configuration(proxyBeanMethods = false)
    @EnableAutoConfiguration(
            excludeName = {
                "org.springframework.boot.flyway.autoconfigure.FlywayAutoConfiguration",
                "org.springframework.boot.hibernate.autoconfigure.HibernateJpaAutoConfiguration",
                "org.springframework.boot.data.jpa.autoconfigure.DataJpaRepositoriesAutoConfiguration"
            })
    static class Application {

        @Bean
        @ConditionalOnProperty("entities")
        LocalContainerEntityManagerFactoryBean entities(DataSource dataSource, @Value("${entities}") String property) {
            LocalContainerEntityManagerFactoryBean made = new LocalContainerEntityManagerFactoryBean();
            made.setDataSource(dataSource);
            made.setPackagesToScan(Thing.class.getPackageName());
            made.setJpaVendorAdapter(new HibernateJpaVendorAdapter());
            made.setJpaPropertyMap(Map.of(property, property.endsWith("auto") ? "create" : "drop-and-create"));
            return made;
        }

        @Bean
        @ConditionalOnProperty("made.scripts")
        DataSourceScriptDatabaseInitializer scripts(DataSource dataSource, @Value("${directory}") String directory) {
            DatabaseInitializationSettings settings = new DatabaseInitializationSettings();
            settings.setSchemaLocations(List.of("file:" + directory + "/schema.sql"));
            settings.setMode(DatabaseInitializationMode.ALWAYS);
            return new DataSourceScriptDatabaseInitializer(dataSource, settings);
        }

        @Bean
        @ConditionalOnProperty("made.initializer")
        DataSourceInitializer initializer(DataSource dataSource) {
            DataSourceInitializer made = new DataSourceInitializer();
            made.setDataSource(dataSource);
            made.setDatabasePopulator(
                    new ResourceDatabasePopulator(new ByteArrayResource(AFRESH.getBytes(StandardCharsets.UTF_8))));
            return made;
        }

        @Bean(initMethod = "migrate")
        @ConditionalOnProperty("made.flyway")
        Flyway flyway(DataSource dataSource, @Value("${directory}") String directory) {
            return Flyway.configure()
                    .dataSource(dataSource)
                    .locations("filesystem:" + directory)
                    .load();
        }

        @Bean
        @ConditionalOnProperty("made.migration")
        FlywayMigrationInitializer migration(DataSource dataSource, @Value("${directory}") String directory) {
            return new FlywayMigrationInitializer(flyway(dataSource, directory));
        }
    }

    @Configuration(proxyBeanMethods = false)
    @ConditionalOnProperty("sessions")
    static class Sessions {

        @Bean
        LocalSessionFactoryBean sessions(DataSource dataSource) {
            LocalSessionFactoryBean made = new LocalSessionFactoryBean();
            made.setDataSource(dataSource);
            made.setPackagesToScan(Thing.class.getPackageName());
            made.getHibernateProperties().put("hibernate.hbm2ddl.auto", "create");
            return made;
        }
    }

    /** What Spring lets an application have of its own, and what it would start and tell. */
    @Configuration(proxyBeanMethods = false)
    @ConditionalOnProperty("noted")
    static class Noted {

        static final Queue<String> NOTES = new ConcurrentLinkedQueue<>();

        @Bean
        DefaultLifecycleProcessor lifecycleProcessor() {
            DefaultLifecycleProcessor own = new DefaultLifecycleProcessor();
            own.setTimeoutPerShutdownPhase(1000);
            return own;
        }

        @Bean
        SimpleApplicationEventMulticaster applicationEventMulticaster(BeanFactory beans) {
            SimpleApplicationEventMulticaster own = new SimpleApplicationEventMulticaster(beans);
            own.setErrorHandler(failure -> NOTES.add("handled " + failure.getMessage()));
            return own;
        }

        @Bean
        Server server() {
            return new Server();
        }

        @EventListener
        public void refreshed(ContextRefreshedEvent event) {
            NOTES.add("refreshed");
        }

        @EventListener
        public void told(String event) {
            throw new IllegalStateException(event);
        }
    }

    static class Server implements SmartLifecycle {

        private boolean running;

        @Override
        public void start() {
            running = true;
            Noted.NOTES.add("started");
        }

        @Override
        public void stop() {
            running = false;
        }

        @Override
        public boolean isRunning() {
            return running;
        }
    }

    @Configuration(proxyBeanMethods = false)
    @ConditionalOnProperty("second.url")
    static class Second {

        @Bean(defaultCandidate = false)
        @ConfigurationProperties("second.hikari")
        HikariDataSource second(@Value("${second.url}") String url) {
            DataSourceProperties properties = new DataSourceProperties();
            properties.setUrl(url);
            return properties
                    .initializeDataSourceBuilder()
                    .type(HikariDataSource.class)
                    .build();
        }
    }

    /** Looks for its server when all singletons are there. */
    @Configuration(proxyBeanMethods = false)
    @ConditionalOnProperty("endpoints")
    static class Endpoints {

        @Bean
        ServerEndpointExporter endpoints() {
            ServerEndpointExporter made = new ServerEndpointExporter();
            if (System.getProperty("process-executor.worker") == null) {
                made.setServerContainer((ServerContainer) Proxy.newProxyInstance(
                        ServerContainer.class.getClassLoader(),
                        new Class<?>[] {ServerContainer.class},
                        (proxy, method, arguments) -> null));
            }
            return made;
        }
    }

    @Configuration(proxyBeanMethods = false)
    @ConditionalOnProperty("third.url")
    static class Third {

        @Bean(defaultCandidate = false)
        @ConfigurationProperties("third")
        BasicDataSource third() {
            return new BasicDataSource();
        }
    }

    @Test
    void anEntityManagerFactoryOfOnesOwnLeavesTheTablesAsTheyAreInAWorker() {
        for (String property : List.of(
                "hibernate.hbm2ddl.auto",
                "jakarta.persistence.schema-generation.database.action",
                "javax.persistence.schema-generation.database.action")) {
            start("entities=" + property);
            assertThat(thingsAfterAWorkerMade("entities")).as(property).isEqualTo(2);
            ApplicationContext beans = application;
            assertThat(got(executor().submit(() -> {
                        try (var entities =
                                beans.getBean(EntityManagerFactory.class).createEntityManager()) {
                            return entities.createQuery("from Thing", Thing.class)
                                    .getResultList()
                                    .size();
                        }
                    })))
                    .isEqualTo(2);
            application.close();
        }
    }

    @Test
    void aSessionFactoryOfOnesOwnLeavesTheTablesAsTheyAreInAWorker() {
        start("sessions=true");
        assertThat(thingsAfterAWorkerMade("sessions")).isEqualTo(2);
    }

    @Test
    void aScriptInitializerOfOnesOwnRunsNoScriptInAWorker() throws Exception {
        Files.writeString(directory.resolve("schema.sql"), AFRESH);
        start("made.scripts=true");
        assertThat(thingsAfterAWorkerMade("scripts")).isEqualTo(2);
    }

    @Test
    void aDataSourceInitializerOfOnesOwnPopulatesNothingInAWorker() {
        start("made.initializer=true");
        assertThat(thingsAfterAWorkerMade("initializer")).isEqualTo(2);
    }

    @Test
    void aScriptRunsInAWorkerWhereAFileForWorkersTakesTheGuardBack() throws Exception {
        Path config = Files.createDirectories(directory.resolve("config"));
        Files.writeString(config.resolve("application-process-worker.properties"), "spring.sql.init.mode=always\n");
        start("made.initializer=true", "spring.config.additional-location=file:" + config + "/");
        assertThat(thingsAfterAWorkerMade("initializer")).isZero();
    }

    @Test
    void flywayOfOnesOwnMigratesNothingInAWorker() throws Exception {
        for (String bean : List.of("flyway", "migration")) {
            Files.deleteIfExists(directory.resolve("V2__afresh.sql"));
            Files.writeString(directory.resolve("V1__things.sql"), AFRESH);
            start("made." + bean + "=true");
            Files.writeString(directory.resolve("V2__afresh.sql"), AFRESH);
            assertThat(thingsAfterAWorkerMade(bean)).as(bean).isEqualTo(2);
            application.close();
        }
    }

    @Test
    void aPoolOfOnesOwnIsAsSmallInAWorkerAsOneOfBoots() {
        start("second.url=jdbc:h2:mem:second", "second.hikari.maximum-pool-size=7", "second.hikari.minimum-idle=7");
        HikariDataSource second = application.getBean("second", HikariDataSource.class);
        assertThat(got(executor().submit(() -> sizeOf(second)))).isEqualTo("at most 2, idle 1");
        assertThat(sizeOf(second)).isEqualTo("at most 7, idle 7");
    }

    @Test
    void aPoolOfDbcp2StartsEmptyInAWorkerAndClosesWhatIsIdleWhoeverMadeIt() {
        start(
                "spring.datasource.type=org.apache.commons.dbcp2.BasicDataSource",
                "spring.datasource.dbcp2.initial-size=3",
                "third.url=jdbc:h2:mem:third",
                "third.initial-size=4",
                "third.duration-between-eviction-runs=1h");
        for (String bean : List.of("dataSource", "third")) {
            BasicDataSource pool = application.getBean(bean, BasicDataSource.class);
            assertThat(got(executor().submit(() -> sizeOf(pool))))
                    .as(bean)
                    .isEqualTo("at most 2, at first 0, looked at every PT1M");
        }
        assertThat(sizeOf(application.getBean("third", BasicDataSource.class)))
                .isEqualTo("at most 8, at first 4, looked at every PT1H");
    }

    @Test
    void anExporterOfWebSocketEndpointsKeepsNoContextOfAWorkerFromStarting() {
        start("endpoints=true");
        ApplicationContext beans = application;
        assertThat(beans.containsBean("endpoints")).isTrue();
        assertThat(got(executor().submit(() -> beans.containsBean("endpoints"))))
                .isFalse();
    }

    @Test
    void withALifecycleProcessorAndAMulticasterOfOnesOwnNothingStartsInAWorkerAndNobodyIsToldOfTheStart() {
        Noted.NOTES.clear();
        start("noted=true");
        assertThat(Noted.NOTES).containsExactlyInAnyOrder("started", "refreshed");
        ApplicationContext beans = application;
        assertThat(got(executor().submit(() -> {
                    beans.publishEvent("told");
                    return beans.getBean(Server.class).isRunning() + " " + Noted.NOTES;
                })))
                .isEqualTo("false [handled told]");
    }

    private static String sizeOf(HikariDataSource pool) {
        return "at most " + pool.getMaximumPoolSize() + ", idle " + pool.getMinimumIdle();
    }

    private static String sizeOf(BasicDataSource pool) {
        return "at most " + pool.getMaxTotal() + ", at first " + pool.getInitialSize() + ", looked at every "
                + pool.getDurationBetweenEvictionRuns();
    }

    /** Has two of them, and tells how many are left once a worker has the bean. */
    private long thingsAfterAWorkerMade(String bean) {
        JdbcTemplate jdbc = application.getBean(JdbcTemplate.class);
        jdbc.update("insert into thing (id) values (1), (2)");
        ApplicationContext beans = application;
        assertThat(got(executor().submit(() -> beans.getBean(bean) != null))).isTrue();
        return jdbc.queryForObject("select count(*) from thing", Long.class);
    }

    private ProcessTaskExecutor executor() {
        return application.getBean(ProcessTaskExecutor.class);
    }

    private void start(String... arguments) {
        List<String> all = new ArrayList<>(List.of(
                "--process-executor.workers=1",
                "--process-executor.worker.max-heap=160MB",
                "--spring.jmx.enabled=false",
                "--directory=" + directory,
                "--spring.datasource.url=jdbc:h2:file:" + directory.resolve("things") + System.nanoTime()
                        + ";AUTO_SERVER=TRUE"));
        for (String each : arguments) {
            all.add("--" + each);
        }
        application = new SpringApplicationBuilder(
                        Application.class, Sessions.class, Second.class, Third.class, Endpoints.class, Noted.class)
                .web(WebApplicationType.NONE)
                .run(all.toArray(String[]::new));
    }

    private static <T> T got(CompletableFuture<T> future) {
        return future.orTimeout(TIMEOUT.toSeconds(), TimeUnit.SECONDS).join();
    }
}
