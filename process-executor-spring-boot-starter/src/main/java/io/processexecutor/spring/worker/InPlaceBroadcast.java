package io.processexecutor.spring.worker;

import io.processexecutor.Broadcast;

/**
 * The value itself, where tasks run on the thread that submits them.
 *
 * @param value the value
 * @param <T> its type
 */
record InPlaceBroadcast<T>(T value) implements Broadcast<T> {

    @Override
    public void close() {}
}
