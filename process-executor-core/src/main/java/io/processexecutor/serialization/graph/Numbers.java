package io.processexecutor.serialization.graph;

import com.esotericsoftware.kryo.serializers.DefaultSerializers;
import com.esotericsoftware.kryo.serializers.OptionalSerializers;
import com.esotericsoftware.kryo.serializers.TimeSerializers;
import io.processexecutor.serialization.graph.collection.ArrayListSerializer;
import io.processexecutor.serialization.graph.collection.CollectionSerializer;
import io.processexecutor.serialization.graph.collection.MapSerializer;
import io.processexecutor.serialization.graph.collection.SetSerializer;
import io.processexecutor.serialization.graph.jdk.JdkRoutes;
import io.processexecutor.serialization.graph.plain.LambdaWire;
import io.processexecutor.serialization.graph.plain.ObjectArraySerializer;
import io.processexecutor.serialization.graph.plain.PrimitiveArraySerializer;
import io.processexecutor.serialization.graph.plain.ProxySerializer;
import io.processexecutor.serialization.graph.plain.SwapSerializer;
import io.processexecutor.serialization.graph.plain.TextSerializer;
import io.processexecutor.serialization.graph.wire.GraphSerializer;
import io.processexecutor.serialization.graph.wire.Route;
import io.processexecutor.serialization.graph.wire.Route.Kind;
import io.processexecutor.serialization.policy.Swap;
import java.lang.reflect.Proxy;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.LocalTime;
import java.time.MonthDay;
import java.time.OffsetDateTime;
import java.time.OffsetTime;
import java.time.Period;
import java.time.Year;
import java.time.YearMonth;
import java.time.ZoneOffset;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Currency;
import java.util.Date;
import java.util.HashMap;
import java.util.HashSet;
import java.util.IdentityHashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.LinkedList;
import java.util.List;
import java.util.OptionalDouble;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * The classes that every engine knows by number, so that small payloads carry no names. Exactly these, no subclasses:
 * Kryo's own serializers are right for the class they are named after, and often wrong below it. A serializer is made
 * when its class is first met, since a cold JVM feels every one.
 */
final class Numbers {

    private static final List<Class<?>> VALUES = List.of(
            Integer.class,
            Long.class,
            Boolean.class,
            Byte.class,
            Character.class,
            Short.class,
            Float.class,
            Double.class,
            OptionalInt.class,
            OptionalLong.class,
            OptionalDouble.class,
            Duration.class,
            Instant.class,
            LocalDate.class,
            LocalTime.class,
            LocalDateTime.class,
            ZoneOffset.class,
            OffsetTime.class,
            OffsetDateTime.class,
            Year.class,
            YearMonth.class,
            MonthDay.class,
            Period.class);

    private static final List<Class<?>> LEAVES = List.of(
            String.class,
            byte[].class,
            boolean[].class,
            short[].class,
            char[].class,
            int[].class,
            long[].class,
            float[].class,
            double[].class,
            BigInteger.class,
            BigDecimal.class,
            StringBuilder.class,
            StringBuffer.class,
            Date.class,
            Currency.class);

    @SuppressWarnings("JdkObsolete") // Whoever has a LinkedList gets one back.
    private static final List<Class<?>> NODES = List.of(
            Object[].class,
            String[].class,
            ArrayList.class,
            LinkedList.class,
            ArrayDeque.class,
            HashMap.class,
            LinkedHashMap.class,
            ConcurrentHashMap.class,
            HashSet.class,
            LinkedHashSet.class,
            Proxy.class,
            LambdaWire.class,
            Swap.class);

    private static final List<@Nullable Class<?>> BY_NUMBER = new ArrayList<>();
    private static final IdentityHashMap<Class<?>, Integer> NUMBERS = new IdentityHashMap<>();

    static {
        // The same order at both ends.
        BY_NUMBER.addAll(VALUES);
        BY_NUMBER.addAll(LEAVES);
        BY_NUMBER.addAll(NODES);
        BY_NUMBER.addAll(Arrays.asList(JdkRoutes.types()));
        for (int number = 0; number < BY_NUMBER.size(); number++) {
            Class<?> type = BY_NUMBER.get(number);
            if (type != null) {
                NUMBERS.put(type, number);
            }
        }
    }

    private Numbers() {}

    /** The class of a number; null if it is nobody's. */
    static @Nullable Class<?> typeOf(int number) {
        return number >= 0 && number < BY_NUMBER.size() ? BY_NUMBER.get(number) : null;
    }

    /** The route of a class that has a number; null if it has none. */
    static @Nullable Route route(Class<?> type) {
        Integer number = NUMBERS.get(type);
        if (number == null) {
            return null;
        }
        int jdk = number - (VALUES.size() + LEAVES.size() + NODES.size());
        if (jdk >= 0) {
            return JdkRoutes.route(number, type);
        }
        Kind kind =
                number < VALUES.size() ? Kind.VALUE : number < VALUES.size() + LEAVES.size() ? Kind.LEAF : Kind.NODE;
        return Route.numbered(number, type, kind, serializer(type));
    }

