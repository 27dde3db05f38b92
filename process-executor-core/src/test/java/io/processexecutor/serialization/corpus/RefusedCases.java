package io.processexecutor.serialization.corpus;

import io.processexecutor.TaskSubmitter;
import java.io.ByteArrayInputStream;
import java.io.FileInputStream;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.MethodType;
import java.lang.reflect.Proxy;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URLClassLoader;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.nio.file.FileSystems;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.List;
import java.util.Map;
import java.util.Scanner;
import java.util.Timer;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executors;
import java.util.concurrent.ForkJoinPool;
import java.util.concurrent.FutureTask;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/** What must not arrive at all. */
// Odd code is what the cases are made of.
@SuppressWarnings({"unchecked", "rawtypes"})
final class RefusedCases extends Cases {

    static class OwnThread extends Thread {}

    static class OwnExecutor extends java.util.concurrent.AbstractExecutorService {
        @Override
        public void shutdown() {}

        @Override
        public List<Runnable> shutdownNow() {
            return List.of();
        }

        @Override
        public boolean isShutdown() {
            return false;
        }

        @Override
        public boolean isTerminated() {
            return false;
        }

        @Override
        public boolean awaitTermination(long timeout, java.util.concurrent.TimeUnit unit) {
            return false;
        }

        @Override
        public void execute(Runnable command) {
            command.run();
        }
    }

    /** Since Java 19; another thing that cannot travel before. */
    private static Object wrappedGenerator() {
        try {
            return java.util.Random.class
                    .getMethod("from", java.util.random.RandomGenerator.class)
                    .invoke(null, new java.util.SplittableRandom(1));
        } catch (NoSuchMethodException e) {
            return new Thread();
        } catch (ReflectiveOperationException e) {
            throw new IllegalStateException(e);
        }
    }

    static class HoldsAThread {
        final List<Map<String, Object>> items = List.of(Map.of("t", new Thread()));
    }

    private static <T> T checked(Callable<T> call) {
        try {
            return call.call();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (Exception e) {
            throw new IllegalStateException(e);
        }
    }

    RefusedCases() {
        super("X");
        refused("Thread", Thread::new);
        refused("own Thread", OwnThread::new);
        refused("ThreadGroup", () -> Thread.currentThread().getThreadGroup());
        refused("InheritableThreadLocal", InheritableThreadLocal::new);
        refused("a Thread deep inside", HoldsAThread::new);
        refused("captured Thread", () -> {
            Thread thread = new Thread();
            return (Runnable) thread::start;
        });
        refused("fixed pool", () -> Executors.newFixedThreadPool(1));
        refused("single thread executor", Executors::newSingleThreadExecutor);
        refused("scheduled pool", () -> Executors.newScheduledThreadPool(1));
        refused("ForkJoinPool", ForkJoinPool::commonPool);
        refused("FileInputStream", () -> checked(() -> new FileInputStream("/dev/null")));
        refused("FileOutputStream", () -> checked(() -> new FileOutputStream("/dev/null")));
        refused("Reader", () -> new InputStreamReader(new ByteArrayInputStream(new byte[0])));
        refused("Scanner", () -> new Scanner("text"));
        refused("Socket", Socket::new);
        refused("ServerSocket", () -> checked(ServerSocket::new));
        refused("SocketChannel", () -> checked(SocketChannel::open));
        refused("Stream", () -> Stream.of(1));
        refused("IntStream", () -> IntStream.range(0, 3));
        refused("iterator of a list", () -> List.of(1).iterator());
        refused("class loader", () -> new URLClassLoader(new java.net.URL[0]));
        refused("MessageDigest", () -> {
            try {
                return MessageDigest.getInstance("SHA-256");
            } catch (NoSuchAlgorithmException e) {
                throw new IllegalStateException(e);
            }
        });
        refused("Timer", () -> new Timer(true));
        refused("Process", () -> checked(() -> new ProcessBuilder("true").start()));
        refused("ProcessHandle", ProcessHandle::current);
        refused("Runtime", Runtime::getRuntime);
        refused("Lookup", MethodHandles::lookup);
        refused(
                "MethodHandle that behaves by who looked it up",
                () -> checked(() -> MethodHandles.lookup()
                        .findStatic(Class.class, "forName", MethodType.methodType(Class.class, String.class))));
        refused(
                "MethodHandle bound to an argument",
                () -> checked(() -> MethodHandles.lookup()
                        .findVirtual(String.class, "length", MethodType.methodType(int.class))
                        .bindTo("four")));
        refused("Module", () -> String.class.getModule());
        refused("FileSystem", FileSystems::getDefault);
        refused("unfinished CompletableFuture", CompletableFuture::new);
        refused("enumeration", () -> java.util.Collections.enumeration(List.of(1)));
        refused("own executor", OwnExecutor::new);
        refused("generator in a wrapper", RefusedCases::wrappedGenerator);
        refused("CyclicBarrier", () -> new java.util.concurrent.CyclicBarrier(2));
        refused("FutureTask", () -> new FutureTask<>(() -> "x"));
        refused("direct ByteBuffer", () -> ByteBuffer.allocateDirect(1));
        refused("Matcher", () -> java.util.regex.Pattern.compile("a").matcher("a"));
        refused("class of a lambda", () -> ((Runnable) () -> {}).getClass());
        refused(
                "this library's executor",
                () -> Proxy.newProxyInstance(
                        RefusedCases.class.getClassLoader(),
                        new Class<?>[] {TaskSubmitter.class},
                        (self, method, arguments) -> null));
    }
}
