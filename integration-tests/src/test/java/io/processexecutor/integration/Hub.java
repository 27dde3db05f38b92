package io.processexecutor.integration;

import jakarta.jms.ConnectionFactory;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import org.quartz.JobDetail;
import org.quartz.JobExecutionContext;
import org.quartz.Scheduler;
import org.quartz.SchedulerException;
import org.quartz.SimpleScheduleBuilder;
import org.quartz.Trigger;
import org.quartz.TriggerBuilder;
import org.springframework.amqp.rabbit.annotation.RabbitListener;
import org.springframework.amqp.rabbit.config.SimpleRabbitListenerContainerFactory;
import org.springframework.amqp.rabbit.listener.RabbitListenerEndpointRegistry;
import org.springframework.batch.core.job.Job;
import org.springframework.batch.core.job.builder.JobBuilder;
import org.springframework.batch.core.repository.JobRepository;
import org.springframework.batch.core.step.builder.StepBuilder;
import org.springframework.batch.infrastructure.repeat.RepeatStatus;
import org.springframework.boot.autoconfigure.SpringBootApplication;
import org.springframework.boot.web.server.context.WebServerApplicationContext;
import org.springframework.context.ApplicationContext;
import org.springframework.context.Lifecycle;
import org.springframework.context.annotation.Bean;
import org.springframework.jms.annotation.JmsListener;
import org.springframework.jms.config.DefaultJmsListenerContainerFactory;
import org.springframework.jms.config.JmsListenerEndpointRegistry;
import org.springframework.kafka.annotation.KafkaListener;
import org.springframework.kafka.config.ConcurrentKafkaListenerContainerFactory;
import org.springframework.kafka.config.KafkaListenerEndpointRegistry;
import org.springframework.kafka.core.ConsumerFactory;
import org.springframework.scheduling.annotation.Async;
import org.springframework.scheduling.annotation.EnableAsync;
import org.springframework.scheduling.quartz.QuartzJobBean;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.RestController;
import reactor.core.publisher.Mono;

/** A reactive web application that runs jobs, takes in messages and exports its meters, each of them by itself. */
@SpringBootApplication
@EnableAsync
public class Hub {

    /** What happened by itself in this process, and how often. */
    static final Map<String, AtomicInteger> FIRED = new ConcurrentHashMap<>();

    static int fired(String what) {
        return FIRED.computeIfAbsent(what, any -> new AtomicInteger()).get();
    }

    private static void fire(String what) {
        FIRED.computeIfAbsent(what, any -> new AtomicInteger()).incrementAndGet();
    }

    @Bean
    JobDetail tick() {
        return org.quartz.JobBuilder.newJob(Tick.class)
                .withIdentity("tick")
                .storeDurably()
                .build();
    }

    @Bean
    Trigger everySoOften(JobDetail tick) {
        return TriggerBuilder.newTrigger()
                .forJob(tick)
                .withSchedule(SimpleScheduleBuilder.simpleSchedule()
                        .withIntervalInMilliseconds(50)
                        .repeatForever())
                .build();
    }

    static class Tick extends QuartzJobBean {
        @Override
        protected void executeInternal(JobExecutionContext context) {
            fire("quartz");
        }
    }

    @Bean
    Job importing(JobRepository repository) {
        return new JobBuilder("importing", repository)
                .start(new StepBuilder("only", repository)
                        .tasklet((contribution, chunk) -> {
                            fire("batch");
                            return RepeatStatus.FINISHED;
                        })
                        .build())
                .build();
    }

    // Of the user's own, and so not told by Boot's properties whether to start.
    @Bean
    ConcurrentKafkaListenerContainerFactory<Object, Object> ownKafka(ConsumerFactory<Object, Object> consumers) {
        ConcurrentKafkaListenerContainerFactory<Object, Object> factory =
                new ConcurrentKafkaListenerContainerFactory<>();
        factory.setConsumerFactory(consumers);
        return factory;
    }

