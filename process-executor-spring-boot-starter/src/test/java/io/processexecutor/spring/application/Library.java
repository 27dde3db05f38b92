package io.processexecutor.spring.application;

import io.processexecutor.NonSerializableTask;
import io.processexecutor.spring.ConditionalOnParentProcess;
import io.processexecutor.spring.ConditionalOnWorkerProcess;
import io.processexecutor.spring.ProcessTaskExecutor;
import jakarta.servlet.ServletContext;
import jakarta.servlet.http.HttpServletRequest;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.function.IntBinaryOperator;
import java.util.function.Supplier;
import org.slf4j.MDC;
import org.springframework.beans.factory.FactoryBean;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.boot.ApplicationRunner;
import org.springframework.boot.CommandLineRunner;
import org.springframework.boot.autoconfigure.SpringBootApplication;
import org.springframework.boot.context.event.ApplicationReadyEvent;
import org.springframework.boot.context.event.ApplicationStartedEvent;
import org.springframework.context.ApplicationContext;
import org.springframework.context.SmartLifecycle;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Scope;
import org.springframework.context.annotation.ScopedProxyMode;
import org.springframework.context.event.ContextRefreshedEvent;
import org.springframework.context.event.EventListener;
import org.springframework.context.i18n.LocaleContextHolder;
import org.springframework.core.env.Environment;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.scheduling.annotation.Async;
import org.springframework.scheduling.annotation.EnableAsync;
import org.springframework.scheduling.annotation.EnableScheduling;
import org.springframework.scheduling.annotation.Scheduled;
import org.springframework.transaction.annotation.Transactional;
import org.springframework.transaction.support.TransactionSynchronizationManager;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.RestController;

/** A web application with all that must not happen twice. */
@SpringBootApplication
@EnableAsync
@EnableScheduling
public class Library {

    @Bean
    Journal journal(Environment environment) {
        return new Journal(Path.of(environment.getRequiredProperty("journal")));
    }

    @Bean
    Books books(JdbcTemplate jdbc) {
        return new JdbcBooks(jdbc);
    }

    @Bean
    Shelf shelf(Books books) {
        return new Shelf(books);
    }

    @Bean
    Reports reports(Books books, Environment environment, ObjectProvider<Shelf> shelves) {
        return new DefaultReports(books, environment, shelves);
    }

    @Bean
    Rules rules(Books books) {
        return new Rules(books, (a, b) -> a * 10 + b);
    }

    @Bean
    FactoryBean<Catalogue> catalogue(Books books) {
        return new FactoryBean<>() {
            @Override
            public Catalogue getObject() {
                return new Catalogue(books);
            }

            @Override
            public Class<?> getObjectType() {
                return Catalogue.class;
            }
        };
    }

    @Bean
    @Scope(value = "request", proxyMode = ScopedProxyMode.TARGET_CLASS)
    Basket basket() {
        return new Basket();
    }

    @Bean
    Clockwork clockwork(Journal journal) {
        return new Clockwork(journal);
    }

    @Bean
    ApplicationRunner runner(Journal journal) {
        return arguments -> journal.note("runner");
    }

    @Bean
    CommandLineRunner commandLineRunner(Journal journal) {
        return arguments -> journal.note("command line runner");
    }

    @Bean
    @ConditionalOnWorkerProcess
    Supplier<String> place() {
        return () -> "worker";
    }

    @Bean("place")
    @ConditionalOnParentProcess
    Supplier<String> placeOfParent() {
        return () -> "parent";
    }

    interface Books {
        int count();

        List<String> titles();

        void add(int id, String title);

        String transaction();
    }

    static class JdbcBooks implements Books {

        private final JdbcTemplate jdbc;

        JdbcBooks(JdbcTemplate jdbc) {
            this.jdbc = jdbc;
        }

        @Override
        public int count() {
            return titles().size();
        }

        @Override
        public List<String> titles() {
            return jdbc.queryForList("select title from book order by id", String.class);
        }

        @Override
        public void add(int id, String title) {
            jdbc.update("insert into book values (?, ?)", id, title);
        }

        @Override
        @Transactional
        public String transaction() {
            return TransactionSynchronizationManager.isActualTransactionActive() + " "
                    + ProcessHandle.current().pid();
        }
    }

    /** A plain bean without a proxy. */
    static class Shelf {

        private final Books books;

        Shelf(Books books) {
            this.books = books;
        }

        String describe() {
            return books.count() + " books in " + ProcessHandle.current().pid();
        }

        Books books() {
            return books;
        }
    }

    record Catalogue(Books books) {
        String first() {
            return books.titles().get(0);
        }
    }

    static class Basket {
        int size() {
            return 0;
        }
    }

    interface Reports {
        CompletableFuture<String> titles();

        CompletableFuture<Long> nested();

        CompletableFuture<String> property(String name);

        CompletableFuture<List<String>> profiles();

        CompletableFuture<Boolean> isSame(Shelf shelf);

        CompletableFuture<String> context();

        CompletableFuture<Long> transactional();

        Future<Long> pid();
    }

    /** Behind a JDK proxy. */
    static class DefaultReports implements Reports {

        private final Thread cannotTravel = Thread.currentThread();
        private final Books books;
        private final Environment environment;
        private final ObjectProvider<Shelf> shelves;

