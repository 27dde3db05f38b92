package io.processexecutor.spring;

import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.transaction.support.TransactionSynchronizationManager;
import org.springframework.util.ClassUtils;

/** Notices that a call leaves for a worker from within a transaction. */
final class Transactions {

    private static final Logger log = LoggerFactory.getLogger(Transactions.class);

    private static final boolean PRESENT = ClassUtils.isPresent(
            "org.springframework.transaction.support.TransactionSynchronizationManager",
            Transactions.class.getClassLoader());

    private static final String CALLBACKS = "org.springframework.transaction.support.TransactionSynchronizationUtils";

    private final TransactionPolicy policy;
    private final Set<String> warned = ConcurrentHashMap.newKeySet();

    Transactions(TransactionPolicy policy) {
        this.policy = policy;
    }

    /**
     * Looks whether the current thread is in a transaction.
     *
     * @param name the call as errors name it
     * @throws IllegalStateException if it is, and such calls are refused
     */
    void leaving(String name) {
        if (!PRESENT || policy == TransactionPolicy.IGNORE || !Current.isActive()) {
            return;
        }
        String what = name + " goes to a worker process out of a transaction ("
                + Current.name() + "), which stays in this process: the worker sees nothing of what it has not"
                + " committed, and what the worker does is not undone with it. Call it after the commit, such as from a"
                + " @TransactionalEventListener";
        if (policy == TransactionPolicy.REFUSE) {
            throw new IllegalStateException(what + ", or set process-executor.transactions=warn");
        }
        if (warned.add(name)) {
            log.warn("{}. Said once; process-executor.transactions=ignore silences it, refuse forbids it", what);
        }
    }

    /** Apart, since Spring's transactions are optional. */
    private static final class Current {

        static boolean isActive() {
            return TransactionSynchronizationManager.isActualTransactionActive() && !isCompleted();
        }

        static String name() {
            String name = TransactionSynchronizationManager.getCurrentTransactionName();
            return name == null ? "without a name" : name;
        }

        /** Within callbacks after the commit Spring still calls it active. */
        private static boolean isCompleted() {
            return StackWalker.getInstance()
                    .walk(frames ->
                            frames.anyMatch(frame -> frame.getClassName().equals(CALLBACKS)
                                    && frame.getMethodName().startsWith("invokeAfter")));
        }
    }
}
