package io.processexecutor.internal.process;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * The classes that a worker has loaded, as its virtual machine writes them down.
 *
 * @see <a href="https://openjdk.org/jeps/158">JEP 158: Unified JVM Logging</a>
 */
final class ClassLoadLog {

    /** Of a file rather than made up at run time: those have a slash in their names, or another source. */
    private static final Pattern LOADED =
            Pattern.compile("^([^\\s/]+) source: (?:file:|jrt:|shared objects file)", Pattern.MULTILINE);

    /** Wherever the directory for temporary files may be: these mean something in the option. */
    private static final Pattern UNFIT = Pattern.compile("[:%,\"]");

    /** What has grown larger is renamed, and there is one such at most. */
    private static final String LIMIT = "filecount=1,filesize=4m";

    private ClassLoadLog() {}

    /** What a worker is told so that it writes one. */
    static List<String> options(Path file) {
        return UNFIT.matcher(file.toString()).find()
                ? List.of()
                : List.of("-Xlog:class+load:file=" + file + ":none:" + LIMIT);
    }

    static Stream<String> classes(Path file) throws IOException {
        // The last line may be cut off in the middle of a letter.
        String lines = new String(Files.readAllBytes(file), StandardCharsets.UTF_8);
        return LOADED.matcher(lines).results().map(line -> line.group(1));
    }
}
