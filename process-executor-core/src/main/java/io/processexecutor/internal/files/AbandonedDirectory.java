package io.processexecutor.internal.files;

import java.io.IOException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/**
 * A directory of a pool whose parent died, as one of its workers sees it: perhaps nobody starts another pool, which would
 * clear up, for long.
 *
 * @param path the directory
 */
public record AbandonedDirectory(Path path) {

    private static final long LOOK_AGAIN_NANOS = TimeUnit.MILLISECONDS.toNanos(5);

    /** What to do with a directory that nobody owns any more. */
    private interface Clearing {

        void accept(DirectoryClaim claim) throws IOException;
    }

    /**
     * Deletes it with all that is in it, if its owner is dead.
     *
     * @param nanos how long to wait for the end of an owner that is about to die
     * @return whether there is nothing left to do
     */
    public boolean delete(long nanos) {
        // Other workers may still be writing: they must not find the place.
        return clear(
                nanos,
                claim -> claim.moveTo(path.resolveSibling(path.getFileName() + "-orphaned"))
                        .clear());
    }

    /**
     * Deletes what is in it, if its owner is dead, and leaves to the next pool the directory, which says by what the
     * processes are known that may have been left behind.
     *
     * @param nanos how long to wait for the end of an owner that is about to die
     * @return whether there is nothing left to do
     */
    public boolean empty(long nanos) {
        return clear(nanos, claim -> {
            try (claim) {
                claim.empty();
            }
        });
    }

    private boolean clear(long nanos, Clearing clearing) {
        long deadline = System.nanoTime() + nanos;
        try {
            DirectoryClaim abandoned;
            while ((abandoned = DirectoryClaim.takeOver(path)) == null) {
                // The parent lives, or is not quite dead yet, or another of its workers is at it.
                if (System.nanoTime() - deadline >= 0) {
                    return false;
                }
                LockSupport.parkNanos(LOOK_AGAIN_NANOS);
            }
            clearing.accept(abandoned);
            return true;
        } catch (NoSuchFileException e) {
            // Another one was faster.
            return true;
        } catch (IOException e) {
            // The next pool that is started clears up.
            return false;
        }
    }
}
