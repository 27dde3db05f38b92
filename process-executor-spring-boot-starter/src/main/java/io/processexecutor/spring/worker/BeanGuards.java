package io.processexecutor.spring.worker;

import java.lang.reflect.Method;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.springframework.beans.factory.support.MergedBeanDefinitionPostProcessor;
import org.springframework.beans.factory.support.RootBeanDefinition;
import org.springframework.context.event.ApplicationEventMulticaster;
import org.springframework.context.support.AbstractApplicationContext;
import org.springframework.core.Ordered;
import org.springframework.core.PriorityOrdered;
import org.springframework.orm.jpa.AbstractEntityManagerFactoryBean;
import org.springframework.orm.jpa.hibernate.LocalSessionFactoryBean;
import org.springframework.util.ClassUtils;
import org.springframework.util.ReflectionUtils;

/**
 * Holds the beans that an application makes by itself to what {@link Guards} tells those that Boot makes of properties. A
 * guard that a file for workers takes back is taken back for both.
 */
final class BeanGuards implements MergedBeanDefinitionPostProcessor, PriorityOrdered {

    private static final String SCRIPTS = "spring.sql.init.mode";
    private static final String FLYWAY = "spring.flyway.enabled";
    private static final String LIQUIBASE = "spring.liquibase.enabled";

    /** What changes a schema as it is initialized, and may drop it as it is destroyed. */
    private static final Map<String, String> SCHEMA = Map.of(
            "org.springframework.boot.sql.init.AbstractScriptDatabaseInitializer", SCRIPTS,
            "org.springframework.jdbc.datasource.init.DataSourceInitializer", SCRIPTS,
            "org.springframework.r2dbc.connection.init.ConnectionFactoryInitializer", SCRIPTS,
            "org.springframework.boot.flyway.autoconfigure.FlywayMigrationInitializer", FLYWAY,
            "org.flywaydb.core.Flyway", FLYWAY,
            "liquibase.integration.spring.SpringLiquibase", LIQUIBASE,
            "liquibase.integration.spring.MultiTenantSpringLiquibase", LIQUIBASE);

    /** What a pool of connections may have at most. */
    private static final Map<String, List<Limit>> POOLS = Map.of(
            "com.zaxxer.hikari.HikariDataSource",
            List.of(
                    new Limit("MaximumPoolSize", "spring.datasource.hikari.maximum-pool-size"),
                    new Limit("MinimumIdle", "spring.datasource.hikari.minimum-idle")),
            "org.apache.commons.dbcp2.BasicDataSource",
            List.of(
                    new Limit("MaxTotal", "spring.datasource.dbcp2.max-total"),
                    new Limit("MinIdle", "spring.datasource.dbcp2.min-idle"),
                    new Limit("InitialSize", "spring.datasource.dbcp2.initial-size"),
                    new Limit("DurationBetweenEvictionRuns", "spring.datasource.dbcp2.duration-between-eviction-runs")),
            "org.apache.tomcat.jdbc.pool.DataSourceProxy",
            List.of(
                    new Limit("MaxActive", "spring.datasource.tomcat.max-active"),
                    new Limit("MinIdle", "spring.datasource.tomcat.min-idle"),
                    new Limit("MaxIdle", "spring.datasource.tomcat.max-idle"),
                    new Limit("InitialSize", "spring.datasource.tomcat.initial-size")),
            "oracle.ucp.jdbc.PoolDataSourceImpl",
            List.of(
                    new Limit("MaxPoolSize", "spring.datasource.oracleucp.max-pool-size"),
                    new Limit("MinPoolSize", "spring.datasource.oracleucp.min-pool-size"),
                    new Limit("MinIdle", "spring.datasource.oracleucp.min-idle"),
                    new Limit("InitialPoolSize", "spring.datasource.oracleucp.initial-pool-size")));

    private static final boolean JPA = isPresent("jakarta.persistence.EntityManagerFactory")
            && isPresent("org.springframework.orm.jpa.AbstractEntityManagerFactoryBean");

    private static final boolean HIBERNATE = isPresent("org.hibernate.SessionFactory")
            && isPresent("org.springframework.orm.jpa.hibernate.LocalSessionFactoryBean");

