package io.processexecutor.serialization.lambda;

import io.processexecutor.serialization.access.SerializationHooks;
import io.processexecutor.serialization.classfile.HandleReference;
import java.lang.invoke.LambdaMetafactory;
import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandleInfo;
import java.lang.invoke.MethodHandles.Lookup;
import java.lang.invoke.MethodType;
import java.lang.invoke.SerializedLambda;
import java.lang.reflect.Array;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The two ways of making a call site work again. */
final class CallSites {

    private static final int MARKERS_AND_BRIDGES = LambdaMetafactory.FLAG_MARKERS | LambdaMetafactory.FLAG_BRIDGES;

    private CallSites() {}

    /** As the JVM does it when the host runs the site for the first time. */
    static LinkedLambda byMetafactory(LambdaSite site, Class<?> host, Lookup caller) throws Throwable {
        ClassLoader loader = host.getClassLoader();
        LambdaSite.Type type = site.type();
        MethodType factoryType = methodType(type.factoryType(), loader);
        List<Object> arguments = new ArrayList<>();
        arguments.add(methodType(type.methodType(), loader));
        arguments.add(implementation(site.implementation(), host, caller));
        arguments.add(methodType(site.instantiatedType(), loader));
        arguments.add(MARKERS_AND_BRIDGES | (type.serializable() ? LambdaMetafactory.FLAG_SERIALIZABLE : 0));
        arguments.add(type.markers().size());
        for (String marker : type.markers()) {
            arguments.add(classNamed(marker, loader));
        }
        arguments.add(type.bridges().size());
        for (String bridge : type.bridges()) {
            arguments.add(methodType(bridge, loader));
        }
        MethodHandle factory = LambdaMetafactory.altMetafactory(
                        caller, type.methodName(), factoryType, arguments.toArray())
                .getTarget();
        Object example = example(factory, nothing(factoryType));
        return new LinkedLambda(site, example.getClass(), new Target(factory));
    }

    /** As {@link MethodHandle#invokeWithArguments}, for which the JVM makes twice as many classes the first time. */
    private static Object example(MethodHandle factory, @Nullable Object[] zeros) throws Throwable {
        if (zeros.length > 3) {
            return factory.invokeWithArguments(zeros);
        }
        MethodHandle generic = factory.asType(factory.type().generic());
        return switch (zeros.length) {
            case 0 -> (Object) generic.invokeExact();
            case 1 -> (Object) generic.invokeExact(zeros[0]);
            case 2 -> (Object) generic.invokeExact(zeros[0], zeros[1]);
            default -> (Object) generic.invokeExact(zeros[0], zeros[1], zeros[2]);
        };
    }

    private record Target(MethodHandle handle) implements LinkedLambda.Factory {

        @Override
        public Object make(@Nullable Object[] captured) throws Throwable {
            return handle.invokeWithArguments(captured);
        }
    }

    /** The generated constructor only stores what it is given, so an example may capture zeros and nulls. */
    private static @Nullable Object[] nothing(MethodType factoryType) {
        @Nullable Object[] nothing = new @Nullable Object[factoryType.parameterCount()];
        for (int i = 0; i < nothing.length; i++) {
            Class<?> parameter = factoryType.parameterType(i);
            nothing[i] = parameter.isPrimitive() ? Array.get(Array.newInstance(parameter, 1), 0) : null;
        }
        return nothing;
    }

    /** What the compiler wrote into the host for serializable lambdas; needs no access that the JDK does not give. */
    static LinkedLambda byItsDeserializer(LambdaSite site, Class<?> host) {
        MethodHandle resolve = SerializationHooks.readResolveForSerialization(SerializedLambda.class)
                .orElseThrow();
        return new LinkedLambda(site, null, captured -> resolve.invoke(word(site, host, captured)));
    }

    private static SerializedLambda word(LambdaSite site, Class<?> host, @Nullable Object[] captured) {
        HandleReference implementation = site.implementation();
        return new SerializedLambda(
                host,
                site.type().interfaceName(),
                site.type().methodName(),
                site.type().methodType(),
                implementation.kind(),
                implementation.member().owner(),
                implementation.member().name(),
                implementation.member().descriptor(),
                site.instantiatedType(),
                captured);
    }

    private static MethodHandle implementation(HandleReference handle, Class<?> host, Lookup caller)
            throws ReflectiveOperationException {
        ClassLoader loader = host.getClassLoader();
        Class<?> owner = classNamed(handle.member().owner(), loader);
        String name = handle.member().name();
        MethodType type = methodType(handle.member().descriptor(), loader);
        return switch (handle.kind()) {
            case MethodHandleInfo.REF_invokeStatic -> caller.findStatic(owner, name, type);
            case MethodHandleInfo.REF_invokeVirtual, MethodHandleInfo.REF_invokeInterface ->
                caller.findVirtual(owner, name, type);
            case MethodHandleInfo.REF_invokeSpecial -> caller.findSpecial(owner, name, type, host);
            case MethodHandleInfo.REF_newInvokeSpecial -> caller.findConstructor(owner, type);
            default ->
                throw new LambdaLinkException(
                        LambdaLinkException.Reason.REFUSED, "No lambda calls by kind " + handle.kind(), null);
        };
    }

    private static MethodType methodType(String descriptor, @Nullable ClassLoader loader) {
        return MethodType.fromMethodDescriptorString(descriptor, loader);
    }

    private static Class<?> classNamed(String internalName, @Nullable ClassLoader loader)
            throws ClassNotFoundException {
        return Class.forName(internalName.replace('/', '.'), false, loader);
    }
}
