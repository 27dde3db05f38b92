package io.processexecutor.sample.demo;

import io.processexecutor.TaskOptions;
import io.processexecutor.spring.ProcessTaskExecutor;
import java.time.Duration;
import java.util.concurrent.locks.LockSupport;
import org.springframework.http.HttpStatus;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.ResponseStatus;
import org.springframework.web.bind.annotation.RestController;
import org.springframework.web.server.ResponseStatusException;

/**
 * The buttons of the page. Each request only begins something; what comes of it is told by the sections. No application
 * but a demonstration would offer this.
 */
@RestController
@RequestMapping("/demo")
@ResponseStatus(HttpStatus.ACCEPTED)
final class DemoController {

    private static final Duration LONGEST_HANG = Duration.ofMinutes(1);

    private final ProcessTaskExecutor executor;
    private final Comparison comparison;
    private final WalkthroughSection walkthrough;

    DemoController(ProcessTaskExecutor executor, Comparison comparison, WalkthroughSection walkthrough) {
        this.executor = executor;
        this.comparison = comparison;
        this.walkthrough = walkthrough;
    }

    /** Kills a worker, as the kernel does when memory is short. */
    @PostMapping("/workers/{pid:[0-9]+}/kill")
    void kill(@PathVariable("pid") long pid) {
        // In this order: the handle knows the process from one that gets the same pid later.
        ProcessHandle process = ProcessHandle.of(pid)
                .filter(found -> executor.workers().stream().anyMatch(worker -> worker.pid() == pid))
                .orElseThrow(
                        () -> new ResponseStatusException(HttpStatus.NOT_FOUND, "There is no worker with pid " + pid));
        if (!process.destroyForcibly()) {
            throw new ResponseStatusException(HttpStatus.CONFLICT, "The worker with pid " + pid + " is gone");
        }
    }

    /** Has a worker hang in a task, which ends when it is cancelled or runs out of time. */
    @PostMapping("/hang")
    void hang() {
        TaskOptions options = TaskOptions.defaults().label("hang").timeout(LONGEST_HANG);
        var unused = executor.with(options).submit(DemoController::neverReturn);
    }

    /** Cancels a task. */
    @PostMapping("/tasks/{id:[0-9]+}/cancel")
    void cancel(@PathVariable("id") long id) {
        if (!executor.cancel(id)) {
            throw new ResponseStatusException(HttpStatus.NOT_FOUND, "There is no task " + id + " that is not done");
        }
    }

    @PostMapping("/comparison")
    void compare() {
        comparison.start();
    }

    @PostMapping("/walkthrough")
    void walk() {
        walkthrough.start();
    }

    /** Does not heed an interrupt, so that only the end of its worker ends it. */
    private static void neverReturn() {
        while (true) {
            LockSupport.parkNanos(Duration.ofMillis(100).toNanos());
        }
    }
}
