package io.processexecutor.serialization.graph.plain;

import com.esotericsoftware.kryo.io.Input;
import com.esotericsoftware.kryo.io.Output;
import io.processexecutor.serialization.graph.field.FieldSlot;
import io.processexecutor.serialization.graph.wire.GraphKryo;
import java.lang.reflect.Modifier;
import java.lang.reflect.Proxy;

/** A JDK proxy: its interfaces and its handler, which may refer back to the proxy. */
public final class ProxySerializer extends GraphSerializer<Object> {

    private final FieldSlot handler;

    /** Creates one. */
    public ProxySerializer() {
        try {
            this.handler = FieldSlot.of(Proxy.class.getDeclaredField("h"));
        } catch (NoSuchFieldException e) {
            throw new IllegalStateException("This JDK's proxies have no h", e);
        }
    }

    @Override
    protected void write(GraphKryo kryo, Output output, Object proxy) {
        Class<?>[] interfaces = proxy.getClass().getInterfaces();
        output.writeVarInt(interfaces.length, true);
        for (Class<?> each : interfaces) {
            output.writeString(each.getName());
        }
        handler.write(kryo, output, proxy);
    }

    @Override
    protected Object read(GraphKryo kryo, Input input, Class<?> type) {
        Class<?>[] interfaces = new Class<?>[readCount(input, 1)];
        ClassLoader loader = kryo.loader();
        for (int i = 0; i < interfaces.length; i++) {
            interfaces[i] = kryo.classOf(input.readString());
            if (!Modifier.isPublic(interfaces[i].getModifiers()) && interfaces[i].getClassLoader() != null) {
                // A proxy of a package-private interface lives in its package.
                loader = interfaces[i].getClassLoader();
            }
        }
        Object proxy = Proxy.newProxyInstance(loader, interfaces, (self, method, arguments) -> {
            throw new IllegalStateException("This proxy is still being decoded");
        });
        kryo.reference(proxy);
        handler.read(kryo, input, proxy);
        return proxy;
    }
}
