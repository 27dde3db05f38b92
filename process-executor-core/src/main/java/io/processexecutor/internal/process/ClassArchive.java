package io.processexecutor.internal.process;

import io.processexecutor.internal.protocol.ClassPathFingerprint;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFilePermissions;
import java.nio.file.attribute.UserPrincipal;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Predicate;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The class-data archive of workers: the classes they load as the virtual machine keeps them in memory, which it maps
 * instead of parsing and verifying them anew; from Java 25 on an ahead-of-time cache, which has them linked. Made by a worker that ends, for one class path on one Java installation; the
 * virtual machine checks that itself, and starts without the archive where it does not fit.
 *
 * @param file where it is; without its size, which is part of the name of what is made here: the virtual machine crashes on
 *     one that was cut off
 * @param ours whether it is for workers only, rather than one that the application itself was started with
 * @param owner who must own its directory, which others can write next to; {@code null} where the user vouches for it
 * @param use the option that has it used
 * @see <a href="https://openjdk.org/jeps/350">JEP 350: Dynamic CDS Archives</a>
 * @see <a href="https://openjdk.org/jeps/483">JEP 483: Ahead-of-Time Class Loading and Linking</a>
 */
record ClassArchive(Path file, boolean ours, @Nullable UserPrincipal owner, String use) {

    private static final Logger log = LoggerFactory.getLogger(ClassArchive.class);
    /** From Java 25 on the classes are linked, too, and lambdas made. */
    private static final boolean LINKED = Runtime.version().feature() >= 25;

    /** The Java of which it is known how to tell it that ours have no record of what was compiled, and nothing to replay. */
    private static final int UNRECORDED = 25;

    private static final List<String> NO_REPLAY = List.of("-XX:+UnlockDiagnosticVMOptions", "-XX:-AOTReplayTraining");

    private static final String USE_LINKED = "-XX:AOTCache=";
    private static final String USE_LOADED = "-XX:SharedArchiveFile=";
    private static final String USE = LINKED ? USE_LINKED : USE_LOADED;
    private static final String EXTENSION = LINKED ? ".aot" : ".jsa";

    /** What the virtual machine puts beside one that it has not finished. */
    private static final String UNFINISHED = ".config";

    private static final String PREPARED = "p";

    private static final Pattern DRAFT = Pattern.compile("\\p{XDigit}+" + PREPARED + "?\\.\\d+(" + UNFINISHED + ")?");

    private static final Duration UNUSED_FOR = Duration.ofDays(30);

    /** Longer than making one may take. */
    private static final Duration MADE_FOR = Duration.ofHours(1);

    /** What has something to say about sharing itself, or changes classes, after which the machine shares none. */
    private static final List<String> INCOMPATIBLE_OPTIONS = List.of(
            "-Xshare",
            "-XX:SharedArchiveFile",
            "-XX:ArchiveClassesAtExit",
            "-XX:AOT",
            "-javaagent:",
            "-agent",
            "--patch-module",
            "--upgrade-module-path",
            "--limit-modules");

    /**
     * The archive for the workers of a pool.
     *
     * @return empty if there can be none
     */
    static Optional<ClassArchive> of(LaunchSettings settings, Deployment deployment, UserPrincipal user) {
        boolean hotSpot = System.getProperty("java.vm.name", "").matches(".*(HotSpot|OpenJDK).*");
        if (!settings.archive().enabled()
                || !hotSpot
                || settings.jvmArgs().stream().anyMatch(ClassArchive::isIncompatible)) {
            return Optional.empty();
        }
        return theApplications(deployment).or(() -> own(settings, deployment, user));
    }

    private static boolean isIncompatible(String option) {
        return INCOMPATIBLE_OPTIONS.stream().anyMatch(option::startsWith);
    }

    /** One that the application was started with holds the classes of tasks, too. */
    private static Optional<ClassArchive> theApplications(Deployment deployment) {
        if (!deployment.isAsStarted()) {
            return Optional.empty();
        }
        List<String> arguments = ManagementFactory.getRuntimeMXBean().getInputArguments();
        return theApplications(arguments, USE_LINKED).or(() -> theApplications(arguments, USE_LOADED));
    }

    private static Optional<ClassArchive> theApplications(List<String> arguments, String use) {
        return arguments.stream()
                .filter(argument -> argument.startsWith(use))
                .reduce((earlier, later) -> later)
                .map(argument -> Path.of(argument.substring(use.length())).toAbsolutePath())
                .filter(Files::isRegularFile)
                .map(file -> new ClassArchive(file, false, null, use));
    }

    /** The virtual machine archives nothing where a directory is on the class path, and only what its own loaders load. */
    private static Optional<ClassArchive> own(LaunchSettings settings, Deployment deployment, UserPrincipal user) {
        boolean jars = deployment.classPath().stream().map(Path::of).allMatch(Files::isRegularFile);
        if (!jars || !deployment.isPlain()) {
            return Optional.empty();
        }
        int key = Objects.hash(
                System.getProperty("java.home"),
                System.getProperty("java.vm.version"),
                deployment.classPathFor(settings.setup()),
                Stream.concat(deployment.options().stream(), settings.jvmArgs().stream())
                        .filter(Predicate.not(option -> option.startsWith("-D")))
                        .toList());
        String name = HexFormat.of().toHexDigits(ClassPathFingerprint.of(deployment.classPath()))
                + HexFormat.of().toHexDigits(key);
        ArchiveSettings archive = settings.archive();
        return Optional.of(
                new ClassArchive(archive.place().resolve(name), true, archive.directory() == null ? user : null, USE));
    }

