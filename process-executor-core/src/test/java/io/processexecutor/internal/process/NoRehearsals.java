package io.processexecutor.internal.process;

import java.util.List;

/** For workers of which no archive is made. */
public final class NoRehearsals implements Rehearsals {

    @Override
    public boolean prepare() {
        return false;
    }

    @Override
    public WorkerIntroduction unprepared(List<String> classes) {
        return WorkerIntroduction.NONE;
    }

    @Override
    public WorkerIntroduction prepared(List<String> classes) {
        return WorkerIntroduction.NONE;
    }

    @Override
    public boolean tasksHaveRun() {
        return false;
    }
}
