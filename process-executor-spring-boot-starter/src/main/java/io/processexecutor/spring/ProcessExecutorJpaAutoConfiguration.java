package io.processexecutor.spring;

import io.processexecutor.spring.jpa.HibernateReplacer;
import org.hibernate.proxy.HibernateProxy;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.beans.factory.config.BeanDefinition;
import org.springframework.beans.factory.config.BeanPostProcessor;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Role;
import org.springframework.core.task.SimpleAsyncTaskExecutor;
import org.springframework.orm.jpa.AbstractEntityManagerFactoryBean;

/** Looks after the entities of an application with JPA, and keeps JPA itself out of the workers. */
@AutoConfiguration(before = ProcessExecutorAutoConfiguration.class)
@ConditionalUnlessSwitchedOff("process-executor.enabled")
@ConditionalOnParentProcess
public final class ProcessExecutorJpaAutoConfiguration {

    ProcessExecutorJpaAutoConfiguration() {}

    @Configuration(proxyBeanMethods = false)
    @ConditionalOnClass(HibernateProxy.class)
    static class Entities {

        @Bean
        @Role(BeanDefinition.ROLE_INFRASTRUCTURE)
        @ConditionalOnMissingBean
        HibernateReplacer processExecutorHibernateReplacer() {
            return new HibernateReplacer();
        }
    }

    @Configuration(proxyBeanMethods = false)
    @ConditionalOnClass(AbstractEntityManagerFactoryBean.class)
    static class Bootstrap {

        @Bean
        @Role(BeanDefinition.ROLE_INFRASTRUCTURE)
        static BeanPostProcessor processExecutorJpaBootstrap() {
            return new LocalBootstrap();
        }
    }

    /** Boot takes the only AsyncTaskExecutor there is, of whatever kind, to set up JPA in the background. */
    private static final class LocalBootstrap implements BeanPostProcessor {

        private static final Logger log = LoggerFactory.getLogger(ProcessExecutorJpaAutoConfiguration.class);

        @Override
        public Object postProcessBeforeInitialization(Object bean, String beanName) {
            if (bean instanceof AbstractEntityManagerFactoryBean factory
                    && factory.getBootstrapExecutor() instanceof ProcessTaskExecutor) {
                log.info(
                        "{} is set up on a thread of its own: the only other AsyncTaskExecutor runs tasks in"
                                + " worker processes",
                        beanName);
                factory.setBootstrapExecutor(new SimpleAsyncTaskExecutor("jpa-bootstrap-"));
            }
            return bean;
        }
    }
}
