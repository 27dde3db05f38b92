package io.processexecutor.worker;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;

/** The memory this process holds, as the operating system counts it. See proc(5), /proc/pid/statm. */
final class ResidentMemory {

    private static final Path STATM = Path.of("/proc/self/statm");
    private static final long PAGE_BYTES = 4096;

    private ResidentMemory() {}

    /** In bytes; 0 where the system does not tell. */
    static long bytes() {
        try {
            String[] pages = Files.readString(STATM, StandardCharsets.US_ASCII).split(" ", -1);
            return Long.parseLong(pages[1]) * PAGE_BYTES;
        } catch (IOException | RuntimeException e) {
            return 0;
        }
    }
}
