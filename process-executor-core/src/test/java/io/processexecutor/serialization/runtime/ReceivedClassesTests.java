package io.processexecutor.serialization.runtime;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.processexecutor.serialization.InMemory;
import java.lang.ref.WeakReference;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import org.awaitility.Awaitility;
import org.jspecify.annotations.NullUnmarked;
import org.junit.jupiter.api.Test;

/** What goes over the wire for classes, and what is left of them on either end. */
@NullUnmarked
class ReceivedClassesTests {

    private final SentClasses sent = new SentClasses();
    private final List<Collection<String>> asked = new ArrayList<>();
    private Shipment shipment;
    private final ReceivedClasses received = new ReceivedClasses(names -> {
        asked.add(names);
        return shipment.definitions(names);
    });

    private static InMemory parentAndChild() {
        return InMemory.of(
                "run.time.Base", "package run.time; public class Base { public int number = 1; }",
                "run.time.One", "package run.time; public class One extends Base { Base[] more; }",
                "run.time.Two", "package run.time; public class Two extends Base { }");
    }

    private Class<?> send(Class<?> type) throws ClassNotFoundException {
        String[] name = new String[1];
        shipment = sent.collect(() -> name[0] = sent.nameOf(type));
        return received.find(ClassName.parse(name[0]));
    }

    @Test
    void eachClassIsAskedForOnceWithAllThatItNames() throws Exception {
        InMemory memory = parentAndChild();
        Class<?> one = send(memory.loadClass("run.time.One"));
        assertThat(one).isNotSameAs(memory.loadClass("run.time.One")).hasPublicFields("number");
        assertThat(asked).hasSize(2).allSatisfy(each -> assertThat(each).hasSize(1));
        assertThat(send(memory.loadClass("run.time.One"))).isSameAs(one);
        assertThat(asked).hasSize(2);
        assertThat(send(memory.loadClass("run.time.Two")).getSuperclass()).isSameAs(one.getSuperclass());
        assertThat(asked).hasSize(3);
        assertThat(asked.get(2)).singleElement().asString().startsWith("run.time.Two;");
        Class<?> array = send(memory.loadClass("run.time.One").arrayType().arrayType());
        assertThat(array.componentType().componentType()).isSameAs(one);
    }

    @Test
    void aClassThatComesBackIsNamedAsItCame() throws Exception {
        InMemory memory = parentAndChild();
        Class<?> one = send(memory.loadClass("run.time.One"));
        assertThat(sent.find(ClassName.parse(received.nameOf(one)))).isSameAs(memory.loadClass("run.time.One"));
        assertThat(sent.find(ClassName.parse(received.nameOf(one.arrayType()))))
                .isSameAs(memory.loadClass("run.time.One").arrayType());
        assertThat(received.nameOf(String.class)).isEqualTo("java.lang.String");
    }

    @Test
    void loadersThatFindClassesOfOneAnotherDoSoOnTheOtherEnd() throws Exception {
        InMemory base = parentAndChild();
        ClassLoader child = new ClassLoader(base) {
            @Override
            protected Class<?> loadClass(String name, boolean resolve) throws ClassNotFoundException {
                if (!name.equals("run.time.One")) {
                    return super.loadClass(name, resolve);
                }
                Class<?> known = findLoadedClass(name);
                return known == null ? defineClass(name, base.bytes(name), 0, base.bytes(name).length) : known;
            }
        };
        Class<?> one = send(child.loadClass("run.time.One"));
        assertThat(one.getSuperclass().getClassLoader()).isNotSameAs(one.getClassLoader());
        assertThat(send(base.loadClass("run.time.Base"))).isSameAs(one.getSuperclass());
    }

    @Test
    void aTaskThatIsOverLeadsToAClearErrorAndTheNextOneIsServed() throws Exception {
        InMemory memory = parentAndChild();
        String[] name = new String[1];
        sent.collect(() -> name[0] = sent.nameOf(unchecked(memory, "run.time.One")));
        shipment = Shipment.NOTHING;
        assertThatExceptionOfType(ClassNotFoundException.class)
                .isThrownBy(() -> received.find(ClassName.parse(name[0])))
                .withMessageContaining("run.time.One")
                .withMessageContaining("the task is over");
        assertThat(send(memory.loadClass("run.time.One"))).hasPublicFields("number");
    }

    private static Class<?> unchecked(InMemory memory, String name) {
        try {
            return memory.loadClass(name);
        } catch (ClassNotFoundException e) {
            throw new IllegalStateException(e);
        }
    }

    @Test
    void neitherEndHoldsALoader() throws Exception {
        List<WeakReference<ClassLoader>> loaders = new ArrayList<>();
        for (int i = 0; i < 20; i++) {
            InMemory memory = parentAndChild();
            loaders.add(new WeakReference<>(memory));
            loaders.add(
                    new WeakReference<>(send(memory.loadClass("run.time.One")).getClassLoader()));
        }
        shipment = Shipment.NOTHING;
        Awaitility.await().atMost(Duration.ofSeconds(60)).untilAsserted(() -> {
            System.gc();
            assertThat(loaders).allSatisfy(each -> assertThat(each.get()).isNull());
        });
    }
}
