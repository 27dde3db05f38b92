package io.processexecutor.internal.protocol;

import java.io.File;
import java.util.List;

/**
 * A number that changes when a jar of a class path is replaced: a worker that starts late would run other code than its
 * parent, and a method would be taken for another.
 */
public final class ClassPathFingerprint {

    private ClassPathFingerprint() {}

    /**
     * Computes it. Directories count by their name only: what is in them may change while one develops.
     *
     * @param entries files and directories
     * @return a hash of names, sizes and times
     */
    public static long of(List<String> entries) {
        long hash = 17;
        for (String entry : entries) {
            File file = new File(entry).getAbsoluteFile();
            hash = hash * 31 + file.getPath().hashCode();
            if (file.isFile()) {
                hash = (hash * 31 + file.length()) * 31 + file.lastModified();
            }
        }
        return hash;
    }

    /**
     * Computes that of the running virtual machine.
     *
     * @return the fingerprint of {@code java.class.path}
     */
    public static long ofThisProcess() {
        // An empty entry is the current directory, at the end, too.
        return of(List.of(System.getProperty("java.class.path", "").split(File.pathSeparator, -1)));
    }
}
