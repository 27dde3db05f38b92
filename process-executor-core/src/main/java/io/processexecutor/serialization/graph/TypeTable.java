package io.processexecutor.serialization.graph;

import io.processexecutor.serialization.access.DeepAccess;
import io.processexecutor.serialization.access.SerializationHooks;
import io.processexecutor.serialization.explain.Refusal;
import io.processexecutor.serialization.graph.collection.BoundedSerializer;
import io.processexecutor.serialization.graph.field.ClassFields;
import io.processexecutor.serialization.graph.field.Constants;
import io.processexecutor.serialization.graph.field.Instances;
import io.processexecutor.serialization.graph.field.Singleton;
import io.processexecutor.serialization.graph.field.TransientFields;
import io.processexecutor.serialization.graph.hooks.EmbeddedSerializer;
import io.processexecutor.serialization.graph.hooks.ExternalizableSerializer;
import io.processexecutor.serialization.graph.hooks.ProtocolSerializer;
import io.processexecutor.serialization.graph.jdk.JdkRoutes;
import io.processexecutor.serialization.graph.plain.BeanSerializer;
import io.processexecutor.serialization.graph.plain.ConstantBeanSerializer;
import io.processexecutor.serialization.graph.plain.DerivedBeanSerializer;
import io.processexecutor.serialization.graph.plain.EnumSerializer;
import io.processexecutor.serialization.graph.plain.ForbiddenSerializer;
import io.processexecutor.serialization.graph.plain.LambdaSerializer;
import io.processexecutor.serialization.graph.plain.LambdaWire;
import io.processexecutor.serialization.graph.plain.ObjectArraySerializer;
import io.processexecutor.serialization.graph.plain.ObjectSerializer;
import io.processexecutor.serialization.graph.plain.RecordSerializer;
import io.processexecutor.serialization.graph.plain.RefusingSerializer;
import io.processexecutor.serialization.graph.plain.SingletonSerializer;
import io.processexecutor.serialization.graph.wire.GraphSerializer;
import io.processexecutor.serialization.graph.wire.Route;
import io.processexecutor.serialization.graph.wire.Route.Kind;
import io.processexecutor.serialization.graph.wire.Routes;
import io.processexecutor.serialization.lambda.Lambdas;
import io.processexecutor.serialization.lambda.RecentSite;
import io.processexecutor.serialization.policy.AllowList;
import io.processexecutor.serialization.policy.Limits;
import io.processexecutor.serialization.policy.Policy;
import io.processexecutor.serialization.policy.PolicyException;
import io.processexecutor.serialization.runtime.ClassNaming;
import java.io.Externalizable;
import java.io.ObjectStreamField;
import java.io.Serializable;
import java.lang.invoke.MethodHandle;
import java.lang.reflect.Constructor;
import java.lang.reflect.Field;
import java.lang.reflect.Modifier;
import java.lang.reflect.Proxy;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/*
 * Which class goes which way; the first that fits.
 *
 *   known by number (Numbers)       -> its own serializer, for exactly that class
 *   lambda                          -> its call site and what it captured
 *   not on the allow-list           -> refused by name
 *   not to be found by the other end -> refused by name
 *   array, enum                     -> their own
 *   families of the JDK (JdkRoutes) -> their own
 *   Object itself                   -> by the static final field that holds it, if an object leads there that knows one
 *   plain data of the JDK (PlatformData) -> field by field
 *   bound to this JVM (JvmBound)    -> refused by name
 *   proxy                           -> its interfaces and handler
 *   record                          -> its canonical constructor
 *   Externalizable                  -> its own methods
 *   Serializable, and of the JDK or with hooks  -> the platform's protocol
 *   another class of the JDK        -> refused
 *   an object of Kotlin             -> by its static final field
 *   another class, with constants   -> by the static final field that holds it; field by field, if none does
 *   another class                   -> field by field, Serializable or not; with the final transient fields that nobody
 *                                      makes, as far as they hold data
 */
final class TypeTable implements Routes {

    private final Policy policy;
    private final ClassNaming naming;
    private final RecentSite recent;

    TypeTable(Policy policy, ClassNaming naming, RecentSite recent) {
        this.policy = policy;
        this.naming = naming;
        this.recent = recent;
    }

    @Override
    public @Nullable Class<?> numbered(int number) {
        return Numbers.typeOf(number);
    }

