package io.processexecutor.pool;

/**
 * What did not work, mostly for want of memory or of a thread. Here rather than where it is told: for a text that stands in the
 * code the virtual machine makes a string when it first comes by, and then there is no memory for that.
 */
enum Mishap {
    ABANDONED_UNTOLD("Nobody was told that a task is not wanted any more"),
    AFTER_REPLY_FAILED("What follows a reply threw"),
    AFTER_SUBMISSION_FAILED("What follows a submission failed"),
    CANNOT_GO_ON("A worker that cannot go on is killed"),
    CANNOT_WAIT("A worker that cannot wait for a task is killed"),
    CLOCK_LOST_THREAD("The clock of a pool lost its thread and has another one"),
    COMPLETED_WITH_FAILURE("A task could not be completed as it should be and fails with the reason for that"),
    COMPLETIONS_MAY_WAIT("Completions may have to wait for a callback"),
    COMPLETION_FAILED("The completion of a task failed"),
    ENDING_NOT_NOTED("The pool may end before a future is complete"),
    END_UNTOLD("Who wanted to know of the end of a pool may not have been told"),
    END_NOT_ASKED("A worker that cannot be asked to end is killed"),
    FILES_LEFT("Files of a pool may be left"),
    LEAVE_NOT_ASKED("A worker that cannot be asked to leave is killed"),
    NOT_HANDED_OVER("A worker that was to take the place of another is killed"),
    NOT_HURRIED("A worker that cannot be hurried is killed"),
    NOT_KEPT_ALIVE("The virtual machine may end before the pool"),
    NOT_KILLED("A worker could not be killed, which is tried again"),
    NOT_REPLACED("A worker cannot be replaced yet"),
    NOT_STOPPED("A pool could not be stopped, which is tried again"),
    NOT_WRITTEN("A worker that cannot be written to is killed"),
    PREPARATION_NOT_SENT("A worker that cannot be given its preparation is killed"),
    RECYCLING_UNTOLD("It could not be told that a worker is recycled"),
    REPLIES_MAY_WAIT("Replies may have to wait for a callback"),
    REQUEST_KEPT("What was sent with a task could not be let go"),
    START_FAILURE_LOST("The failure to start a worker could not be dealt with"),
    STEP_FAILED("A step of the pool failed"),
    TASKS_NOT_GIVEN("A worker did not get its tasks"),
    TASKS_NOT_SENT("A worker that cannot be given its tasks is killed"),
    TASK_END_UNTOLD("The end of a task could not be told"),
    TASK_NOT_STOPPED("A worker whose task cannot be stopped is killed"),
    THREADS_LEFT("Threads of a pool may be left, or its last deadlines not be kept"),
    TIMER_STAYS("A timer could not be cancelled"),
    WORKERS_NOT_LOOKED_AT("Workers were not looked at"),
    WORKER_NOT_LOOKED_AT("A worker was not looked at");

    private final String text;

    Mishap(String text) {
        this.text = text;
    }

    String text() {
        return text;
    }
}
