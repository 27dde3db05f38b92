package io.processexecutor.serialization.graph.collection;

import com.esotericsoftware.kryo.io.Input;
import io.processexecutor.serialization.graph.wire.GraphKryo;
import io.processexecutor.serialization.graph.wire.LateTable;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Fills a hash table as its entries are read. From the first one on whose key may hash by something that is not finished they
 * wait, so that their order stays as it was; code of the application that sees the table earlier finds as many of them as
 * can be hashed by then, and they are hashed anew afterwards.
 */
abstract class TableFilling implements LateTable {

    private final GraphKryo kryo;
    private boolean unfinished;

    /** Keys and values by turns. */
    private List<@Nullable Object> waiting = List.of();

    /** How much of that has been put provisionally. */
    private int early;

    private @Nullable Throwable obstacle;

    private TableFilling(GraphKryo kryo) {
        this.kryo = kryo;
    }

    static TableFilling of(GraphKryo kryo, Map<@Nullable Object, @Nullable Object> map) {
        return new OfMap(kryo, map);
    }

    static TableFilling of(GraphKryo kryo, Set<@Nullable Object> set) {
        return new OfSet(kryo, set);
    }

    abstract void insert(@Nullable Object key, @Nullable Object value);

    /** Whether there was no such key. */
    abstract boolean insertNew(@Nullable Object key, @Nullable Object value);

    abstract void hashAnew();

    @Nullable
    Object readKey(Input input) {
        int begun = kryo.beginKey();
        Object key = kryo.read(input);
        unfinished = kryo.isUnfinishedKey(key, begun);
        return key;
    }

    /** Puts what was read last. */
    void put(@Nullable Object key, @Nullable Object value) {
        if (waiting.isEmpty()) {
            if (!unfinished) {
                insert(key, value);
                return;
            }
            waiting = new ArrayList<>();
            kryo.completeLater(this);
        } else if (early == waiting.size()) {
            kryo.unseen(this);
        }
        waiting.add(key);
        waiting.add(value);
    }

    @Override
    public void early() {
        obstacle = null;
        try {
            // Two that are equal by now may differ in the end.
            while (early < waiting.size() && insertNew(waiting.get(early), waiting.get(early + 1))) {
                early += 2;
            }
        } catch (RuntimeException | StackOverflowError e) {
            // It hashes by what is not there yet. The rest waits with it.
            obstacle = e;
        }
    }

    @Override
    public boolean lacksEntries() {
        return early < waiting.size();
    }

    @Override
    public @Nullable Throwable obstacle() {
        return obstacle;
    }

    @Override
    public void complete() {
        if (early > 0) {
            hashAnew();
        }
        for (int i = early; i < waiting.size(); i += 2) {
            insert(waiting.get(i), waiting.get(i + 1));
        }
        waiting = List.of();
        early = 0;
        obstacle = null;
    }

    private static final class OfMap extends TableFilling {

        private final Map<@Nullable Object, @Nullable Object> map;

        OfMap(GraphKryo kryo, Map<@Nullable Object, @Nullable Object> map) {
            super(kryo);
            this.map = map;
        }

        @Override
        public Object table() {
            return map;
        }

        @Override
        void insert(@Nullable Object key, @Nullable Object value) {
            map.put(key, value);
        }

        @Override
        boolean insertNew(@Nullable Object key, @Nullable Object value) {
            if (map.containsKey(key)) {
                return false;
            }
            map.put(key, value);
            return true;
        }

        @Override
        void hashAnew() {
            List<@Nullable Object> flat = new ArrayList<>();
            map.forEach((key, value) -> {
                flat.add(key);
                flat.add(value);
            });
            map.clear();
            for (int i = 0; i < flat.size(); i += 2) {
                map.put(flat.get(i), flat.get(i + 1));
            }
        }
    }

    private static final class OfSet extends TableFilling {

        private final Set<@Nullable Object> set;

        OfSet(GraphKryo kryo, Set<@Nullable Object> set) {
            super(kryo);
            this.set = set;
        }

        @Override
        public Object table() {
            return set;
        }

        @Override
        void insert(@Nullable Object element, @Nullable Object none) {
            set.add(element);
        }

        @Override
        boolean insertNew(@Nullable Object element, @Nullable Object none) {
            return set.add(element);
        }

        @Override
        void hashAnew() {
            List<@Nullable Object> elements = new ArrayList<>(set);
            set.clear();
            set.addAll(elements);
        }
    }
}
