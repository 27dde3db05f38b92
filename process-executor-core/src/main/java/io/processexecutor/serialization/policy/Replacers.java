package io.processexecutor.serialization.policy;

import io.processexecutor.ObjectReplacer;
import io.processexecutor.TaskSerializationException;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;

/** The replacers of an executor, in their order. Thread-safe as they are. */
public final class Replacers {

    private static final int[] NONE = {};

    /** Of the encoding that is under way on this thread: whether a worker must be prepared for it. */
    private static final ThreadLocal<boolean[]> UNDER_WAY = new ThreadLocal<>();

    private final List<ObjectReplacer> replacers;

    // Of the class, not of an engine: a class is asked about once, and nobody keeps it alive.
    private final ClassValue<int[]> offered = new ClassValue<>() {
        @Override
        protected int[] computeValue(Class<?> type) {
            return askAbout(type);
        }
    };

    Replacers(List<ObjectReplacer> replacers) {
        this.replacers = replacers;
    }

    /**
     * Whether there is nobody to ask.
     *
     * @return true by default
     */
    public boolean none() {
        return replacers.isEmpty();
    }

    /**
     * Who is to be asked about the objects of a class.
     *
     * @param type the class
     * @return the places of the replacers; not to be changed
     */
    public int[] offered(Class<?> type) {
        return none() ? NONE : offered.get(type);
    }

    private int[] askAbout(Class<?> type) {
        int[] found = new int[replacers.size()];
        int count = 0;
        for (int i = 0; i < found.length; i++) {
            boolean wanted;
            try {
                wanted = replacers.get(i).replaces(type);
            } catch (Throwable e) {
                throw failed(type.getTypeName(), i, "could not tell whether it replaces " + type.getTypeName(), e);
            }
            if (wanted) {
                found[count++] = i;
            }
        }
        return count == 0 ? NONE : Arrays.copyOf(found, count);
    }

    /**
     * Asks for a reference.
     *
     * @param object the object
     * @param places who is asked, as of {@link #offered}
     * @return null if the object travels as it is
     */
    public @Nullable Swap swap(Object object, int[] places) {
        String type = object.getClass().getTypeName();
        for (int place : places) {
            Object answer;
            try {
                answer = replacers.get(place).replace(object);
            } catch (Throwable e) {
                throw failed(type, place, "could not replace an object of " + type, e);
            }
            if (isNull(answer)) {
                throw failed(
                        type,
                        place,
                        "replaced an object of " + type
                                + " by null; the object itself is the answer for one that travels as it is",
                        null);
            }
            if (answer != object) {
                if (replacers.get(place).needsPreparedWorker()) {
                    note();
                }
                return new Swap(place, object, answer);
            }
        }
        return null;
    }

    /**
     * Asks what a reference stands for.
     *
     * @param place who answered with it
     * @param reference the reference
     * @return the object
     */
    public Object restore(int place, @Nullable Object reference) {
        if (place < 0 || place >= replacers.size() || reference == null) {
            throw PolicyException.about(
                    "the bytes name a replacer that is not here: number " + place + " of " + replacers.size());
        }
        String type = reference.getClass().getTypeName();
        Object restored;
        try {
            restored = replacers.get(place).restore(reference);
        } catch (Throwable e) {
            throw failed(type, place, "could not restore what a reference of " + type + " stands for", e);
        }
        if (isNull(restored)) {
            throw failed(type, place, "restored a reference of " + type + " to null", null);
        }
        return restored;
    }

    /**
     * Encodes a task.
     *
     * @param encoding writes it
     * @return whether it holds a reference that needs a prepared worker
     */
    public boolean noting(Runnable encoding) {
        if (none()) {
            encoding.run();
            return false;
        }
        boolean[] noted = {false};
        boolean[] outer = UNDER_WAY.get();
        UNDER_WAY.set(noted);
        try {
            encoding.run();
        } finally {
            resume(outer);
        }
        return noted[0];
    }

    /**
     * Lets another thread go on with the encoding.
     *
     * @param work the rest of it
     * @param <T> what it returns
     * @return the same for another thread
     */
    public <T extends @Nullable Object> Callable<T> handedOn(Callable<T> work) {
        boolean[] noted = UNDER_WAY.get();
        if (noted == null) {
            return work;
        }
        return () -> {
            UNDER_WAY.set(noted);
            try {
                return work.call();
            } finally {
                UNDER_WAY.remove();
            }
        };
    }

    private static void note() {
        boolean[] noted = UNDER_WAY.get();
        if (noted != null) {
            noted[0] = true;
        }
    }

    /** A hook may have submitted a task of its own. */
    private static void resume(boolean @Nullable [] outer) {
        if (outer == null) {
            UNDER_WAY.remove();
        } else {
            UNDER_WAY.set(outer);
        }
    }

    /** The contract says never, and yet users write it. */
    private static boolean isNull(@Nullable Object answer) {
        return answer == null;
    }

    /** Whoever throws what is thrown here has said in its own words what is wrong; of others not even a word is asked. */
    private static String reason(Throwable thrown) {
        return thrown instanceof TaskSerializationException known
                ? known.explanation()
                : thrown.getClass().getName();
    }

    private PolicyException failed(String culprit, int place, String what, @Nullable Throwable thrown) {
        if (thrown instanceof VirtualMachineError fatal && !(thrown instanceof StackOverflowError)) {
            throw fatal;
        }
        String how = thrown == null ? "" : ": " + reason(thrown);
        return PolicyException.about(
                culprit, "the replacer " + replacers.get(place).getClass().getTypeName() + " " + what + how, thrown);
    }
}
