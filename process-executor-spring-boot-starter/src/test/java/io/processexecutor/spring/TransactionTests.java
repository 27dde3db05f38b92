package io.processexecutor.spring;

import static io.processexecutor.spring.Applications.TIMEOUT;
import static io.processexecutor.spring.Applications.here;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import org.springframework.context.ApplicationEventPublisher;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.scheduling.annotation.EnableAsync;
import org.springframework.transaction.PlatformTransactionManager;
import org.springframework.transaction.TransactionDefinition;
import org.springframework.transaction.annotation.EnableTransactionManagement;
import org.springframework.transaction.annotation.Transactional;
import org.springframework.transaction.event.TransactionalEventListener;
import org.springframework.transaction.support.AbstractPlatformTransactionManager;
import org.springframework.transaction.support.DefaultTransactionStatus;
import org.springframework.transaction.support.TransactionTemplate;

/** That a transaction does not cross into a worker, and that this is said. */
@Timeout(300)
@ExtendWith(OutputCaptureExtension.class)
class TransactionTests {

    private static final String WARNING = "goes to a worker process out of a transaction";

    private final ApplicationContextRunner application = Applications.of(Application.class, BootsTransactions.class);

    @Configuration(proxyBeanMethods = false)
    @EnableAsync
    static class Application {

        @Bean
        Transactions transactions() {
            return new Transactions();
        }

        @Bean
        Calls calls() {
            return new Calls();
        }

        @Bean
        AtomicReference<CompletableFuture<Long>> listened() {
            return new AtomicReference<>();
        }

        @Bean
        Listener listener(Calls calls, AtomicReference<CompletableFuture<Long>> listened) {
            return new Listener(calls, listened);
        }
    }

    @Configuration(proxyBeanMethods = false)
    @EnableTransactionManagement
    static class BootsTransactions {}

    /** Keeps nothing but a record of what was begun and ended in this process. */
    static class Transactions extends AbstractPlatformTransactionManager {

        private static final long serialVersionUID = 1L;
        static final List<String> SEEN = new CopyOnWriteArrayList<>();

        @Override
        protected Object doGetTransaction() {
            return new Object();
        }

        @Override
        protected void doBegin(Object transaction, TransactionDefinition definition) {
            SEEN.add("begin");
        }

        @Override
        protected void doCommit(DefaultTransactionStatus status) {
            SEEN.add("commit");
        }

        @Override
        protected void doRollback(DefaultTransactionStatus status) {
            SEEN.add("rollback");
        }
    }

    static class Calls {

        @ProcessAsync
        public CompletableFuture<Long> pid() {
            return CompletableFuture.completedFuture(here());
        }

        @ProcessAsync
        @Transactional
        public CompletableFuture<Long> transactional() {
            return CompletableFuture.completedFuture(here());
        }
    }

    record Ordered(String id) {}

    record Listener(Calls calls, AtomicReference<CompletableFuture<Long>> listened) {
        @TransactionalEventListener
        void onOrdered(Ordered event) {
            listened.set(calls.pid());
        }
    }

    private static TransactionTemplate inTransaction(org.springframework.context.ApplicationContext context) {
        return new TransactionTemplate(context.getBean(PlatformTransactionManager.class));
    }

    @Test
    void aCallFromWithinATransactionIsShippedAndWarnedAboutOnce(CapturedOutput output) {
        application.run(context -> {
            Calls calls = context.getBean(Calls.class);
            for (int i = 0; i < 2; i++) {
                CompletableFuture<Long> pid = inTransaction(context).execute(status -> calls.pid());
                assertThat(pid).succeedsWithin(TIMEOUT).isNotEqualTo(here());
            }
            assertThat(output.getAll().split(WARNING)).hasSize(2);
            assertThat(output).contains("Calls.pid goes to a worker");
        });
    }

    @Test
    void refusedTheCallFailsAndSoDoesASubmission() {
        application.withPropertyValues("process-executor.transactions=refuse").run(context -> {
            Calls calls = context.getBean(Calls.class);
            assertThatThrownBy(() -> inTransaction(context).execute(status -> calls.pid()))
                    .isInstanceOf(IllegalStateException.class)
                    .hasMessageContaining("Calls.pid " + WARNING)
                    .hasMessageContaining("process-executor.transactions=warn");
            ProcessTaskExecutor executor = context.getBean(ProcessTaskExecutor.class);
            assertThatThrownBy(() -> inTransaction(context).execute(status -> executor.submit(() -> here())))
                    .isInstanceOf(IllegalStateException.class);
            assertThat(calls.pid()).succeedsWithin(TIMEOUT);
        });
    }

    @Test
    void ignoredNothingIsSaid(CapturedOutput output) {
        application.withPropertyValues("process-executor.transactions=ignore").run(context -> {
            Calls calls = context.getBean(Calls.class);
            CompletableFuture<Long> pid = inTransaction(context).execute(status -> calls.pid());
            assertThat(pid).succeedsWithin(TIMEOUT);
            assertThat(output).doesNotContain(WARNING);
        });
    }

    @Test
    void aMethodThatIsTransactionalItselfBeginsNoTransactionInThisProcess() {
        Transactions.SEEN.clear();
        application.withPropertyValues("process-executor.transactions=refuse").run(context -> {
            assertThat(context.getBean(Calls.class).transactional())
                    .succeedsWithin(TIMEOUT)
                    .isNotEqualTo(here());
            assertThat(Transactions.SEEN).isEmpty();
        });
    }

    @Test
    void aListenerAfterTheCommitMayCall() {
        application.withPropertyValues("process-executor.transactions=refuse").run(context -> {
            ApplicationEventPublisher events = context;
            inTransaction(context).executeWithoutResult(status -> events.publishEvent(new Ordered("1")));
            @SuppressWarnings("unchecked")
            AtomicReference<CompletableFuture<Long>> listened = context.getBean(AtomicReference.class);
            assertThat(listened.get()).succeedsWithin(TIMEOUT).isNotEqualTo(here());
        });
    }

    @Configuration(proxyBeanMethods = false)
    @EnableTransactionManagement(order = 0)
    static class OuterTransactions {}

    @Test
    void aTransactionThatIsOrderedBeforeTheAdvisorIsNoticedToo(CapturedOutput output) {
        Applications.of(OuterTransactions.class, Application.class).run(context -> {
            assertThat(context.getBean(Calls.class).transactional()).succeedsWithin(TIMEOUT);
            assertThat(output).contains("Calls.transactional " + WARNING);
        });
    }
}
