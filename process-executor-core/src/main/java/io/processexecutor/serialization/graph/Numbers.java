package io.processexecutor.serialization.graph;

import com.esotericsoftware.kryo.Serializer;
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
import io.processexecutor.serialization.graph.wire.GraphKryo;
import io.processexecutor.serialization.graph.wire.Route;
import io.processexecutor.serialization.graph.wire.Route.Kind;
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
import java.util.Currency;
import java.util.Date;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.LinkedList;
import java.util.OptionalDouble;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.concurrent.ConcurrentHashMap;

/**
 * The classes that every engine knows by number, so that small payloads carry no names. Exactly these, no subclasses:
 * Kryo's own serializers are right for the class they are named after, and often wrong below it.
 */
final class Numbers {

    private final GraphKryo kryo;
    private int next;

    private Numbers(GraphKryo kryo, int first) {
        this.kryo = kryo;
        this.next = first;
    }

    /** Numbers them all; both ends do so in the same order. */
    static void giveTo(GraphKryo kryo) {
        Numbers numbers = new Numbers(kryo, 0);
        numbers.boxes();
        numbers.arrays();
        numbers.scalars();
        numbers.times();
        numbers.collections();
        numbers.add(LambdaWire.class, Kind.NODE, new LambdaWire());
        numbers.add(Proxy.class, Kind.NODE, new ProxySerializer());
        JdkRoutes.giveTo(numbers::add);
    }

    private void boxes() {
        value(Integer.class, new DefaultSerializers.IntSerializer());
        add(String.class, Kind.LEAF, new DefaultSerializers.StringSerializer());
        value(Long.class, new DefaultSerializers.LongSerializer());
        value(Boolean.class, new DefaultSerializers.BooleanSerializer());
        value(Byte.class, new DefaultSerializers.ByteSerializer());
        value(Character.class, new DefaultSerializers.CharSerializer());
        value(Short.class, new DefaultSerializers.ShortSerializer());
        value(Float.class, FloatingSerializers.ofFloat());
        value(Double.class, FloatingSerializers.ofDouble());
    }

    private void arrays() {
        for (Class<?> component : new Class<?>[] {
            byte.class, boolean.class, short.class, char.class, int.class, long.class, float.class, double.class
        }) {
            add(component.arrayType(), Kind.LEAF, new PrimitiveArraySerializer(component));
        }
        add(Object[].class, Kind.NODE, new ObjectArraySerializer(Object.class));
        add(String[].class, Kind.NODE, new ObjectArraySerializer(String.class));
    }

    private void scalars() {
        add(BigInteger.class, Kind.LEAF, new DefaultSerializers.BigIntegerSerializer());
        add(BigDecimal.class, Kind.LEAF, new DefaultSerializers.BigDecimalSerializer());
        add(StringBuilder.class, Kind.LEAF, new DefaultSerializers.StringBuilderSerializer());
        add(StringBuffer.class, Kind.LEAF, new DefaultSerializers.StringBufferSerializer());
        add(Date.class, Kind.LEAF, new DefaultSerializers.DateSerializer());
        add(Currency.class, Kind.LEAF, new DefaultSerializers.CurrencySerializer());
        value(OptionalInt.class, new OptionalSerializers.OptionalIntSerializer());
        value(OptionalLong.class, new OptionalSerializers.OptionalLongSerializer());
        value(OptionalDouble.class, new OptionalSerializers.OptionalDoubleSerializer());
    }

    private void times() {
        value(Duration.class, new TimeSerializers.DurationSerializer());
        value(Instant.class, new TimeSerializers.InstantSerializer());
        value(LocalDate.class, new TimeSerializers.LocalDateSerializer());
        value(LocalTime.class, new TimeSerializers.LocalTimeSerializer());
        value(LocalDateTime.class, new TimeSerializers.LocalDateTimeSerializer());
        value(ZoneOffset.class, new TimeSerializers.ZoneOffsetSerializer());
        value(OffsetTime.class, new TimeSerializers.OffsetTimeSerializer());
        value(OffsetDateTime.class, new TimeSerializers.OffsetDateTimeSerializer());
        value(Year.class, new TimeSerializers.YearSerializer());
        value(YearMonth.class, new TimeSerializers.YearMonthSerializer());
        value(MonthDay.class, new TimeSerializers.MonthDaySerializer());
        value(Period.class, new TimeSerializers.PeriodSerializer());
    }

    @SuppressWarnings("JdkObsolete") // Whoever has a LinkedList gets one back.
    private void collections() {
        add(ArrayList.class, Kind.NODE, new ArrayListSerializer());
        add(LinkedList.class, Kind.NODE, new CollectionSerializer(LinkedList::new));
        add(ArrayDeque.class, Kind.NODE, new CollectionSerializer(ArrayDeque::new));
        add(HashMap.class, Kind.NODE, new MapSerializer());
        add(LinkedHashMap.class, Kind.NODE, new MapSerializer());
        add(ConcurrentHashMap.class, Kind.NODE, new MapSerializer());
        add(HashSet.class, Kind.NODE, new SetSerializer(false));
        add(LinkedHashSet.class, Kind.NODE, new SetSerializer(true));
    }

    private void value(Class<?> type, Serializer<?> serializer) {
        add(type, Kind.VALUE, serializer);
    }

    private void add(Class<?> type, Kind kind, Serializer<?> serializer) {
        kryo.number(Route.numbered(next++, type, kind, serializer));
    }
}
