package io.processexecutor.serialization;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.processexecutor.TaskSerializationException;
import io.processexecutor.TaskSerializer;
import java.io.IOException;
import java.io.ObjectInputStream;
import java.io.Serializable;
import java.util.AbstractList;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.assertj.core.api.ThrowableAssertAlternative;
import org.jspecify.annotations.NullUnmarked;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What a {@code writeReplace} gives, where the object itself stood. */
@NullUnmarked
@Timeout(value = 180, unit = TimeUnit.SECONDS, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class ReplacementTests {

    private static final List<TaskSerializer> BOTH = List.of(TaskSerializers.kryo(), TaskSerializers.closure());

    static class Node {
        Object parent;
        FixedList kids;
        Object any;
    }

    /** As Guava's. */
    static final class FixedList extends AbstractList<Object> implements Serializable {
        private final transient Object[] elements;

        FixedList(Object... elements) {
            this.elements = elements;
        }

        @Override
        public Object get(int index) {
            return elements[index];
        }

        @Override
        public int size() {
            return elements.length;
        }

        private Object writeReplace() {
            return new ListForm(elements);
        }

        private static final class ListForm implements Serializable {
            final Object[] elements;

            ListForm(Object[] elements) {
                this.elements = elements;
            }

            private Object readResolve() {
                return new FixedList(elements);
            }
        }
    }

    /** Another class that may stand for it, and makes up its mind once it is read. */
    static class Shape implements Serializable {
        Object content;

        private Object writeReplace() {
            Plain plain = new Plain();
            plain.content = content;
            return plain;
        }
    }

    static class Plain extends Shape {
        private Object readResolve() {
            return this;
        }

        private Object writeReplace() {
            return this;
        }
    }

    static class Self implements Serializable {
        Object content;

        private Object writeReplace() {
            return this;
        }

        private Object readResolve() {
            return this;
        }
    }

    static class Unresolved implements Serializable {
        Object content;

        private Object writeReplace() {
            ArrayList<Object> list = new ArrayList<>();
            list.add(content);
            return list;
        }
    }

    static class Wrapped implements Serializable {
        Object content;

        private Object writeReplace() {
            return new Form(content);
        }

        private static final class Form implements Serializable {
            final Object content;

            Form(Object content) {
                this.content = content;
            }

            private Object readResolve() {
                Wrapped wrapped = new Wrapped();
                wrapped.content = content;
                return wrapped;
            }
        }
    }

    /** Stays what it is replaced by. */
    static class Kept implements Serializable {
        Object content;

        private Object writeReplace() {
            return new Form(this);
        }

        static final class Form implements Serializable {
            final Object kept;

            Form(Object kept) {
                this.kept = kept;
            }
        }
    }

    /** As Gson's, whose object has a field of just this type. */
    static class TreeMap extends HashMap<String, Object> {
        private Object writeReplace() {
            return new LinkedHashMap<>(this);
        }
    }

    static class Json {
        TreeMap members = new TreeMap();
    }

    record JsonRecord(TreeMap members) {}

    static class Tolerant implements Serializable {
        TreeMap members = new TreeMap();

        private void readObject(ObjectInputStream in) throws IOException, ClassNotFoundException {
            Map<?, ?> read = (Map<?, ?>) in.readFields().get("members", null);
            members = new TreeMap();
            for (Map.Entry<?, ?> each : read.entrySet()) {
                members.put((String) each.getKey(), each.getValue());
            }
        }
    }

    static class General {
        Map<String, Object> members = new TreeMap();
    }

    @Test
    void aCycleThroughAReplacementThatBecomesTheObjectInTheEndIsRefusedWithItsPath() {
        Node root = new Node();
        Node kid = new Node();
        kid.parent = root;
        root.kids = new FixedList(kid);
        List<Object> kids = root.kids;
        refused(
                        (Supplier<Object> & Serializable) () -> kids.get(0),
                        "task.captured[0]",
                        FixedList.class,
                        ".parent.kids")
                .satisfies(e -> assertThat(e)
                        .hasMessageContaining(
                                "it is part of a cycle through the writeReplace of " + FixedList.class.getTypeName())
                        .hasMessageContaining("such as an ArrayList"));
    }

    @Test
    void soIsOneThatStandsWhereAnythingMay() {
        Node kid = new Node();
        FixedList kids = new FixedList(kid);
        kid.any = List.of(kids);
        refused(kids, "", FixedList.class, ".any[0]");
    }

    @Test
    void soIsAReplacementThatLeadsStraightBackToItsObject() {
        Wrapped wrapped = new Wrapped();
        wrapped.content = wrapped;
        refused(wrapped, "", Wrapped.class, ".content")
                .withMessageContaining("through the writeReplace of " + Wrapped.class.getTypeName());
        Kept kept = new Kept();
        kept.content = "k";
        Kept.Form arrived = (Kept.Form) there(TaskSerializers.kryo(), (Object) kept);
        assertThat(arrived.kept).isSameAs(arrived);
    }

    @Test
    void theSameReplacementTravelsWhereNothingLeadsBackToIt() {
        for (TaskSerializer each : BOTH) {
            Node root = new Node();
            Node kid = new Node();
            kid.parent = root;
            root.kids = new FixedList(kid);
            root.any = root.kids;
            Node arrived = there(each, root);
            assertThat(arrived.any).isSameAs(arrived.kids);
            assertThat(((Node) arrived.kids.get(0)).parent).isSameAs(arrived);
        }
    }

    @Test
    void cyclesThroughReplacementsThatStayWhatTheyAreTravelAsBefore() {
        for (TaskSerializer each : BOTH) {
            Shape shape = new Shape();
            Node node = new Node();
            shape.content = node;
            node.any = shape;
            Plain plain = (Plain) there(each, (Object) shape);
            assertThat(((Node) plain.content).any).isSameAs(plain);

            Self self = new Self();
            self.content = node;
            node.any = self;
            Self arrived = there(each, self);
            assertThat(((Node) arrived.content).any).isSameAs(arrived);

            Unresolved unresolved = new Unresolved();
            unresolved.content = node;
            node.any = unresolved;
            List<?> list = (List<?>) there(each, (Object) unresolved);
            assertThat(((Node) list.get(0)).any).isSameAs(list);
        }
    }

    @Test
    void aReplacementThatItsFieldCannotHoldIsRefusedWithItsPath() {
        refused(List.of(new Json()), "", TreeMap.class, "[0].members")
                .satisfies(e -> assertThat(e)
                        .hasMessageContaining("its writeReplace gives java.util.LinkedHashMap")
                        .hasMessageContaining("of type " + TreeMap.class.getTypeName()));
        refused(List.of(new JsonRecord(new TreeMap())), "", TreeMap.class, "[0].members");
    }

    @Test
    void aReplacementTravelsWhereItFitsOrAHookTakesIt() {
        for (TaskSerializer each : BOTH) {
            General general = new General();
            general.members.put("k", "v");
            assertThat(there(each, general).members).isEqualTo(Map.of("k", "v"));
            Tolerant tolerant = new Tolerant();
            tolerant.members.put("k", "v");
            assertThat(there(each, tolerant).members).isEqualTo(Map.of("k", "v"));
        }
    }

    private static ThrowableAssertAlternative<TaskSerializationException> refused(
            Object root, String begin, Class<?> culprit, String end) {
        refused(TaskSerializers.kryo(), root, begin, culprit, end);
        return refused(TaskSerializers.closure(), root, begin, culprit, end);
    }

    private static ThrowableAssertAlternative<TaskSerializationException> refused(
            TaskSerializer serializer, Object root, String begin, Class<?> culprit, String end) {
        return assertThatExceptionOfType(TaskSerializationException.class)
                .isThrownBy(() -> serializer.toBytes(root))
                .satisfies(e -> assertThat(e.culprit()).contains(culprit.getName()))
                .satisfies(e ->
                        assertThat(e.path().orElseThrow()).startsWith(begin).endsWith(end));
    }

    @SuppressWarnings("unchecked")
    private static <T> T there(TaskSerializer serializer, T object) {
        return (T) serializer.fromBytes(serializer.toBytes(object));
    }
}
