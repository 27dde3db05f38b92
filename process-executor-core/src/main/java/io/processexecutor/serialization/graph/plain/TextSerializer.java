package io.processexecutor.serialization.graph.plain;

import com.esotericsoftware.kryo.io.Input;
import com.esotericsoftware.kryo.io.Output;
import io.processexecutor.serialization.graph.wire.GraphInput;
import io.processexecutor.serialization.graph.wire.GraphKryo;
import io.processexecutor.serialization.graph.wire.GraphOutput;
import io.processexecutor.serialization.graph.wire.GraphSerializer;

/** Strings, and what they are built in. */
public final class TextSerializer extends GraphSerializer<CharSequence> {

    /** Creates one. */
    public TextSerializer() {}

    @Override
    public void write(GraphKryo kryo, Output output, CharSequence object) {
        ((GraphOutput) output).writeText(object.toString());
    }

    @Override
    // Whoever has a StringBuffer gets one back, and a builder is what is asked for.
    @SuppressWarnings({"JdkObsolete", "UnnecessaryStringBuilder"})
    public CharSequence read(GraphKryo kryo, Input input, Class<? extends CharSequence> type) {
        String text = ((GraphInput) input).readText();
        if (String.class == type) {
            return text;
        }
        return StringBuilder.class == type ? new StringBuilder(text) : new StringBuffer(text);
    }
}
