package io.processexecutor.pool;

import static io.processexecutor.pool.RuntimeClassesTest.get;
import static io.processexecutor.pool.RuntimeClassesTest.shipping;
import static org.assertj.core.api.Assertions.assertThat;

import groovy.lang.Binding;
import groovy.lang.Closure;
import groovy.lang.GroovyShell;
import io.processexecutor.ProcessExecutor;
import io.processexecutor.serialization.TaskSerializers;
import java.util.List;
import java.util.concurrent.Callable;
import jdk.jshell.JShell;
import jdk.jshell.Snippet;
import jdk.jshell.SnippetEvent;
import net.bytebuddy.ByteBuddy;
import net.bytebuddy.implementation.FixedValue;
import net.bytebuddy.matcher.ElementMatchers;
import org.codehaus.janino.SimpleCompiler;
import org.jspecify.annotations.NullUnmarked;
import org.junit.jupiter.api.Test;

/** What well-known tools define at run time, through real workers. */
@NullUnmarked
public class ScriptsAndToolsTest {

    /** Where the lines of a shell leave what they made. */
    public static volatile Object made;

    @Test
    void aClosureOfAGroovyScriptRunsWithItsOwner() throws Exception {
        Binding binding = new Binding();
        binding.setVariable("base", 40);
        Object script = new GroovyShell(binding).evaluate("""
                class Adder implements Serializable { int by; def add(x) { [x].collect { it + by }[0] } }
                def adder = new Adder(by: 2)
                return { -> adder.add(base) }
                """);
        @SuppressWarnings("unchecked")
        Callable<Object> task = (Closure<Object>) script;
        try (ProcessExecutor executor = shipping(TaskSerializers.closure(), 1)) {
            assertThat(get(executor.submit(task))).isEqualTo(42);
            assertThat(get(executor.submit(task))).isEqualTo(42);
        }
    }

    @Test
    void aGroovyClassAndItsResultTravel() throws Exception {
        Object bean = new GroovyShell().evaluate("""
                class Point { int x, y; String toString() { "($x, $y)" } }
                class Task implements java.util.concurrent.Callable { def call() { new Point(x: 1, y: 2) } }
                new Task()
                """);
        @SuppressWarnings("unchecked")
        Callable<Object> task = (Callable<Object>) bean;
        try (ProcessExecutor executor = shipping(TaskSerializers.kryo(), 1)) {
            Object point = get(executor.submit(task));
            assertThat(point).hasToString("(1, 2)");
            assertThat(point.getClass().getClassLoader())
                    .isSameAs(bean.getClass().getClassLoader());
        }
    }

    public static class Template implements Callable<Object> {
        @Override
        public Object call() {
            return "of the template";
        }
    }

    @Test
    void aSubclassMadeByByteBuddyTravels() throws Exception {
        Callable<Object> task = new ByteBuddy()
                .subclass(Template.class)
                .method(ElementMatchers.named("call"))
                .intercept(FixedValue.value("intercepted"))
                .make()
                .load(Template.class.getClassLoader())
                .getLoaded()
                .getConstructor()
                .newInstance();
        try (ProcessExecutor executor = shipping(TaskSerializers.kryo(), 1)) {
            assertThat(get(executor.submit(task))).isEqualTo("intercepted");
            assertThat(get(executor.submit(new Template()))).isEqualTo("of the template");
        }
    }

    @Test
    void aClassCookedByJaninoTravels() throws Exception {
        SimpleCompiler compiler = new SimpleCompiler();
        compiler.cook("public class Cooked implements java.util.concurrent.Callable {"
                + " int x = 6; public Object call() { return Integer.valueOf(new Inner().get() * 7); }"
                + " class Inner { int get() { return x; } } }");
        @SuppressWarnings("unchecked")
        Callable<Object> task = (Callable<Object>)
                compiler.getClassLoader().loadClass("Cooked").getConstructor().newInstance();
        try (ProcessExecutor executor = shipping(TaskSerializers.kryo(), 1)) {
            assertThat(get(executor.submit(task))).isEqualTo(42);
        }
    }

    @Test
    void linesOfJShellTravelWithTheVariablesTheyReadAsTheyAreAtSubmission() throws Exception {
        try (JShell shell = shell();
                ProcessExecutor executor = shipping(TaskSerializers.closure(), 1)) {
            eval(shell, "int jx = 5;");
            eval(shell, "var names = new java.util.ArrayList<String>(java.util.List.of(\"a\"));");
            eval(shell, "Object unused = new Thread();");
            eval(shell, "record Point(int x, int y) {}");
            eval(shell, "int twice(int i) { return i * 2 + jx; }");
            Callable<Object> task = task(shell, "() -> twice(jx) + names.toString() + new Point(jx, 1)");
            assertThat(get(executor.submit(task))).isEqualTo("15[a]Point[x=5, y=1]");
            eval(shell, "jx = 6; names.add(\"b\");");
            assertThat(get(executor.submit(task))).isEqualTo("18[a, b]Point[x=6, y=1]");
            eval(shell, "int twice(int i) { return i * 20 + jx; }");
            Callable<Object> again = task(shell, "() -> twice(jx)");
            assertThat(get(executor.submit(again))).isEqualTo(126);
        }
    }

    @Test
    void aVariableOfJShellWhoseValueCannotTravelIsNamed() throws Exception {
        try (JShell shell = shell();
                ProcessExecutor executor = shipping(TaskSerializers.closure(), 1)) {
            eval(shell, "var worker = new Thread(\"mine\");");
            Callable<Object> task = task(shell, "() -> worker.getName()");
            org.assertj.core.api.Assertions.assertThatExceptionOfType(
                            io.processexecutor.TaskSerializationException.class)
                    .isThrownBy(() -> executor.submit(task))
                    .withMessageContaining("java.lang.Thread")
                    .withMessageContaining("the JShell variable worker");
        }
    }

    private static JShell shell() {
        JShell shell = JShell.builder().executionEngine("local").build();
        for (String each : System.getProperty("java.class.path").split(java.io.File.pathSeparator)) {
            shell.addToClasspath(each);
        }
        return shell;
    }

    @SuppressWarnings("unchecked")
    private static Callable<Object> task(JShell shell, String lambda) {
        eval(
                shell,
                ScriptsAndToolsTest.class.getName() + ".made = (java.util.concurrent.Callable<Object>) (" + lambda
                        + ");");
        return (Callable<Object>) made;
    }

    private static void eval(JShell shell, String line) {
        List<SnippetEvent> events = shell.eval(line);
        assertThat(events).allSatisfy(each -> {
            assertThat(each.status())
                    .as(shell.diagnostics(each.snippet())
                            .map(it -> it.getMessage(null))
                            .toList()
                            .toString())
                    .isIn(Snippet.Status.VALID, Snippet.Status.OVERWRITTEN);
            assertThat(each.exception()).isNull();
        });
    }
}
