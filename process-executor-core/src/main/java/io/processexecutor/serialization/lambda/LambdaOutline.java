package io.processexecutor.serialization.lambda;

import io.processexecutor.serialization.classfile.Descriptors;
import java.io.Serializable;
import java.lang.invoke.MethodType;
import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * What can be seen of a lambda class with no special access: its interfaces, what it captures and the methods it has.
 *
 * @param interfaces their internal names
 * @param captured the descriptors of its fields in order
 * @param methods name and descriptor of its public methods
 * @param serializable whether its call site asked for that
 */
record LambdaOutline(Set<String> interfaces, List<String> captured, Set<String> methods, boolean serializable) {

    private static final String SERIALIZABLE = Serializable.class.getName().replace('.', '/');

    static LambdaOutline of(Class<?> lambdaClass) {
        Set<String> interfaces = new HashSet<>();
        for (Class<?> each : lambdaClass.getInterfaces()) {
            interfaces.add(each.getName().replace('.', '/'));
        }
        List<String> captured = new ArrayList<>();
        for (CapturedField field : LambdaShape.of(lambdaClass).fields()) {
            captured.add(field.type().descriptorString());
        }
        Set<String> methods = new HashSet<>();
        boolean replaced = false;
        for (Method method : lambdaClass.getDeclaredMethods()) {
            if (Modifier.isPublic(method.getModifiers())) {
                MethodType type = MethodType.methodType(method.getReturnType(), method.getParameterTypes());
                methods.add(method.getName().concat(type.toMethodDescriptorString()));
            } else if (method.getName().equals("writeReplace") && method.getParameterCount() == 0) {
                replaced = true;
            }
        }
        return new LambdaOutline(interfaces, captured, methods, replaced);
    }

    boolean fits(LambdaSite site) {
        LambdaSite.Type type = site.type();
        return type.serializable() == serializable
                && interfacesFit(type)
                && methodsFit(type)
                && Descriptors.parameters(type.factoryType()).equals(captured);
    }

    private boolean interfacesFit(LambdaSite.Type type) {
        Set<String> expected = new HashSet<>(type.markers());
        expected.add(type.interfaceName());
        if (expected.equals(interfaces)) {
            return true;
        }
        // The JDK adds Serializable itself where no interface of a serializable site extends it.
        return serializable && expected.add(SERIALIZABLE) && expected.equals(interfaces);
    }

    private boolean methodsFit(LambdaSite.Type type) {
        Set<String> expected = new HashSet<>();
        expected.add(type.methodName().concat(type.methodType()));
        for (String bridge : type.bridges()) {
            expected.add(type.methodName().concat(bridge));
        }
        return expected.equals(methods);
    }
}