    private final WorkerEnvironment environment;

    BeanGuards(WorkerEnvironment environment) {
        this.environment = environment;
    }

    /** After what binds properties to a pool. */
    @Override
    public int getOrder() {
        return Ordered.LOWEST_PRECEDENCE;
    }

    @Override
    public void postProcessMergedBeanDefinition(RootBeanDefinition definition, Class<?> type, String name) {
        Method factory = definition.getResolvedFactoryMethod();
        if (factory != null && factory.getDeclaringClass().getName().startsWith("org.springframework.")) {
            // Each of Boot's has a property of its own, which is guarded.
            return;
        }
        String guard = ofTypeOf(type, SCHEMA);
        if (guard != null && environment.holds(guard)) {
            leaveAlone(definition);
        }
    }

    private static void leaveAlone(RootBeanDefinition definition) {
        definition.registerExternallyManagedInitMethod("afterPropertiesSet");
        definition.registerExternallyManagedDestroyMethod("destroy");
        String[] init = definition.getInitMethodNames();
        if (init != null) {
            for (String each : init) {
                definition.registerExternallyManagedInitMethod(each);
            }
        }
        String[] destroy = definition.getDestroyMethodNames();
        if (destroy != null) {
            for (String each : destroy) {
                definition.registerExternallyManagedDestroyMethod(each);
            }
        }
    }

    @Override
    public Object postProcessBeforeInitialization(Object bean, String name) {
        List<Limit> limits = ofTypeOf(bean.getClass(), POOLS);
        if (limits != null) {
            for (Limit each : limits) {
                each.hold(bean, environment);
            }
        }
        if (JPA && bean instanceof AbstractEntityManagerFactoryBean entityManagers) {
            keepSchema(entityManagers.getJpaPropertyMap());
        } else if (HIBERNATE && bean instanceof LocalSessionFactoryBean sessions) {
            keepSchema(sessions.getHibernateProperties());
        }
        return bean;
    }

    private void keepSchema(Map<? super String, ? super String> settings) {
        for (String each : Guards.SCHEMA_GENERATION) {
            if (environment.holds(Guards.OF_JPA + each)) {
                settings.put(each, Guards.NONE);
            }
        }
    }

    @Override
    public Object postProcessAfterInitialization(Object bean, String name) {
        return name.equals(AbstractApplicationContext.APPLICATION_EVENT_MULTICASTER_BEAN_NAME)
                        && bean instanceof ApplicationEventMulticaster ofApplication
                ? new QuietStartMulticaster(ofApplication)
                : bean;
    }

    private static boolean isPresent(String type) {
        return ClassUtils.isPresent(type, BeanGuards.class.getClassLoader());
    }

    /** By names, since an application need not have any of these types. */
    private static <T> @Nullable T ofTypeOf(Class<?> type, Map<String, T> byName) {
        for (Class<?> each = type; each != null; each = each.getSuperclass()) {
            T found = byName.get(each.getName());
            if (found != null) {
                return found;
            }
        }
        return null;
    }

    /**
     * Of one setting of a pool.
     *
     * @param setting what is got and set
     * @param property what says how much it may be
     */
    private record Limit(String setting, String property) {

        /** A negative setting is none, and stands for a default that is larger. */
        void hold(Object pool, WorkerEnvironment environment) {
            Method get = ReflectionUtils.findMethod(pool.getClass(), "get" + setting);
            if (get == null) {
                return;
            }
            Class<?> type = get.getReturnType();
            Object most = environment.get().getProperty(property, ClassUtils.resolvePrimitiveIfNecessary(type));
            Method set = ReflectionUtils.findMethod(pool.getClass(), "set" + setting, type);
            if (most == null || set == null) {
                return;
            }
            long now = amount(ReflectionUtils.invokeMethod(get, pool));
            if (now < 0 || now > amount(most)) {
                ReflectionUtils.invokeMethod(set, pool, most);
            }
        }

        private static long amount(@Nullable Object value) {
            if (value instanceof Duration time) {
                return time.toMillis();
            }
            return value instanceof Number number ? number.longValue() : -1;
        }
    }
}
