package io.processexecutor.serialization.graph.plain;

import com.esotericsoftware.kryo.io.Input;
import com.esotericsoftware.kryo.io.Output;
import io.processexecutor.serialization.access.DeepAccess;
import io.processexecutor.serialization.classfile.ClassHome;
import io.processexecutor.serialization.graph.field.FieldSlot;
import io.processexecutor.serialization.graph.wire.GraphKryo;
import io.processexecutor.serialization.graph.wire.GraphSerializer;
import java.lang.reflect.InvocationHandler;
import java.lang.reflect.Modifier;
import java.lang.reflect.Proxy;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** A JDK proxy: its interfaces and its handler, which may refer back to the proxy. */
public final class ProxySerializer extends GraphSerializer<Object> {

    private final @Nullable FieldSlot handler;

    /** Creates one. */
    public ProxySerializer() {
        try {
            this.handler = DeepAccess.available() ? FieldSlot.of(Proxy.class.getDeclaredField("h")) : null;
        } catch (NoSuchFieldException e) {
            throw new IllegalStateException("This JDK's proxies have no h", e);
        }
    }

    @Override
    public void write(GraphKryo kryo, Output output, Object proxy) {
        Class<?>[] interfaces = proxy.getClass().getInterfaces();
        output.writeVarInt(interfaces.length, true);
        for (Class<?> each : interfaces) {
            output.writeString(kryo.nameOf(each));
        }
        kryo.write(output, Proxy.getInvocationHandler(proxy));
    }

    @Override
    public Object read(GraphKryo kryo, Input input, Class<?> type) {
        Class<?>[] interfaces = new Class<?>[readCount(input, 1)];
        for (int i = 0; i < interfaces.length; i++) {
            interfaces[i] = kryo.classOf(input.readString());
        }
        ClassLoader loader = loaderFor(interfaces, kryo.loader());
        if (handler == null) {
            InvocationHandler read = (InvocationHandler) Objects.requireNonNull(kryo.read(input));
            return Proxy.newProxyInstance(loader, interfaces, read);
        }
        Object proxy = Proxy.newProxyInstance(loader, interfaces, (self, method, arguments) -> {
            throw new IllegalStateException("This proxy is still being decoded");
        });
        kryo.reference(proxy);
        handler.put(proxy, kryo.read(input));
        return proxy;
    }

    private static ClassLoader loaderFor(Class<?>[] interfaces, ClassLoader usual) {
        ClassLoader chosen = usual;
        for (Class<?> each : interfaces) {
            ClassLoader its = each.getClassLoader();
            // A proxy of a package-private interface lives in its package, and one of a class that was sent here beside
            // it.
            if (its != null && (!Modifier.isPublic(each.getModifiers()) || !ClassHome.isAtHome(each))) {
                chosen = its;
            }
        }
        return chosen;
    }
}