    @Override
    public Route choose(Class<?> type, Function<Class<?>, Route> others) {
        Route numbered = Numbers.route(type);
        if (numbered != null) {
            return numbered;
        }
        if (Lambdas.isLambda(type)) {
            return others.apply(LambdaWire.class).standInFor(type, new LambdaSerializer(type, recent));
        }
        try {
            Route route = chosen(type, others);
            MethodHandle writeReplace =
                    SerializationHooks.writeReplaceForSerialization(type).orElse(null);
            return writeReplace == null ? route : route.replacedBy(writeReplace);
        } catch (IllegalStateException e) {
            return refused(type, String.valueOf(e.getMessage()));
        } catch (RuntimeException | LinkageError e) {
            return refused(type, "its class cannot be looked into: " + e);
        }
    }

    private Route chosen(Class<?> type, Function<Class<?>, Route> others) {
        PolicyException forbidden = refusal(type);
        if (forbidden != null) {
            Optional<Route> family = JdkRoutes.familyOf(type, others);
            return family.orElseGet(() -> Route.named(type, Kind.NODE, new ForbiddenSerializer(forbidden), 0));
        }
        if (!type.isHidden() && !Proxy.isProxyClass(type)) {
            Optional<String> refusal = naming.refusal(type);
            if (refusal.isPresent()) {
                return refused(type, Refusal.Kind.RUNTIME_CLASS, refusal.get());
            }
        }
        if (type.isArray()) {
            return Route.named(type, Kind.NODE, new ObjectArraySerializer(type.getComponentType()), 0);
        }
        if (Enum.class.isAssignableFrom(type) && type != Enum.class) {
            return type.isEnum()
                    ? Route.named(type, Kind.LEAF, new EnumSerializer(type), 0)
                    : constantWithBody(type, others);
        }
        if (type.isHidden()) {
            return refused(type, "it is a hidden class, which no other JVM can find");
        }
        Optional<Route> family = JdkRoutes.familyOf(type, others);
        if (family.isPresent()) {
            return family.get();
        }
        if (type == Object.class) {
            return Route.named(type, Kind.NODE, new ObjectSerializer(), 0);
        }
        if (PlatformData.copied(type)) {
            return bean(type, Instances.blank(type), PlatformData.fields(type));
        }
        Optional<String> bound = JvmBound.reason(type);
        if (bound.isPresent()) {
            return refused(type, bound.get());
        }
        if (Proxy.isProxyClass(type)) {
            Route proxies = others.apply(Proxy.class);
            return proxies.standInFor(type, proxies.serializer());
        }
        if (type.isRecord()) {
            return recordOf(type);
        }
        if (Externalizable.class.isAssignableFrom(type)) {
            return Route.named(type, Kind.NODE, new ExternalizableSerializer(type), 0);
        }
        if (Serializable.class.isAssignableFrom(type) && byProtocol(type)) {
            return byProtocolOf(type);
        }
        return ClassFields.ofPlatform(type) ? refused(type, JvmBound.reasonOfPlatform(type)) : bean(type);
    }

    /** A proxy is what its interfaces are: its own name means nothing. */
    private @Nullable PolicyException refusal(Class<?> type) {
        AllowList allowed = policy.allowed();
        if (allowed.allowsAll() || !Proxy.isProxyClass(type)) {
            return allowed.refusalOf(type);
        }
        for (Class<?> each : type.getInterfaces()) {
            PolicyException refusal = allowed.refusalOf(each);
            if (refusal != null) {
                return refusal;
            }
        }
        return null;
    }

    private static Route constantWithBody(Class<?> type, Function<Class<?>, Route> others) {
        Route constants = others.apply(type.getSuperclass());
        return constants.standInFor(type, constants.serializer());
    }

    private Route byProtocolOf(Class<?> type) {
        try {
            ProtocolSerializer serializer = new ProtocolSerializer(type);
            return Route.named(type, Kind.NODE, bounded(type, serializer), serializer.layout());
        } catch (IllegalStateException e) {
            if (DeepAccess.available()) {
                throw e;
            }
            // Its fields are closed to us, but not to the JDK.
            return Route.named(type, Kind.NODE, bounded(type, new EmbeddedSerializer()), 0);
        }
    }

    /** The JDK's own collections can be asked for their size; what others hold comes down to arrays and these. */
    private GraphSerializer<?> bounded(Class<?> type, GraphSerializer<Object> serializer) {
        boolean limited = policy.limits().length() != Integer.MAX_VALUE;
        return limited && Limits.isCollection(type) ? new BoundedSerializer(serializer) : serializer;
    }

    private static boolean byProtocol(Class<?> type) {
        if (SerializationHooks.readResolveForSerialization(type).isPresent()) {
            return true;
        }
        for (Class<?> level = type;
                level != null && Serializable.class.isAssignableFrom(level);
                level = level.getSuperclass()) {
            if (ClassFields.ofPlatform(level)
                    || SerializationHooks.writeObjectForSerialization(level).isPresent()
                    || SerializationHooks.readObjectForSerialization(level).isPresent()
                    || namesItsFields(level)) {
                return true;
            }
        }
        return false;
    }

