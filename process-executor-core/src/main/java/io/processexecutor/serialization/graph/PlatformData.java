package io.processexecutor.serialization.graph;

import io.processexecutor.serialization.graph.field.ClassFields;
import java.lang.reflect.Field;
import java.lang.reflect.Modifier;
import java.util.List;
import java.util.Set;

/** Classes of the JDK that are not Serializable and yet nothing but their fields. */
final class PlatformData {

    private static final Set<String> COPIED = Set.of(
            "java.util.concurrent.Executors$RunnableAdapter",
            "java.util.StringJoiner",
            "java.util.stream.Collectors$CollectorImpl",
            "java.util.IntSummaryStatistics",
            "java.util.LongSummaryStatistics",
            "java.util.DoubleSummaryStatistics",
            "java.util.concurrent.atomic.AtomicStampedReference",
            "java.util.concurrent.atomic.AtomicStampedReference$Pair",
            "java.util.concurrent.atomic.AtomicMarkableReference",
            "java.util.concurrent.atomic.AtomicMarkableReference$Pair",
            "java.lang.Object",
            "java.util.KeyValueHolder",
            "java.util.SplittableRandom",
            "java.util.SplittableRandom$AbstractSplittableGeneratorProxy",
            "java.util.stream.Collectors$Partition",
            "java.util.HashMap$KeySet",
            "java.util.HashMap$Values",
            "java.util.HashMap$EntrySet",
            "java.util.LinkedHashMap$LinkedKeySet",
            "java.util.LinkedHashMap$LinkedValues",
            "java.util.LinkedHashMap$LinkedEntrySet",
            "java.util.TreeMap$KeySet",
            "java.util.TreeMap$Values",
            "java.util.TreeMap$EntrySet",
            "java.util.Hashtable$KeySet",
            "java.util.Hashtable$ValueCollection",
            "java.util.Hashtable$EntrySet",
            "java.util.EnumMap$KeySet",
            "java.util.EnumMap$Values",
            "java.util.EnumMap$EntrySet",
            "java.util.IdentityHashMap$KeySet",
            "java.util.IdentityHashMap$Values",
            "java.util.IdentityHashMap$EntrySet",
            "java.util.concurrent.ConcurrentSkipListMap$KeySet",
            "java.util.concurrent.ConcurrentSkipListMap$Values",
            "java.util.concurrent.ConcurrentSkipListMap$EntrySet",
            "java.io.StringWriter",
            "java.io.ByteArrayOutputStream",
            "java.io.ByteArrayInputStream");

    private static final Set<String> EXTENDED = Set.of(
            "java.lang.Object",
            "java.util.AbstractList",
            "java.util.AbstractSequentialList",
            "java.util.AbstractMap",
            "java.util.ResourceBundle",
            "java.util.ListResourceBundle");

    private PlatformData() {}

    static boolean copied(Class<?> type) {
        return COPIED.contains(type.getName()) || type.getName().startsWith("java.time.format.");
    }

    static List<Field> fields(Class<?> type) {
        return ClassFields.everyOne(type);
    }

    /** Whether a class of the application that extends it is whole without its fields. */
    static boolean mayBeExtended(Class<?> superclass) {
        if (EXTENDED.contains(superclass.getName())) {
            return true;
        }
        for (Class<?> level = superclass; level != null; level = level.getSuperclass()) {
            for (Field field : level.getDeclaredFields()) {
                if (!Modifier.isStatic(field.getModifiers())) {
                    return false;
                }
            }
        }
        return true;
    }
}
