package io.processexecutor.sample.demo;

import io.processexecutor.Closures;
import io.processexecutor.ProcessTask;
import io.processexecutor.TaskOptions;
import io.processexecutor.TaskSerializationException;
import io.processexecutor.TaskSerializer;
import io.processexecutor.WorkerCrashedException;
import io.processexecutor.event.TaskCompleted;
import io.processexecutor.pool.ProcessPoolExecutor;
import io.processexecutor.sample.DocumentPreviewService;
import io.processexecutor.serialization.TaskSerializers;
import io.processexecutor.spring.ProcessTaskExecutor;
import java.awt.image.BufferedImage;
import java.io.ByteArrayInputStream;
import java.io.PrintStream;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import javax.imageio.ImageIO;
import org.springframework.stereotype.Component;

/**
 * The walkthrough: what travels to another process and what does not, what that costs, and what happens when the other
 * process dies. The counterpart, step by step, of loky's example "Serialization of un-picklable objects".
 */
@Component
final class Walkthrough {

    private static final int NUMBERS = 1_000_000;
    private static final int WARM_UP_RUNS = 15;
    private static final int TIMED_RUNS = 15;
    private static final int DPI = 96;
    private static final int DOCUMENTS = 4;

    private final ProcessTaskExecutor executor;
    private final DocumentPreviewService previews;
    private final CompletedTasks completed;

    Walkthrough(ProcessTaskExecutor executor, DocumentPreviewService previews, CompletedTasks completed) {
        this.executor = executor;
        this.previews = previews;
        this.completed = completed;
    }

    /** Walks through all steps. Only one may do so at a time. */
    void run(PrintStream out) throws Exception {
        out.printf("Java %s, this process has pid %d%n", Runtime.version(), pid());
        completed.keep(true);
        try {
            lambdaAsTask(out);
            closureInsideData(out);
            cost(out);
            markedClass(out);
            realJob(out);
            crash(out);
            reuse(out);
        } finally {
            completed.keep(false);
        }
        out.println("\nDone.");
    }

    private void lambdaAsTask(PrintStream out) throws Exception {
        step(out, 1, "A task that is a lambda runs under the default serializer");
        int six = 6;
        out.printf("   answer %d%n", executor.submit(() -> six * 7).get());
        long here = pid();
        boolean found = executor.submit(() -> isCompleteOutside(here)).get();
        out.printf("   this bean and its collaborators were found in a worker: %b%n", found);
    }

    /** Not all that this bean holds could travel, so that it goes by its name. */
    private boolean isCompleteOutside(long process) {
        return previews != null && completed != null && pid() != process;
    }

    private void closureInsideData(PrintStream out) throws Exception {
        step(out, 2, "The same closure inside a list of lists is refused under the default, and the pool lives on");
        long before = executor.submit(() -> pid()).get();
        List<List<Supplier<Integer>>> nested = nestedClosures();
        try {
            CompletableFuture<Integer> accepted =
                    executor.submit(() -> nested.get(0).get(0).get());
            throw new IllegalStateException("the closure was not refused: " + accepted.get());
        } catch (TaskSerializationException e) {
            print(out, "refused: ", e);
        }
        long after = executor.submit(() -> pid()).get();
        out.printf("   worker before: pid %d, after: pid %d%n", before, after);

        step(out, 3, "serializer: closure runs it");
        CompletableFuture<Integer> answer = executor.with(using(TaskSerializers.closure(), "nested"))
                .submit(() -> nested.get(0).get(0).get());
        out.printf("   answer %d%n", answer.get());
    }

    private void cost(PrintStream out) throws Exception {
        step(
                out,
                4,
                "What it costs: the closures and a list of " + NUMBERS + " integers, medians of " + TIMED_RUNS
                        + " warm runs");
        List<List<Supplier<Integer>>> nested = nestedClosures();
        List<List<Supplier<Integer>>> wrapped = Closures.wrap(nestedClosures());
        Supplier<Integer> plain = nested.get(0).get(0);
        List<Integer> numbers = IntStream.range(0, NUMBERS).boxed().collect(Collectors.toCollection(ArrayList::new));
        TimedRuns closure = new TimedRuns("closure");
        TimedRuns kryo = new TimedRuns("kryo (a closure as such)");
        TimedRuns marked = new TimedRuns("kryo with Closures.wrap");
        // In turn, so that whatever else the machine does falls on all three.
        for (int i = 0; i < WARM_UP_RUNS + TIMED_RUNS; i++) {
            boolean timed = i >= WARM_UP_RUNS;
            time(
                    closure,
                    timed,
                    TaskSerializers.closure(),
                    () -> nested.get(0).get(0).get() + numbers.size());
            time(kryo, timed, TaskSerializers.kryo(), () -> plain.get() + numbers.size());
            time(
                    marked,
                    timed,
                    TaskSerializers.kryo(),
                    () -> wrapped.get(0).get(0).get() + numbers.size());
        }
        out.println(TimedRuns.HEADER);
        out.println(closure.line());
        out.println(kryo.line());
        out.println(marked.line());
    }

