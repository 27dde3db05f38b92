package io.processexecutor.serialization.corpus;

import io.processexecutor.ProcessExecutor;
import io.processexecutor.ProcessTask;
import io.processexecutor.TaskSerializationException;
import io.processexecutor.pool.ProcessPoolExecutor;
import io.processexecutor.serialization.TaskSerializers;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;

/** Sends every case to a worker and says of each how it arrived: {@code CorpusMain <serializer>}. */
public final class CorpusMain {

    private CorpusMain() {}

    public static void main(String[] arguments) {
        List<CompletableFuture<String>> outcomes = new ArrayList<>();
        try (ProcessExecutor executor = ProcessPoolExecutor.builder()
                .workers(1)
                .serializer(TaskSerializers.named(arguments[0]))
                .build()) {
            for (int i = 0; i < Cases.everyOne().size(); i++) {
                int number = i;
                Object made = Cases.everyOne().get(i).make().get();
                outcomes.add(sent(executor, () -> outcome(Cases.everyOne().get(number), made)));
            }
            String placeOfWorker = sent(executor, CorpusMain::place)
                    .exceptionally(CorpusMain::failed)
                    .join();
            System.out.println("The corpus is in " + place() + ", in the worker in " + placeOfWorker);
            for (int i = 0; i < outcomes.size(); i++) {
                String outcome =
                        outcomes.get(i).exceptionally(CorpusMain::failed).join();
                CorpusScore.say(Cases.everyOne().get(i), outcome);
            }
        }
        System.exit(0);
    }

    /** Where the application's classes are, here. */
    private static String place() {
        return CorpusMain.class.getModule() + " of " + CorpusMain.class.getClassLoader();
    }

    private static CompletableFuture<String> sent(ProcessExecutor executor, ProcessTask<String> task) {
        try {
            return executor.submit(task);
        } catch (TaskSerializationException e) {
            return CompletableFuture.failedFuture(e);
        }
    }

    private static String outcome(Case each, Object arrived) {
        String expected = each.probed(each.make().get());
        String actual = each.probed(arrived);
        return expected.equals(actual) ? CorpusScore.RIGHT : "WRONG expected <" + expected + "> was <" + actual + ">";
    }

    private static String failed(Throwable failure) {
        Throwable thrown = failure instanceof CompletionException wrapped ? wrapped.getCause() : failure;
        if (!(thrown instanceof TaskSerializationException)) {
            return "FAILED " + thrown;
        }
        if (thrown.getCause() == null) {
            return CorpusScore.REFUSED + thrown.getMessage();
        }
        StringBuilder text = new StringBuilder("FAILED ").append(thrown.getMessage());
        for (Throwable cause = thrown.getCause(); cause != null; cause = cause.getCause()) {
            text.append(" <- ").append(cause);
            List.of(cause.getStackTrace()).stream()
                    .limit(6)
                    .forEach(frame -> text.append(" @").append(frame));
        }
        return text.toString();
    }
}