    /** That of workers which have been prepared as well: what that loads is of no use to those that never are. */
    ClassArchive ofPrepared() {
        return ours ? new ClassArchive(file.resolveSibling(file.getFileName() + PREPARED), true, owner, use) : this;
    }

    /** The archive itself, if it is there, whole and to be trusted. */
    Optional<Path> find() {
        if (!ours) {
            return Optional.of(file).filter(Files::isRegularFile);
        }
        if (!Files.isDirectory(directory(), LinkOption.NOFOLLOW_LINKS) || !isTrusted()) {
            return Optional.empty();
        }
        try (DirectoryStream<Path> candidates =
                Files.newDirectoryStream(directory(), file.getFileName() + "-*" + EXTENSION)) {
            for (Path candidate : candidates) {
                if (candidate.equals(named(Files.size(candidate)))) {
                    return Optional.of(candidate);
                }
            }
        } catch (IOException | DirectoryIteratorException e) {
            log.debug("Could not look for {}", file, e);
        }
        return Optional.empty();
    }

    private Path named(long size) {
        return directory().resolve(file.getFileName() + "-" + size + EXTENSION);
    }

    /** What a worker is told to use it, if it is there. What is wrong with an archive is no reason for it to say anything. */
    List<String> useOptions() {
        Path found = find().orElse(null);
        if (found == null) {
            return List.of();
        }
        List<String> options = new ArrayList<>();
        options.add(use + found);
        options.add(Runtime.version().feature() < 24 ? "-Xlog:cds*=off" : "-Xlog:cds*=off,aot*=off");
        if (ours && Runtime.version().feature() == UNRECORDED) {
            options.addAll(NO_REPLAY);
        }
        return options;
    }

    /**
     * What a worker is told so that it leaves one behind, elsewhere. Without a record of what was compiled: with it the next
     * worker compiles while it starts, when it has better use for the processors.
     */
    List<String> makeOptions(Path made) {
        return LINKED
                ? List.of(
                        "-XX:AOTCacheOutput=" + made,
                        "-XX:+UnlockDiagnosticVMOptions",
                        "-XX:-AOTRecordTraining",
                        "-Xlog:disable")
                : List.of("-XX:ArchiveClassesAtExit=" + made, "-Xlog:disable");
    }

    /** Whether the virtual machine has finished one. */
    static boolean isFinished(Path made) {
        return Files.exists(made) && !Files.exists(unfinished(made));
    }

    /** Removes one that is of no use. */
    static void deleteDraft(Path made) throws IOException {
        Files.deleteIfExists(made);
        Files.deleteIfExists(unfinished(made));
    }

    private static Path unfinished(Path made) {
        return made.resolveSibling(made.getFileName() + UNFINISHED);
    }

    /** Where one is made, so that nobody uses half of it. */
    Path draft() throws IOException {
        boolean posix = file.getFileSystem().supportedFileAttributeViews().contains("posix");
        FileAttribute<?>[] attributes = posix
                ? new FileAttribute<?>[] {
                    PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------"))
                }
                : new FileAttribute<?>[0];
        if (!Files.isDirectory(directory())) {
            Files.createDirectories(directory(), attributes);
        }
        if (!isTrusted()) {
            throw new IOException(directory() + " is another user's");
        }
        return directory()
                .resolve(file.getFileName() + "." + ProcessHandle.current().pid());
    }

    /**
     * Puts a made one in its place, and clears up those that nobody has used for long.
     *
     * @return its place
     */
    Path publish(Path made) throws IOException {
        Path published = named(Files.size(made));
        Files.move(made, published, StandardCopyOption.ATOMIC_MOVE);
        clearUp();
        return published;
    }

    /** Of those who were killed while they made one there are drafts. */
    private void clearUp() throws IOException {
        Instant now = Instant.now();
        try (DirectoryStream<Path> all = Files.newDirectoryStream(directory())) {
            for (Path each : all) {
                boolean made = each.toString().endsWith(EXTENSION);
                if (made || DRAFT.matcher(each.getFileName().toString()).matches()) {
                    Instant used = Files.getLastModifiedTime(each).toInstant();
                    if (used.isBefore(now.minus(made ? UNUSED_FOR : MADE_FOR))) {
                        Files.deleteIfExists(each);
                    }
                }
            }
        }
    }

    /** Keeps it from being cleared up. */
    static void touch(Path found) {
        try {
            Files.setLastModifiedTime(found, FileTime.from(Instant.now()));
        } catch (IOException e) {
            log.debug("Could not touch {}", found, e);
        }
    }

    /** A worker did not survive its use. */
    void discard() {
        if (ours) {
            find().ifPresent(found -> {
                try {
                    Files.deleteIfExists(found);
                } catch (IOException e) {
                    log.debug("Could not delete {}", found, e);
                }
            });
        }
    }

    private Path directory() {
        return Objects.requireNonNull(file.getParent());
    }

    /** It holds code: among the temporary files somebody else may have put it there. */
    private boolean isTrusted() {
        try {
            return owner == null
                    || (Files.isDirectory(directory(), LinkOption.NOFOLLOW_LINKS)
                            && Files.getOwner(directory(), LinkOption.NOFOLLOW_LINKS)
                                    .equals(owner));
        } catch (IOException e) {
            log.debug("Could not find out whose {} is", directory(), e);
            return false;
        }
    }
}
