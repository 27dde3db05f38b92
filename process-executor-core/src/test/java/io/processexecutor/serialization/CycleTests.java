package io.processexecutor.serialization;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.processexecutor.TaskSerializationException;
import io.processexecutor.TaskSerializer;
import java.io.IOException;
import java.io.ObjectInputStream;
import java.io.ObjectOutputStream;
import java.io.Serializable;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.NullUnmarked;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Cycles through what the application's code sees before it is complete. */
@NullUnmarked
@Timeout(value = 180, unit = TimeUnit.SECONDS, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class CycleTests {

    private static final List<TaskSerializer> BOTH = List.of(TaskSerializers.kryo(), TaskSerializers.closure());

    /** Hashes by a field that by its name would come last. */
    static class Person {
        Object group;
        String name;

        Person(String name) {
            this.name = name;
        }

        @Override
        public boolean equals(Object other) {
            return other instanceof Person person && name.equals(person.name);
        }

        @Override
        public int hashCode() {
            return name.hashCode();
        }
    }

    static class Tolerant {
        Object group;
        String name = "ann";

        @Override
        public boolean equals(Object other) {
            return other instanceof Tolerant tolerant && Objects.equals(name, tolerant.name);
        }

        @Override
        public int hashCode() {
            return Objects.hashCode(name);
        }
    }

    static class Name {
        String text;

        Name(String text) {
            this.text = text;
        }
    }

    /** Hashes by what is behind a reference, which comes after the one that leads back. */
    static class Member {
        Object group;
        Name name;

        Member(String name) {
            this.name = new Name(name);
        }

        @Override
        public boolean equals(Object other) {
            return other instanceof Member member && name.text.equals(member.name.text);
        }

        @Override
        public int hashCode() {
            return name.text.hashCode();
        }
    }

    /** Can be hashed at any time, but told apart only once it is complete. */
    static class Guest {
        Object group;
        Name name;

        Guest(String name) {
            this.name = new Name(name);
        }

        private String text() {
            return name == null ? null : name.text;
        }

        @Override
        public boolean equals(Object other) {
            return other instanceof Guest guest && Objects.equals(text(), guest.text());
        }

        @Override
        public int hashCode() {
            return Objects.hashCode(text());
        }
    }

    record Group(Set<Object> members) {
        Group {
            members = new HashSet<>(members);
        }
    }

    record Count(Set<Object> members, int size) {
        Count {
            size = members.size();
        }
    }

    record Chosen(Set<Object> members) {
        Chosen {
            if (members.isEmpty()) {
                throw new IllegalArgumentException("nobody");
            }
        }
    }

    /** Copies what arrives without its elements, so that what is sent is not a copy. */
    record CopiedThere(Set<Object> members) {
        CopiedThere {
            members = members.contains("here") ? members : new HashSet<>(members);
        }
    }

    record Kept(Set<Object> members) {}

    record Immutable(Set<Object> members) {
        Immutable {
            members = Set.copyOf(members);
        }
    }

    /** Is sent as a record that keeps what it is given, and copies it in the end. */
    static class Proxied implements Serializable {
        final Set<Object> members;

        Proxied(Set<Object> members) {
            this.members = new HashSet<>(members);
        }

        private Object writeReplace() {
            return new Form(members);
        }

        private record Form(Set<Object> members) implements Serializable {
            private Object readResolve() {
                return new Proxied(members);
            }
        }
    }

    /** Fills a table of its own by hand. */
    static class Index implements Serializable {
        transient Map<Object, Object> map = new HashMap<>();

        private void writeObject(ObjectOutputStream out) throws IOException {
            Map.Entry<?, ?> only = map.entrySet().iterator().next();
            out.writeObject(only.getKey());
            out.writeObject(only.getValue());
        }

        private void readObject(ObjectInputStream in) throws IOException, ClassNotFoundException {
            map = new HashMap<>();
            map.put(in.readObject(), in.readObject());
        }
    }

    static class CopiedByHand implements Serializable {
        transient Map<Object, Object> map = new HashMap<>();

        private void writeObject(ObjectOutputStream out) throws IOException {
            out.writeObject(map);
        }

        private void readObject(ObjectInputStream in) throws IOException, ClassNotFoundException {
            map = new HashMap<>((Map<?, ?>) in.readObject());
        }
    }

    static class UnsharedCopy implements Serializable {
        transient Map<Object, Object> map = new HashMap<>();

        private void writeObject(ObjectOutputStream out) throws IOException {
            out.writeUnshared(map);
        }

        private void readObject(ObjectInputStream in) throws IOException, ClassNotFoundException {
            map = new HashMap<>((Map<?, ?>) in.readUnshared());
        }
    }

    static class CopiedField implements Serializable {
        Map<Object, Object> map = new HashMap<>();

        private void readObject(ObjectInputStream in) throws IOException, ClassNotFoundException {
            map = new HashMap<>((Map<?, ?>) in.readFields().get("map", null));
        }
    }

    static class Defaulted implements Serializable {
        Map<Object, Object> map = new HashMap<>();

        private void readObject(ObjectInputStream in) throws IOException, ClassNotFoundException {
            in.defaultReadObject();
        }
    }

    /** A table of the JDK that reads by hand, and copies nothing of what stands in it. */
    static class OwnMap extends HashMap<Object, Object> {}

    /** As Jackson's, which is made anew from what was read. */
    static class Factory implements Serializable {
        final String name;
        transient boolean made;
        Codec codec;

        Factory(String name) {
            this.name = name;
        }

        private Object readResolve() {
            Factory resolved = new Factory(name);
            resolved.codec = codec;
            resolved.made = true;
            return resolved;
        }
    }

    static class Codec implements Serializable {
        final Factory factory;

        Codec(Factory factory) {
            this.factory = factory;
        }
    }

    static class Registry implements Serializable {
        static final Registry ONE = new Registry();
        final List<Object> all = new ArrayList<>();

        Registry() {
            all.add(this);
        }

        private Object readResolve() {
            return ONE;
        }
    }

    static class Ticket implements Serializable {
        final List<Object> all = new ArrayList<>();

        private Object readResolve() {
            return "ticket";
        }
    }

    @Test
    void aRecordThatCopiesASetWithItsOwnerLosesNobody() {
        for (TaskSerializer each : BOTH) {
            Person person = new Person("ann");
            person.group = new Group(Set.of(person));
            Person arrived = there(each, person);
            assertThat(((Group) arrived.group).members()).containsExactly(arrived);
            assertThat(((Group) arrived.group).members().contains(arrived)).isTrue();
        }
    }

    @Test
    void aCopyOfASetFindsAKeyThatCanBeHashedAtAnyTime() {
        for (TaskSerializer each : BOTH) {
            Tolerant person = new Tolerant();
            person.group = new Group(Set.of(person));
            Tolerant arrived = there(each, person);
            assertThat(((Group) arrived.group).members().contains(arrived)).isTrue();
        }
    }

    @Test
    void aTableThatALibraryFillsByHandFindsAKeyThatHoldsIt() {
        for (TaskSerializer each : BOTH) {
            Tolerant key = new Tolerant();
            Index index = new Index();
            key.group = index;
            index.map.put(key, "v");
            Tolerant arrived = there(each, key);
            assertThat(((Index) arrived.group).map.get(arrived)).isEqualTo("v");
        }
    }

    @Test
    void aTableWhoseKeysCannotBeHashedYetIsNotCopiedByARecord() {
        Member member = new Member("ann");
        member.group = new Group(new HashSet<>(Set.of(member)));
        refused(member, HashSet.class, "cannot be hashed", Group.class, NullPointerException.class);
    }

    @Test
    void norIsAnImmutableOne() {
        Member member = new Member("ann");
        member.group = new CopiedThere(Set.of(member, new Member("bob"), "here"));
        Class<?> table = Set.of(1, 2, 3).getClass();
        refused(member, table, "cannot be hashed", CopiedThere.class, NullPointerException.class);
    }

    @Test
    void norOneWhoseKeysCannotBeToldApartYet() {
        Guest one = new Guest("ann");
        Guest other = new Guest("bob");
        one.group = other;
        other.group = new Group(Set.of(one, other));
        refused(one, HashSet.class, "cannot be told apart", Group.class, null);
    }

    @Test
    void norIsItCountedOrJudgedByARecord() {
        Member counted = new Member("ann");
        counted.group = new Count(new HashSet<>(Set.of(counted)), 1);
        refused(counted, HashSet.class, "cannot be hashed", Count.class, NullPointerException.class);
        Member judged = new Member("ann");
        judged.group = new Chosen(new HashSet<>(Set.of(judged)));
        refused(judged, HashSet.class, "cannot be hashed", Chosen.class, NullPointerException.class);
    }

    @Test
    void norIsItCopiedByTheReadResolveOfARecord() {
        Member member = new Member("ann");
        member.group = new Proxied(Set.of(member));
        refused(member, HashSet.class, "cannot be hashed", Proxied.Form.class, NullPointerException.class);
    }

    @Test
    void norIsItGivenToAHookThatReadsByHand() {
        Member member = new Member("ann");
        CopiedByHand copied = new CopiedByHand();
        copied.map.put(member, "v");
        member.group = copied;
        refused(member, HashMap.class, "cannot be hashed", CopiedByHand.class, NullPointerException.class);
        UnsharedCopy unshared = new UnsharedCopy();
        unshared.map.put(member, "v");
        member.group = unshared;
        refused(member, HashMap.class, "cannot be hashed", UnsharedCopy.class, NullPointerException.class);
        CopiedField field = new CopiedField();
        field.map.put(member, "v");
        member.group = field;
        refused(member, HashMap.class, "cannot be hashed", CopiedField.class, NullPointerException.class);
    }

    @Test
    void aTableThatIsKeptAsItIsGivenHasAllItsKeysInTheEnd() {
        for (TaskSerializer each : BOTH) {
            Member member = new Member("ann");
            Member other = new Member("bob");
            member.group = new Kept(new HashSet<>(Set.of(member, other)));
            assertThat(((Kept) there(each, member).group).members().contains(member))
                    .isTrue();
            member.group = new Immutable(Set.of(member, other));
            assertThat(((Immutable) there(each, member).group).members().contains(member))
                    .isTrue();
            Defaulted defaulted = new Defaulted();
            defaulted.map.put(member, "v");
            member.group = defaulted;
            assertThat(((Defaulted) there(each, member).group).map.get(member)).isEqualTo("v");
            OwnMap own = new OwnMap();
            own.put("k", new HashSet<>(Set.of(member, other)));
            member.group = own;
            assertThat(((OwnMap) there(each, member).group).get("k")).isEqualTo(own.get("k"));
        }
    }

    @Test
    void aTableThatWasShortOnceIsGivenToAHookWhenItIsNot() {
        for (TaskSerializer each : BOTH) {
            Member member = new Member("ann");
            Set<Object> members = new HashSet<>(Set.of(member));
            member.group = new Kept(members);
            CopiedByHand later = new CopiedByHand();
            later.map.put("members", "v");
            List<Object> arrived = there(each, List.of(member, new Group(members), later));
            assertThat(((Group) arrived.get(1)).members()).containsExactly(arrived.get(0));
        }
    }

    @Test
    void whatWasReferredToBeforeItBecameAnotherOfItsKindIsThereAsOnThePlatform() {
        for (TaskSerializer each : BOTH) {
            Factory factory = new Factory("json");
            factory.codec = new Codec(factory);
            List<Object> arrived = there(each, List.of(factory, factory.codec, factory));
            Factory resolved = (Factory) arrived.get(0);
            assertThat(resolved.made).isTrue();
            assertThat(arrived.get(2)).isSameAs(resolved);
            assertThat(resolved.codec).isSameAs(arrived.get(1));
            assertThat(resolved.codec.factory.name).isEqualTo("json");
            assertThat(resolved.codec.factory.codec).isSameAs(resolved.codec);

            List<Object> list = new ArrayList<>();
            List<Object> view = Collections.unmodifiableList(list);
            list.add(view);
            List<?> viewed = there(each, view);
            assertThat(viewed.getClass()).isEqualTo(view.getClass());
            assertThat(((List<?>) viewed.get(0)).get(0)).isSameAs(viewed.get(0));
        }
    }

    @Test
    void aSingletonThatHoldsItselfIsTheOneOfItsClass() {
        for (TaskSerializer each : BOTH) {
            assertThat(there(each, Registry.ONE)).isSameAs(Registry.ONE);
            List<Object> arrived = there(each, List.of(Registry.ONE, "x", Registry.ONE));
            assertThat(arrived.get(0)).isSameAs(Registry.ONE);
            assertThat(arrived.get(2)).isSameAs(Registry.ONE);
        }
    }

    @Test
    void whatBecomesSomethingElseIsNotReferredToBefore() {
        for (TaskSerializer each : BOTH) {
            Ticket ticket = new Ticket();
            ticket.all.add(ticket);
            byte[] bytes = each.toBytes(ticket);
            assertThatExceptionOfType(TaskSerializationException.class)
                    .isThrownBy(() -> each.fromBytes(bytes))
                    .withMessageContaining(Ticket.class.getTypeName() + " could not be read: it is part of a cycle")
                    .withMessageContaining("its readResolve gives java.lang.String only once it is finished")
                    .withMessageContaining("make the reference back to it transient");
        }
    }

    private static void refused(Object root, Class<?> table, String why, Class<?> holder, Class<?> cause) {
        for (TaskSerializer each : BOTH) {
            byte[] bytes = each.toBytes(root);
            assertThatExceptionOfType(TaskSerializationException.class)
                    .isThrownBy(() -> each.fromBytes(bytes))
                    .satisfies(e -> {
                        assertThat(e.culprit()).contains(table.getName());
                        assertThat(e)
                                .hasMessageContaining("it is part of a cycle")
                                .hasMessageContaining(why)
                                .hasMessageContaining(holder.getTypeName())
                                .hasMessageContaining("Ways out");
                        assertThat(e.getCause() == null ? null : e.getCause().getClass())
                                .isEqualTo(cause);
                    });
        }
    }

    @SuppressWarnings("unchecked")
    private static <T> T there(TaskSerializer serializer, T object) {
        return (T) serializer.fromBytes(serializer.toBytes(object));
    }
}
