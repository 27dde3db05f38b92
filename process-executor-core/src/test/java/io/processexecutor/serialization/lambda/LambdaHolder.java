package io.processexecutor.serialization.lambda;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.ObjectInputStream;
import java.io.ObjectOutputStream;
import java.io.Serializable;

/** The least engine that carries lambdas: the JDK's stream, with every lambda replaced by its site and captures. */
@SuppressWarnings("ArrayRecordComponent")
record LambdaHolder(byte[] site, Object[] captured) implements Serializable {

    private static final long serialVersionUID = 1L;

    static byte[] write(Object root) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (ObjectOutputStream out = new Writer(bytes)) {
            out.writeObject(held(root));
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
        return bytes.toByteArray();
    }

    static Object read(byte[] bytes) {
        try (ObjectInputStream in = new ObjectInputStream(new ByteArrayInputStream(bytes))) {
            return in.readObject();
        } catch (IOException | ClassNotFoundException e) {
            throw new IllegalStateException(e);
        }
    }

    private static Object held(Object value) {
        if (value == null || !Lambdas.isLambda(value.getClass())) {
            return value;
        }
        Object[] captured = LambdaShape.of(value.getClass()).captured(value);
        for (int i = 0; i < captured.length; i++) {
            captured[i] = held(captured[i]);
        }
        return new LambdaHolder(LambdaReader.read(value).encoded(), captured);
    }

    private Object readResolve() {
        return LambdaLinker.link(site, LambdaHolder.class.getClassLoader()).create(captured);
    }

    private static final class Writer extends ObjectOutputStream {

        Writer(ByteArrayOutputStream out) throws IOException {
            super(out);
            enableReplaceObject(true);
        }

        @Override
        protected Object replaceObject(Object value) {
            return held(value);
        }
    }
}
