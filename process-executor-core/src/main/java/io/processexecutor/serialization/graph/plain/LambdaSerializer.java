package io.processexecutor.serialization.graph.plain;

import com.esotericsoftware.kryo.io.Input;
import com.esotericsoftware.kryo.io.Output;
import io.processexecutor.serialization.access.DeepAccess;
import io.processexecutor.serialization.classfile.ClassHome;
import io.processexecutor.serialization.explain.Carrier;
import io.processexecutor.serialization.explain.Refusal;
import io.processexecutor.serialization.graph.failure.MalformedGraph;
import io.processexecutor.serialization.graph.field.Constants;
import io.processexecutor.serialization.graph.field.FieldSlot;
import io.processexecutor.serialization.graph.wire.GraphKryo;
import io.processexecutor.serialization.graph.wire.GraphSerializer;
import io.processexecutor.serialization.lambda.LambdaReader;
import io.processexecutor.serialization.lambda.LambdaShape;
import io.processexecutor.serialization.lambda.LambdaSite;
import io.processexecutor.serialization.lambda.Lambdas;
import io.processexecutor.serialization.lambda.LinkedLambda;
import io.processexecutor.serialization.lambda.RecentSite;
import io.processexecutor.serialization.lambda.UnreadableLambdaException;
import java.io.Serializable;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * The lambdas of one class: their call site, and what each captured, or the static final field that holds it. {@link LambdaWire} reads them back.
 */
public final class LambdaSerializer extends GraphSerializer<Object> {

    private static final int NO_CONSTANT = 0;
    private static final String CALLABLE_OF_A_RUNNABLE = "java.util.concurrent.Executors$RunnableAdapter";

    private final Class<?> type;
    private final RecentSite recent;
    private FieldSlot @Nullable [] slots;
    private byte @Nullable [] site;
    private @Nullable Class<?> host;
    private @Nullable Constants constants;
    private boolean constantsKnown;

    /**
     * Creates one.
     *
     * @param type the class of a lambda
     * @param recent is told of its site whenever one is written
     */
    public LambdaSerializer(Class<?> type, RecentSite recent) {
        this.type = type;
        this.recent = recent;
    }

    @Override
    public void write(GraphKryo kryo, Output output, Object lambda) {
        if (!kryo.closuresAnywhere() && !mayStandHere(kryo)) {
            throw Refusal.of(Refusal.Kind.CLOSURE_IN_DATA, lambda, "it stands inside data");
        }
        if (host == null) {
            host = hostOf(lambda);
        }
        // Named before the site is read, since both take its bytes.
        String sent = ClassHome.isAtHome(host) ? null : kryo.nameOf(host);
        if (site == null || sent != null) {
            site = siteOf(kryo, lambda);
        }
        LambdaSites.of(kryo).write(output, type, site, sent);
        if (sent == null) {
            recent.note(site);
        }
        FieldSlot[] captured = slots();
        if (captured.length == 0) {
            writeConstant(kryo, output, lambda, host);
            return;
        }
        if (DeepAccess.available()) {
            for (FieldSlot slot : captured) {
                slot.write(kryo, output, lambda);
            }
            return;
        }
        @Nullable Object[] values = capturedBy(lambda);
        for (int i = 0; i < values.length; i++) {
            captured[i].writeValue(kryo, output, values[i]);
        }
    }

    /** The fields of its host are not looked at for a task, which nobody compares with them. */
    private void writeConstant(GraphKryo kryo, Output output, Object lambda, Class<?> from) {
        Constants known = kryo.parent() == null || lambda instanceof Serializable ? null : constants(from);
        if (known == null) {
            output.writeVarInt(NO_CONSTANT, true);
        } else {
            known.write(output, lambda);
        }
    }

    private @Nullable Constants constants(Class<?> from) {
        if (!constantsKnown) {
            constants = Constants.of(type, from);
            constantsKnown = true;
        }
        return constants;
    }

