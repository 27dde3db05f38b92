package io.processexecutor.serialization;

import com.esotericsoftware.kryo.Kryo;
import com.esotericsoftware.kryo.io.Input;
import com.esotericsoftware.kryo.io.Output;
import com.esotericsoftware.kryo.util.DefaultInstantiatorStrategy;
import com.esotericsoftware.kryo.util.MapReferenceResolver;
import io.processexecutor.TaskSerializer;
import java.io.IOException;
import java.io.ObjectInputStream;
import java.io.ObjectOutputStream;
import java.io.Serializable;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import org.objenesis.strategy.StdInstantiatorStrategy;

/**
 * Prints how long encoding and decoding take, in microseconds: {@code SpeedMain <kryo|kryo-large|java|closure> <case>}.
 * One JVM per row, since Kryo's switches are the JVM's.
 */
@SuppressWarnings({"NullAway", "unused", "serial"})
public final class SpeedMain {

    private SpeedMain() {}

    static class Bean {
        int id;
        String name;
        double weight;
        boolean active;
        Long total;
        Bean peer;

        Bean() {}

        Bean(int id, Bean peer) {
            this.id = id;
            this.name = "bean " + id;
            this.weight = id / 3.0;
            this.active = id % 2 == 0;
            this.total = (long) id * id;
            this.peer = peer;
        }
    }

    static class Hooked implements Serializable {
        int id;
        String name;

        Hooked() {}

        Hooked(int id) {
            this.id = id;
            this.name = "hooked " + id;
        }

        private void writeObject(ObjectOutputStream out) throws IOException {
            out.defaultWriteObject();
            out.writeInt(id);
        }

        private void readObject(ObjectInputStream in) throws IOException, ClassNotFoundException {
            in.defaultReadObject();
            id = in.readInt();
        }
    }

    static class Node {
        Node next;
    }

    static Object value(String name) {
        switch (name) {
            case "integers":
                List<Integer> integers = new ArrayList<>();
                for (int i = 0; i < 1_000_000; i++) {
                    integers.add(i);
                }
                return integers;
            case "beans":
                List<Bean> beans = new ArrayList<>();
                for (int i = 0; i < 10_000; i++) {
                    beans.add(new Bean(i, i == 0 ? null : beans.get(i / 2)));
                }
                return beans;
            case "map":
                Map<String, Integer> map = new HashMap<>();
                for (int i = 0; i < 10_000; i++) {
                    map.put("key " + i, i);
                }
                return map;
            case "strings":
                List<String> strings = new ArrayList<>();
                for (int i = 0; i < 100_000; i++) {
                    strings.add("string " + i);
                }
                return strings;
            case "hooked":
                List<Hooked> hooked = new ArrayList<>();
                for (int i = 0; i < 10_000; i++) {
                    hooked.add(new Hooked(i));
                }
                return hooked;
            case "deep":
                Node head = null;
                for (int i = 0; i < 50_000; i++) {
                    Node node = new Node();
                    node.next = head;
                    head = node;
                }
                return head;
            default:
                int a = name.length();
                String b = name + "!";
                long c = System.nanoTime();
                return (Callable<String> & Serializable) () -> a + b + c;
        }
    }

    interface Coder {
        byte[] encode(Object value);

        Object decode(byte[] bytes);
    }

    static Coder coder(String name) {
        if (name.startsWith("kryo-")) {
            Kryo kryo =
                    new Kryo(name.equals("kryo-large") ? new MapReferenceResolver(65_536) : new MapReferenceResolver());
            kryo.setRegistrationRequired(false);
            kryo.setInstantiatorStrategy(new DefaultInstantiatorStrategy(new StdInstantiatorStrategy()));
            Output output = new Output(4096, -1);
            return new Coder() {
                @Override
                public byte[] encode(Object value) {
                    output.reset();
                    kryo.writeClassAndObject(output, value);
                    return output.toBytes();
                }

                @Override
                public Object decode(byte[] bytes) {
                    return kryo.readClassAndObject(new Input(bytes));
                }
            };
        }
        TaskSerializer serializer = TaskSerializers.named(name);
        return new Coder() {
            @Override
            public byte[] encode(Object value) {
                return serializer.toBytes(value);
            }

            @Override
            public Object decode(byte[] bytes) {
                return serializer.fromBytes(bytes);
            }
        };
    }

    public static void main(String[] arguments) {
        Coder coder = coder(arguments[0]);
        Object value = value(arguments[1]);
        byte[] bytes = coder.encode(value);
        int inner = bytes.length > 10_000 ? 1 : 10_000;
        int rounds = inner > 1 ? 60 : 150;
        double encode = Double.MAX_VALUE;
        double decode = Double.MAX_VALUE;
        double[] encodes = new double[rounds];
        double[] decodes = new double[rounds];
        Object sink = null;
        for (int round = 0; round < rounds; round++) {
            long start = System.nanoTime();
            for (int i = 0; i < inner; i++) {
                sink = coder.encode(value);
            }
            encodes[round] = (System.nanoTime() - start) / 1000.0 / inner;
            start = System.nanoTime();
            for (int i = 0; i < inner; i++) {
                sink = coder.decode(bytes);
            }
            decodes[round] = (System.nanoTime() - start) / 1000.0 / inner;
        }
        for (int from = rounds / 2; from + 15 <= rounds; from += 15) {
            encode = Math.min(encode, median(encodes, from));
            decode = Math.min(decode, median(decodes, from));
        }
        System.out.printf(
                "%-12s %-9s encode %10.2f  decode %10.2f  sum %10.2f us, %d bytes%n",
                arguments[0], arguments[1], encode, decode, encode + decode, bytes.length);
    }

    private static double median(double[] all, int from) {
        double[] some = Arrays.copyOfRange(all, from, from + 15);
        Arrays.sort(some);
        return some[7];
    }
}
