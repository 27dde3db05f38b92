package io.processexecutor.serialization.graph.plain;

import com.esotericsoftware.kryo.io.Input;
import com.esotericsoftware.kryo.io.Output;
import io.processexecutor.serialization.graph.field.GraphSerializer;
import io.processexecutor.serialization.graph.wire.GraphKryo;
import io.processexecutor.serialization.graph.wire.MalformedGraph;
import io.processexecutor.serialization.lambda.LambdaLinker;
import io.processexecutor.serialization.lambda.LambdaSite;
import io.processexecutor.serialization.lambda.LinkedLambda;
import io.processexecutor.serialization.policy.AllowList;
import java.util.ArrayList;
import java.util.IdentityHashMap;
import java.util.List;

/** The call sites of one graph: each is written once, however many lambdas it made. */
final class LambdaSites {

    private final IdentityHashMap<Class<?>, Integer> written = new IdentityHashMap<>(4);
    private final List<LinkedLambda> read = new ArrayList<>(2);

    static LambdaSites of(GraphKryo kryo) {
        return kryo.session().note(LambdaSites.class, LambdaSites::new);
    }

    void write(Output output, Class<?> lambda, byte[] site) {
        Integer known = written.get(lambda);
        if (known != null) {
            output.writeVarInt(known, true);
            return;
        }
        output.writeVarInt(written.size(), true);
        written.put(lambda, written.size());
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
        byte[] site = input.readBytes(GraphSerializer.readCount(input, 1));
        AllowList allowed = kryo.policy().allowed();
        if (!allowed.allowsAll()) {
            // Linking loads all of them.
            LambdaSite.decode(site).classNames().forEach(allowed::check);
        }
        LinkedLambda linked = LambdaLinker.link(site, kryo.loader());
        read.add(linked);
        return linked;
    }
}