    private void markedClass(PrintStream out) throws Exception {
        step(out, 5, "A class marked @NonSerializableTask is a task under the default, and stays what it is");
        double reduction = 0.5;
        Discount discount = new Discount(100, List.of(price -> price * reduction, price -> price - 8));
        out.printf(
                "   answer %.0f%n",
                executor.submit((ProcessTask<Double>) discount).get());
        Object back = executor.submit(() -> discount).get();
        out.printf("   it came back as %s, instanceof %s%n", back.getClass().getSimpleName(), back instanceof Discount);
    }

    private void realJob(PrintStream out) throws Exception {
        step(out, 6, "The real job: " + DOCUMENTS + " documents rendered at " + DPI + " dpi by @Async methods");
        byte[] pdf = SamplePdf.create();
        List<CompletableFuture<List<byte[]>>> documents = new ArrayList<>();
        for (int i = 0; i < DOCUMENTS; i++) {
            documents.add(previews.render(pdf, DPI));
        }
        for (CompletableFuture<List<byte[]>> document : documents) {
            List<String> sizes = new ArrayList<>();
            for (byte[] png : document.get()) {
                BufferedImage image = ImageIO.read(new ByteArrayInputStream(png));
                sizes.add(image.getWidth() + " x " + image.getHeight());
            }
            out.printf("   %d pages: %s%n", sizes.size(), String.join(", ", sizes));
        }
        Set<Long> pids = new TreeSet<>();
        for (int i = 0; i < DOCUMENTS; i++) {
            TaskCompleted rendered = completed.next("DocumentPreviewService.render");
            pids.add(rendered.workerPid());
        }
        out.printf("   rendered in workers with pids %s%n", pids);
    }

    private void crash(PrintStream out) throws Exception {
        step(out, 7, "A task that halts its JVM, while another one finishes");
        CompletableFuture<String> healthy = executor.submit(() -> "finished in pid " + pid());
        CompletableFuture<String> doomed = executor.submit(() -> {
            Runtime.getRuntime().halt(42);
            return "unreachable";
        });
        out.printf("   the one %s%n", healthy.get());
        try {
            out.printf("   the other %s%n", doomed.get());
            throw new IllegalStateException("the task survived its JVM");
        } catch (ExecutionException e) {
            if (!(e.getCause() instanceof WorkerCrashedException crashed)) {
                throw e;
            }
            print(out, "the other failed: ", crashed);
        }
        out.printf("   and the next one answers %d%n", executor.submit(() -> 42).get());
    }

    private void reuse(PrintStream out) throws Exception {
        step(out, 8, "One executor for all who ask for the same settings, without Spring");
        ProcessPoolExecutor.Builder settings =
                ProcessPoolExecutor.builder().name("reusable").workers(1).serializer(TaskSerializers.closure());
        try (ProcessPoolExecutor first = ProcessPoolExecutor.reusable(settings)) {
            long before = first.submit(() -> pid()).get();
            ProcessPoolExecutor second = ProcessPoolExecutor.reusable(settings.workers(2));
            long after = second.submit(() -> pid()).get();
            out.printf(
                    "   the same executor: %b, its worker is still there: %b, resized to %d workers%n",
                    first == second, before == after, second.stats().maxWorkers());
        }
    }

    private void time(TimedRuns runs, boolean timed, TaskSerializer serializer, ProcessTask<Integer> task)
            throws Exception {
        executor.with(using(serializer, "cost")).submit(task).get();
        TaskCompleted run = completed.next("cost");
        if (timed) {
            runs.add(run);
        }
    }

    private static void step(PrintStream out, int number, String title) {
        out.printf("%n%d. %s%n", number, title);
    }

    private static void print(PrintStream out, String prefix, Exception e) {
        out.println((prefix + e.getMessage()).indent(3).stripTrailing());
    }

    private static TaskOptions using(TaskSerializer serializer, String label) {
        return TaskOptions.defaults().serializer(serializer).label(label);
    }

    /** Not even serializable in the platform's sense: a plain {@link Supplier}. */
    private static List<List<Supplier<Integer>>> nestedClosures() {
        int six = 6;
        return List.of(List.of(() -> six * 7));
    }

    private static long pid() {
        return ProcessHandle.current().pid();
    }
}
