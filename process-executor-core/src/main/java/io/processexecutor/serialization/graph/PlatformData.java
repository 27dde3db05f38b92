package io.processexecutor.serialization.graph;

import io.processexecutor.serialization.graph.field.ClassFields;
import java.io.Serializable;
import java.lang.reflect.Field;
import java.lang.reflect.Modifier;
import java.util.List;
import java.util.Set;

/** Classes of the JDK that do not travel by its own protocol, and yet are nothing but their fields. */
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
            "java.util.WeakHashMap$KeySet",
            "java.util.WeakHashMap$Values",
            "java.util.WeakHashMap$EntrySet",
            "java.util.AbstractMap$1",
            "java.util.AbstractMap$2",
            "java.util.Collections$CheckedMap$CheckedEntrySet",
            "java.util.ReverseOrderListView",
            "java.util.ReverseOrderListView$Rand",
            "java.util.ReverseOrderDequeView",
            "java.util.LinkedList$ReverseOrderLinkedListView",
            "java.util.ReverseOrderSortedMapView",
            "java.util.ReverseOrderSortedSetView",
            "java.util.LinkedHashMap$ReversedLinkedHashMapView",
            "java.util.LinkedHashSet$1ReverseLinkedHashSetView",
            "java.util.Base64$Encoder",
            "java.util.Base64$Decoder",
            "java.util.HexFormat",
            "java.util.Locale$LanguageRange",
            "java.util.StringTokenizer",
            "java.util.jar.Attributes",
            "java.util.jar.Attributes$Name",
            "java.util.jar.Manifest",
            "java.util.regex.Matcher$ImmutableMatchResult",
            "java.util.zip.ZipEntry",
            "java.util.zip.Adler32",
            "java.util.zip.CRC32",
            "java.util.zip.CRC32C",
            "java.time.temporal.WeekFields$ComputedDayOfField",
            "java.nio.file.attribute.FileTime",
            "java.net.HttpCookie",
            "java.lang.Runtime$Version",
            "sun.reflect.generics.reflectiveObjects.ParameterizedTypeImpl",
            "sun.reflect.generics.reflectiveObjects.GenericArrayTypeImpl",
            "java.io.CharArrayWriter",
            "java.io.StringWriter",
            "java.io.ByteArrayOutputStream",
            "java.io.ByteArrayInputStream");

    private static final List<String> PACKAGES_COPIED = List.of(
            "java.time.format.", "java.security.spec.", "javax.crypto.spec.", "jdk.random.", "jdk.internal.random.");

    private static final Set<String> EXTENDED = Set.of(
            "java.lang.Object",
            "java.util.AbstractList",
            "java.util.AbstractSequentialList",
            "java.util.AbstractMap",
            "java.util.ResourceBundle",
            "java.util.ListResourceBundle");

    private PlatformData() {}

    static boolean copied(Class<?> type) {
        String name = type.getName();
        if (COPIED.contains(name)) {
            return true;
        }
        for (String each : PACKAGES_COPIED) {
            if (name.startsWith(each) && !Serializable.class.isAssignableFrom(type)) {
                return true;
            }
        }
        return false;
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