    private static boolean namesItsFields(Class<?> type) {
        int modifiers = Modifier.PRIVATE | Modifier.STATIC | Modifier.FINAL;
        for (Field field : type.getDeclaredFields()) {
            if (field.getName().equals("serialPersistentFields")
                    && field.getType() == ObjectStreamField[].class
                    && (field.getModifiers() & modifiers) == modifiers) {
                return true;
            }
        }
        return false;
    }

    private static Route bean(Class<?> type) {
        if (type.isInterface() || Modifier.isAbstract(type.getModifiers()) || type.isPrimitive()) {
            return refused(type, "it has no instances");
        }
        Class<?> platform = type;
        while (!ClassFields.ofPlatform(platform)) {
            platform = platform.getSuperclass();
        }
        if (!PlatformData.mayBeExtended(platform)) {
            return refused(type, "it extends " + platform.getName() + ", whose state cannot be read");
        }
        Supplier<Object> instances = instances(type, platform);
        List<Field> fields = ClassFields.inheritedFromApplication(type);
        Singleton singleton = Singleton.of(type);
        if (singleton != null) {
            BeanSerializer others = new BeanSerializer(instances, fields);
            return Route.named(type, Kind.NODE, new SingletonSerializer(singleton, others), ClassFields.layout(fields));
        }
        List<Field> derived = new ArrayList<>();
        if (!Serializable.class.isAssignableFrom(type)) {
            int leaves = 0;
            for (Field field : TransientFields.madeByNobody(type)) {
                if (Constants.isLeaf(field.getType())) {
                    // Such as the hash of the others, which may be asked for when those lead back to the object.
                    fields.add(leaves++, field);
                } else {
                    derived.add(field);
                }
            }
        }
        if (!derived.isEmpty()) {
            int layout = 31 * ClassFields.layout(fields) + ClassFields.layout(derived);
            BeanSerializer rest = new BeanSerializer(instances, fields);
            return Route.named(type, Kind.NODE, new DerivedBeanSerializer(rest, derived), layout);
        }
        Constants constants = constantsOf(type);
        if (constants == null) {
            return bean(type, instances, fields);
        }
        return withConstants(type, constants, fields, new BeanSerializer(instances, fields)::make);
    }

    private static Route recordOf(Class<?> type) {
        List<Field> components = ClassFields.componentsOf(type);
        RecordSerializer records = new RecordSerializer(type, components);
        Constants constants = constantsOf(type);
        if (constants == null) {
            return Route.named(type, Kind.NODE, records, ClassFields.layout(components));
        }
        return withConstants(type, constants, components, records::make);
    }

    /** The platform makes a copy of what is serializable and does not say what it is in place of. */
    private static @Nullable Constants constantsOf(Class<?> type) {
        return Serializable.class.isAssignableFrom(type) ? null : Constants.of(type);
    }

    private static Route withConstants(
            Class<?> type, Constants constants, List<Field> fields, ConstantBeanSerializer.Copies copies) {
        return Route.named(
                type,
                Kind.NODE,
                new ConstantBeanSerializer(constants, fields, copies),
                31 * ClassFields.layout(fields) + constants.layout());
    }

    /**
     * Whose constructor runs: by the rules of the platform that of the first superclass which is not serializable; where
     * those say nothing, the one that makes the transient fields, and that of the JDK's superclass otherwise.
     */
    private static Supplier<Object> instances(Class<?> type, Class<?> platform) {
        if (Serializable.class.isAssignableFrom(type)) {
            Class<?> level = type;
            while (Serializable.class.isAssignableFrom(level)) {
                level = level.getSuperclass();
            }
            return Instances.constructedAs(type, level);
        }
        Constructor<?> constructor = TransientFields.constructorFor(type);
        return constructor == null
                ? Instances.constructedAs(type, platform)
                : Instances.withTransients(type, constructor);
    }

    private static Route bean(Class<?> type, Supplier<Object> instances, List<Field> fields) {
        return Route.named(type, Kind.NODE, new BeanSerializer(instances, fields), ClassFields.layout(fields));
    }

    private static Route refused(Class<?> type, String reason) {
        return refused(type, Refusal.Kind.CANNOT_TRAVEL, reason);
    }

    private static Route refused(Class<?> type, Refusal.Kind why, String reason) {
        return Route.named(type, Kind.NODE, new RefusingSerializer(why, reason), 0);
    }
}