    /** The constant of this JVM that a lambda which captured nothing was, if it is of the same call site here; else the lambda. */
    Object constantOr(Object lambda, Input input, LinkedLambda linked) {
        int holder = input.readVarInt(true);
        if (holder == NO_CONSTANT) {
            return lambda;
        }
        Constants known = constants(Lambdas.host(type));
        if (known == null) {
            throw new MalformedGraph("a constant of " + type.getName() + ", which has none");
        }
        Object held = known.readHeld(holder, input);
        return held != null && isOf(linked.site(), held) ? held : lambda;
    }

    private static boolean isOf(LambdaSite site, Object held) {
        try {
            return Lambdas.isLambda(held.getClass())
                    && Arrays.equals(LambdaReader.read(held).encoded(), site.encoded());
        } catch (UnreadableLambdaException e) {
            return false;
        }
    }

    private @Nullable Object[] capturedBy(Object lambda) {
        try {
            return LambdaShape.of(type).captured(lambda);
        } catch (UnreadableLambdaException e) {
            throw Refusal.of(Refusal.Kind.UNREADABLE_LAMBDA, lambda, String.valueOf(e.getMessage()));
        }
    }

    @Override
    public Object read(GraphKryo kryo, Input input, Class<?> ignored) {
        throw new IllegalStateException("Lambdas are read by their call site");
    }

    Object filled(GraphKryo kryo, Input input, Object lambda, LinkedLambda linked) {
        FieldSlot[] captured = slots();
        if (captured.length == 0) {
            return constantOr(lambda, input, linked);
        }
        for (FieldSlot slot : captured) {
            slot.read(kryo, input, lambda);
        }
        return lambda;
    }

    private static Class<?> hostOf(Object lambda) {
        try {
            return Lambdas.host(lambda.getClass());
        } catch (UnreadableLambdaException e) {
            throw Refusal.of(Refusal.Kind.CANNOT_TRAVEL, lambda, String.valueOf(e.getMessage()));
        }
    }

    private static byte[] siteOf(GraphKryo kryo, Object lambda) {
        if (!DeepAccess.available()
                && lambda.getClass().getClassLoader() == null
                && !(lambda instanceof Serializable)) {
            throw Refusal.of(
                    Refusal.Kind.CANNOT_TRAVEL,
                    lambda,
                    "the JDK wrote it, and this JVM does not let the library link it again (" + DeepAccess.diagnose()
                            + ")");
        }
        try {
            LambdaSite read = LambdaReader.read(lambda);
            read.classNames().forEach(kryo.policy().allowed()::check);
            return read.encoded();
        } catch (UnreadableLambdaException e) {
            throw Refusal.of(Refusal.Kind.UNREADABLE_LAMBDA, lambda, String.valueOf(e.getMessage()));
        }
    }

    private FieldSlot[] slots() {
        if (slots == null) {
            LambdaShape shape = LambdaShape.of(type);
            slots = new FieldSlot[shape.count()];
            for (int i = 0; i < slots.length; i++) {
                slots[i] = FieldSlot.of(type, shape.field(i), i);
            }
        }
        return slots;
    }

    /** As the task, or captured by what may stand there; elsewhere only below a mark. */
    private static boolean mayStandHere(GraphKryo kryo) {
        Object parent = kryo.parent();
        if (parent == null || Lambdas.isLambda(parent.getClass()) || isFormatter(parent)) {
            // A lambda that was written was allowed, and so is what it captured directly.
            return true;
        }
        if (kryo.belowMark()) {
            return true;
        }
        Object above = null;
        for (Object holder : kryo.holders()) {
            // What a call is given directly is as what a closure captures directly.
            boolean arguments = above instanceof Carrier && holder instanceof Object[];
            if (!isClosure(holder.getClass()) && !(holder instanceof Carrier) && !arguments) {
                return false;
            }
            above = holder;
        }
        return true;
    }

    /** The JDK's date formatters are data, though they hold lambdas of the JDK. */
    private static boolean isFormatter(Object holder) {
        return holder.getClass().getName().startsWith("java.time.format.");
    }

    private static boolean isClosure(Class<?> type) {
        return Lambdas.isLambda(type)
                || type.isAnonymousClass()
                || type.isLocalClass()
                || type.getName().equals(CALLABLE_OF_A_RUNNABLE);
    }
}
