package io.processexecutor.serialization.graph.hooks;

import com.esotericsoftware.kryo.io.Input;
import com.esotericsoftware.kryo.io.Output;
import io.processexecutor.serialization.graph.wire.GraphKryo;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The streams that hooks see, one for each hook that is running: a hook that writes an object may run another. */
final class HookStreams {

    /** A deep graph has more, which would only be dead weight afterwards. */
    private static final int KEPT = 64;

    private final List<HookOutput> outputs = new ArrayList<>();
    private final List<HookInput> inputs = new ArrayList<>();
    private int writing;
    private int reading;

    static HookStreams of(GraphKryo kryo) {
        return kryo.session().kept(HookStreams.class, HookStreams::new);
    }

    HookOutput pushOutput(GraphKryo kryo, Output output, Object object, @Nullable ClassLevel level) {
        if (writing == outputs.size()) {
            try {
                outputs.add(new HookOutput(kryo));
            } catch (IOException e) {
                // The constructor only declares it.
                throw new UncheckedIOException(e);
            }
        }
        HookOutput stream = outputs.get(writing++);
        stream.begin(output, object, level);
        return stream;
    }

    void popOutput() {
        if (--writing >= KEPT) {
            outputs.remove(writing);
        }
    }

    HookInput pushInput(GraphKryo kryo, Input input, Object object, @Nullable ClassLevel level) {
        if (reading == inputs.size()) {
            try {
                inputs.add(new HookInput(kryo));
            } catch (IOException e) {
                // The constructor only declares it.
                throw new UncheckedIOException(e);
            }
        }
        HookInput stream = inputs.get(reading++);
        stream.begin(input, object, level);
        return stream;
    }

    void popInput() {
        if (--reading >= KEPT) {
            inputs.remove(reading);
        }
    }
}
