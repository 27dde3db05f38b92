package io.processexecutor.serialization.lambda;

import static org.assertj.core.api.Assertions.assertThat;

import io.processexecutor.serialization.Compiled;
import io.processexecutor.serialization.OtherJvm;
import io.processexecutor.serialization.corpus.LambdaCorpus;
import java.io.File;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import javax.tools.JavaCompiler;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LambdaCompilersTests {

    @TempDir
    private Path folder;

    @Test
    void lambdasThatEclipseCompiledComeBack() throws Exception {
        allComeBack(Compiled.ecj(), 17);
    }

    @Test
    void lambdasThatTheNewestJavacCompiledComeBack() throws Exception {
        allComeBack(Compiled.javac(), Runtime.version().feature());
    }

    private void allComeBack(JavaCompiler compiler, int release) throws Exception {
        Path sources = Path.of("src/test/java/io/processexecutor/serialization");
        List<Path> corpus = Stream.of(
                        "corpus/far/Parent",
                        "corpus/LambdaCase",
                        "corpus/LambdaCorpus",
                        "corpus/LambdaHosts",
                        "lambda/LambdaHolder",
                        "lambda/CorpusMain")
                .map(each -> sources.resolve(each + ".java"))
                .toList();
        Compiled compiled = Compiled.of(compiler, release, folder, corpus);
        String classPath = compiled.folder() + File.pathSeparator + System.getProperty("java.class.path");
        OtherJvm child = OtherJvm.run(List.of(), classPath, CorpusMain.class.getName(), "both");
        assertThat(child.err()).isEmpty();
        assertThat(child.out().lines()).hasSize(LambdaCorpus.cases().size()).allMatch(line -> line.startsWith("ok: "));
    }
}
