package io.processexecutor.serialization.graph.plain;

import com.esotericsoftware.kryo.io.Input;
import com.esotericsoftware.kryo.io.Output;
import io.processexecutor.serialization.graph.failure.MalformedGraph;
import io.processexecutor.serialization.graph.wire.GraphKryo;
import io.processexecutor.serialization.graph.wire.GraphSerializer;
import io.processexecutor.serialization.lambda.LambdaLinker;
import io.processexecutor.serialization.lambda.LambdaSite;
import io.processexecutor.serialization.lambda.LinkedLambda;
import io.processexecutor.serialization.policy.AllowList;
import java.util.ArrayList;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** The call sites of one graph: each is written once, however many lambdas it made. */
final class LambdaSites {

    private static final NoneYet NONE_YET = new NoneYet();

    private final IdentityHashMap<Class<?>, Integer> written = new IdentityHashMap<>(4);
    private final List<LinkedLambda> read = new ArrayList<>(2);

    static LambdaSites of(GraphKryo kryo) {
        return kryo.session().note(LambdaSites.class, NONE_YET);
    }

    private static final class NoneYet implements Supplier<LambdaSites> {

        @Override
        public LambdaSites get() {
            return new LambdaSites();
        }
    }

    /** The name of the host is given only where it takes more than what the site says to find it. */
    void write(Output output, Class<?> lambda, byte[] site, @Nullable String host) {
        Integer known = written.get(lambda);
        if (known != null) {
            output.writeVarInt(known, true);
            return;
        }
        output.writeVarInt(written.size(), true);
        written.put(lambda, written.size());
        output.writeString(host);
        output.writeVarInt(site.length, true);
        output.writeBytes(site);
    }

    LinkedLambda read(GraphKryo kryo, Input input) {
        int index = input.readVarInt(true);
        if (index >= 0 && index < read.size()) {
            return read.get(index);
        }
        if (index != read.size()) {
            throw new MalformedGraph("call site " + index + " after " + read.size());
        }
        String host = input.readString();
        ClassLoader loader = host == null ? kryo.loader() : kryo.classOf(host).getClassLoader();
        byte[] site = input.readBytes(GraphSerializer.readCount(input, 1));
        AllowList allowed = kryo.policy().allowed();
        if (!allowed.allowsAll()) {
            // Linking loads all of them.
            LambdaSite.decode(site).classNames().forEach(allowed::check);
        }
        LinkedLambda linked = LambdaLinker.link(site, loader);
        read.add(linked);
        return linked;
    }
}
