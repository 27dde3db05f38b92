package io.processexecutor;

import java.util.OptionalDouble;

/**
 * How far a task is, as it said itself.
 *
 * @param done how much is done, in a unit of the task's own
 * @param total how much there is to do, in the same unit; 0 if nobody knows
 * @param message what it is at, for people; may be empty
 */
public record TaskProgress(long done, long total, String message) {

    private static final int LONGEST_MESSAGE = 1000;

    /**
     * Creates one.
     *
     * @param done how much is done, 0 or more
     * @param total how much there is to do, 0 or more
     * @param message what it is at; the first 1,000 characters are kept
     * @throws IllegalArgumentException if a number is negative
     */
    public TaskProgress {
        if (done < 0 || total < 0) {
            throw new IllegalArgumentException(
                    "progress must not be negative, was " + done + " of " + total + "; 0 of 0 if nothing is known");
        }
        if (message.length() > LONGEST_MESSAGE) {
            message = message.substring(0, LONGEST_MESSAGE);
        }
    }

    /**
     * The part that is done.
     *
     * @return from 0 to 1, also if more was done than there was to do; empty if the total is not known
     */
    public OptionalDouble fraction() {
        return total == 0 ? OptionalDouble.empty() : OptionalDouble.of(Math.min(1.0, (double) done / total));
    }
}