        DefaultReports(Books books, Environment environment, ObjectProvider<Shelf> shelves) {
            this.books = books;
            this.environment = environment;
            this.shelves = shelves;
        }

        @Override
        @Async("processTaskExecutor")
        public CompletableFuture<String> titles() {
            return done(books.titles() + " in " + ProcessHandle.current().pid());
        }

        @Override
        @Async("processTaskExecutor")
        public CompletableFuture<Long> nested() {
            return done(
                    shelves.getObject().books() == books
                            ? ProcessHandle.current().pid()
                            : -1);
        }

        @Override
        @Async("processTaskExecutor")
        public CompletableFuture<String> property(String name) {
            return done(environment.getProperty(name));
        }

        @Override
        @Async("processTaskExecutor")
        public CompletableFuture<List<String>> profiles() {
            return done(List.of(environment.getActiveProfiles()));
        }

        @Override
        @Async("processTaskExecutor")
        public CompletableFuture<Boolean> isSame(Shelf shelf) {
            return done(shelf == shelves.getObject());
        }

        @Override
        @Async("processTaskExecutor")
        public CompletableFuture<String> context() {
            return done(MDC.get("request") + " " + LocaleContextHolder.getLocale());
        }

        @Override
        @Async("processTaskExecutor")
        public CompletableFuture<Long> transactional() {
            return done(Long.valueOf(books.transaction().substring("true ".length())));
        }

        @Override
        @Async("processTaskExecutor")
        public Future<Long> pid() {
            return done(ProcessHandle.current().pid());
        }

        private static <T> CompletableFuture<T> done(T value) {
            return CompletableFuture.completedFuture(value);
        }
    }

    /** Travels by value, its collaborator by reference. */
    @NonSerializableTask
    static class Rules {

        private final Books books;
        private final IntBinaryOperator rule;
        private int changed;

        Rules() {
            this(null, null);
        }

        Rules(Books books, IntBinaryOperator rule) {
            this.books = books;
            this.rule = rule;
        }

        void change(int value) {
            changed = value;
        }

        @Async("processTaskExecutor")
        public CompletableFuture<Integer> apply(int value) {
            return CompletableFuture.completedFuture(rule.applyAsInt(books.count() + changed, value));
        }
    }

    @RestController
    static class Orders {

        private final Thread cannotTravel = Thread.currentThread();
        private final ProcessTaskExecutor executor;
        private final Books books;
        private final ApplicationContext context;
        private final HttpServletRequest request;
        private final ServletContext servlets;

        Orders(
                ProcessTaskExecutor executor,
                Books books,
                ApplicationContext context,
                HttpServletRequest request,
                ServletContext servlets) {
            this.executor = executor;
            this.books = books;
            this.context = context;
            this.request = request;
            this.servlets = servlets;
        }

        @GetMapping("/serves")
        public String serves() throws Exception {
            String here = servlets.getContextPath();
            try {
                return executor.submit(() -> books.count() + " at " + servlets.getContextPath())
                        .get();
            } catch (ExecutionException e) {
                return here + ": " + e.getCause().getMessage();
            }
        }

        @GetMapping("/asks")
        public String asks() throws Exception {
            String here = request.getRequestURI();
            try {
                return executor.submit(() -> request.getRequestURI()).get();
            } catch (ExecutionException e) {
                return here + ": " + e.getCause().getMessage();
            }
        }

        @GetMapping("/count")
        public int count() throws Exception {
            return executor.submit(() -> books.count()).get();
        }

        @GetMapping("/place")
        public String place() throws Exception {
            return executor.submit(() -> context.getBean("place", Supplier.class)
                                    .get() + " of the " + ((Supplier<?>) context.getBean("place")).get())
                    .get();
        }

        CompletableFuture<Long> submittingAnother() {
            return executor.submit(
                    () -> executor.submit(() -> ProcessHandle.current().pid()).get()
                            - ProcessHandle.current().pid());
        }

        CompletableFuture<Boolean> anonymous() {
            return executor.submit(new io.processexecutor.ProcessTask<Boolean>() {
                @Override
                public Boolean call() {
                    return Orders.this == context.getBean(Orders.class);
                }
            });
        }

        @GetMapping("/locale")
        public String locale(Locale locale) throws Exception {
            return executor.submit(() -> LocaleContextHolder.getLocale().toLanguageTag())
                    .get();
        }
    }

    static class Clockwork implements SmartLifecycle {

        private final Journal journal;
        private volatile boolean running;

        Clockwork(Journal journal) {
            this.journal = journal;
            journal.note("clockwork");
        }

        @Scheduled(fixedRate = 20)
        void tick() {
            journal.note("tick");
        }

        @EventListener
        void refreshed(ContextRefreshedEvent event) {
            journal.note("refreshed");
        }

        @EventListener
        void started(ApplicationStartedEvent event) {
            journal.note("started");
        }

        @EventListener
        void ready(ApplicationReadyEvent event) {
            journal.note("ready");
        }

        /** Called in a worker, so that there is one there. */
        long touched() {
            return ProcessHandle.current().pid();
        }

        @Override
        public void start() {
            running = true;
            journal.note("lifecycle");
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
}