    @Bean
    SimpleRabbitListenerContainerFactory ownRabbit(
            org.springframework.amqp.rabbit.connection.ConnectionFactory connections) {
        SimpleRabbitListenerContainerFactory factory = new SimpleRabbitListenerContainerFactory();
        factory.setConnectionFactory(connections);
        return factory;
    }

    @Bean
    DefaultJmsListenerContainerFactory ownJms(ConnectionFactory connections) {
        DefaultJmsListenerContainerFactory factory = new DefaultJmsListenerContainerFactory();
        factory.setConnectionFactory(connections);
        return factory;
    }

    @Bean
    Inbox inbox() {
        return new Inbox();
    }

    /** No broker is there: a container that runs is one that tries to reach it. */
    static class Inbox {

        @KafkaListener(id = "kafka", topics = "hub")
        void kafka(String message) {}

        @KafkaListener(id = "own kafka", topics = "hub", containerFactory = "ownKafka", autoStartup = "true")
        void ownKafka(String message) {}

        @RabbitListener(id = "rabbit", queues = "hub")
        void rabbit(String message) {}

        @RabbitListener(id = "own rabbit", queues = "hub", containerFactory = "ownRabbit", autoStartup = "true")
        void ownRabbit(String message) {}

        @JmsListener(id = "jms", destination = "hub")
        void jms(String message) {}

        @JmsListener(id = "own jms", destination = "hub", containerFactory = "ownJms")
        void ownJms(String message) {}
    }

    @Bean
    Watch watch(ApplicationContext context) {
        return new Watch(context);
    }

    /** Looks at the beans of the process that it is called in, and so makes those that are lazy. */
    record Watch(ApplicationContext context) {

        Set<String> running() {
            Set<String> running = new TreeSet<>();
            context.getBean(Inbox.class);
            Map<String, Lifecycle> containers = new TreeMap<>();
            KafkaListenerEndpointRegistry kafka = context.getBean(KafkaListenerEndpointRegistry.class);
            kafka.getListenerContainerIds().forEach(id -> containers.put(id, kafka.getListenerContainer(id)));
            RabbitListenerEndpointRegistry rabbit = context.getBean(RabbitListenerEndpointRegistry.class);
            rabbit.getListenerContainerIds().forEach(id -> containers.put(id, rabbit.getListenerContainer(id)));
            JmsListenerEndpointRegistry jms = context.getBean(JmsListenerEndpointRegistry.class);
            jms.getListenerContainerIds().forEach(id -> containers.put(id, jms.getListenerContainer(id)));
            containers.forEach((id, container) -> {
                if (container.isRunning()) {
                    running.add(id);
                }
            });
            try {
                if (context.getBean(Scheduler.class).isStarted()) {
                    running.add("quartz");
                }
            } catch (SchedulerException e) {
                throw new IllegalStateException(e);
            }
            context.getBeansOfType(Job.class);
            context.getBeansOfType(io.micrometer.core.instrument.MeterRegistry.class).values().stream()
                    .filter(io.micrometer.core.instrument.push.PushMeterRegistry.class::isInstance)
                    .forEach(each -> running.add("export"));
            if (context instanceof WebServerApplicationContext) {
                running.add("server");
            }
            return running;
        }
    }

    @Bean
    Work work() {
        return new Work();
    }

    static class Work {

        @Async("processTaskExecutor")
        public CompletableFuture<Long> pid() {
            return CompletableFuture.completedFuture(ProcessHandle.current().pid());
        }

        @Async
        public CompletableFuture<String> unqualified() {
            return CompletableFuture.completedFuture(where());
        }
    }

    static String where() {
        return ProcessHandle.current().pid() + " " + Thread.currentThread().getName();
    }

    @RestController
    static class Pages {

        private final Work work;

        Pages(Work work) {
            this.work = work;
        }

        @GetMapping("/pid")
        Mono<Long> pid() {
            return Mono.fromFuture(work::pid);
        }

        @GetMapping("/future")
        CompletableFuture<Long> future() {
            return work.pid();
        }

        @GetMapping("/blocking")
        String blocking() {
            return where();
        }
    }
}
