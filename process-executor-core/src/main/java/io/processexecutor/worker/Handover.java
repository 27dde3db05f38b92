package io.processexecutor.worker;

import org.jspecify.annotations.Nullable;

/**
 * What one thread gives to another, once. Waited for as plainly as one can: other ways take classes that are in no archive,
 * unless who made that had to wait as well.
 */
final class Handover<T> {

    private @Nullable T given;

    synchronized void give(T value) {
        given = value;
        notifyAll();
    }

    synchronized T await() throws InterruptedException {
        while (given == null) {
            wait();
        }
        return given;
    }
}