    private static GraphSerializer<?> serializer(Class<?> type) {
        if (type.isArray()) {
            Class<?> component = type.getComponentType();
            return component.isPrimitive()
                    ? new PrimitiveArraySerializer(component)
                    : new ObjectArraySerializer(component);
        }
        return switch (type.getName()) {
            case "java.lang.Integer" -> new BoxSerializers.OfInteger();
            case "java.lang.String" -> new TextSerializer();
            case "java.lang.Long" -> new BoxSerializers.OfLong();
            case "java.lang.Boolean" -> new ScalarSerializer<>(new DefaultSerializers.BooleanSerializer());
            case "java.lang.Byte" -> new ScalarSerializer<>(new DefaultSerializers.ByteSerializer());
            case "java.lang.Character" -> new ScalarSerializer<>(new DefaultSerializers.CharSerializer());
            case "java.lang.Short" -> new ScalarSerializer<>(new DefaultSerializers.ShortSerializer());
            case "java.lang.Float" -> new BoxSerializers.OfFloat();
            case "java.lang.Double" -> new BoxSerializers.OfDouble();
            case "java.lang.StringBuilder" -> new TextSerializer();
            case "java.lang.StringBuffer" -> new TextSerializer();
            case "java.math.BigInteger" -> new ScalarSerializer<>(new DefaultSerializers.BigIntegerSerializer());
            case "java.math.BigDecimal" -> new ScalarSerializer<>(new DefaultSerializers.BigDecimalSerializer());
            case "java.util.Date" -> new ScalarSerializer<>(new DefaultSerializers.DateSerializer());
            case "java.util.Currency" -> new ScalarSerializer<>(new DefaultSerializers.CurrencySerializer());
            case "java.util.OptionalInt" -> new ScalarSerializer<>(new OptionalSerializers.OptionalIntSerializer());
            case "java.util.OptionalLong" -> new ScalarSerializer<>(new OptionalSerializers.OptionalLongSerializer());
            case "java.util.OptionalDouble" ->
                new ScalarSerializer<>(new OptionalSerializers.OptionalDoubleSerializer());
            case "java.lang.reflect.Proxy" -> new ProxySerializer();
            default -> marker(type);
        };
    }

    /** A class that stands for objects of others. */
    private static GraphSerializer<?> marker(Class<?> type) {
        if (type == LambdaWire.class) {
            return new LambdaWire();
        }
        return type == Swap.class ? new SwapSerializer() : timeOrCollection(type);
    }

    @SuppressWarnings("JdkObsolete")
    private static GraphSerializer<?> timeOrCollection(Class<?> type) {
        return switch (type.getName()) {
            case "java.time.Duration" -> new ScalarSerializer<>(new TimeSerializers.DurationSerializer());
            case "java.time.Instant" -> new ScalarSerializer<>(new TimeSerializers.InstantSerializer());
            case "java.time.LocalDate" -> new ScalarSerializer<>(new TimeSerializers.LocalDateSerializer());
            case "java.time.LocalTime" -> new ScalarSerializer<>(new TimeSerializers.LocalTimeSerializer());
            case "java.time.LocalDateTime" -> new ScalarSerializer<>(new TimeSerializers.LocalDateTimeSerializer());
            case "java.time.ZoneOffset" -> new ScalarSerializer<>(new TimeSerializers.ZoneOffsetSerializer());
            case "java.time.OffsetTime" -> new ScalarSerializer<>(new TimeSerializers.OffsetTimeSerializer());
            case "java.time.OffsetDateTime" -> new ScalarSerializer<>(new TimeSerializers.OffsetDateTimeSerializer());
            case "java.time.Year" -> new ScalarSerializer<>(new TimeSerializers.YearSerializer());
            case "java.time.YearMonth" -> new ScalarSerializer<>(new TimeSerializers.YearMonthSerializer());
            case "java.time.MonthDay" -> new ScalarSerializer<>(new TimeSerializers.MonthDaySerializer());
            case "java.time.Period" -> new ScalarSerializer<>(new TimeSerializers.PeriodSerializer());
            case "java.util.ArrayList" -> new ArrayListSerializer();
            case "java.util.LinkedList" -> new CollectionSerializer(LinkedList::new);
            case "java.util.ArrayDeque" -> new CollectionSerializer(ArrayDeque::new);
            case "java.util.HashSet" -> new SetSerializer(false);
            case "java.util.LinkedHashSet" -> new SetSerializer(true);
            case "java.util.HashMap", "java.util.LinkedHashMap", "java.util.concurrent.ConcurrentHashMap" ->
                new MapSerializer();
            default -> throw new IllegalStateException(type + " has a number and no serializer");
        };
    }
}
