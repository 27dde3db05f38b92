package io.processexecutor.spring;

/** What is done about a call that is shipped to a worker from within a transaction, which stays behind. */
public enum TransactionPolicy {
    /** It is shipped, and logged once for each method. */
    WARN,
    /** It fails. */
    REFUSE,
    /** It is shipped. */
    IGNORE
}
