package io.processexecutor.serialization.corpus;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.File;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.MethodType;
import java.lang.ref.SoftReference;
import java.lang.ref.WeakReference;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.math.MathContext;
import java.math.RoundingMode;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.URL;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.sql.Timestamp;
import java.text.DecimalFormat;
import java.text.DecimalFormatSymbols;
import java.text.MessageFormat;
import java.text.NumberFormat;
import java.text.SimpleDateFormat;
import java.time.Clock;
import java.time.DayOfWeek;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.LocalTime;
import java.time.Month;
import java.time.MonthDay;
import java.time.OffsetDateTime;
import java.time.OffsetTime;
import java.time.Period;
import java.time.Year;
import java.time.YearMonth;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.time.ZonedDateTime;
import java.time.chrono.HijrahDate;
import java.time.chrono.IsoChronology;
import java.time.chrono.JapaneseDate;
import java.time.chrono.MinguoDate;
import java.time.chrono.ThaiBuddhistDate;
import java.time.format.DateTimeFormatter;
import java.time.format.FormatStyle;
import java.time.temporal.ChronoUnit;
import java.time.temporal.TemporalQueries;
import java.time.temporal.WeekFields;
import java.util.Arrays;
import java.util.Base64;
import java.util.Calendar;
import java.util.Currency;
import java.util.Date;
import java.util.DoubleSummaryStatistics;
import java.util.GregorianCalendar;
import java.util.IntSummaryStatistics;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.Random;
import java.util.SimpleTimeZone;
import java.util.SplittableRandom;
import java.util.StringJoiner;
import java.util.TimeZone;
import java.util.UUID;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicIntegerArray;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicMarkableReference;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.atomic.AtomicReferenceArray;
import java.util.concurrent.atomic.AtomicStampedReference;
import java.util.concurrent.atomic.DoubleAdder;
import java.util.concurrent.atomic.LongAccumulator;
import java.util.concurrent.atomic.LongAdder;
import java.util.concurrent.locks.ReentrantLock;
import java.util.concurrent.locks.ReentrantReadWriteLock;
import java.util.concurrent.locks.StampedLock;
import java.util.function.Supplier;
import java.util.logging.Level;
import java.util.logging.Logger;
import java.util.regex.Pattern;

/** Values of the JDK that a task or a result is made of. */
// Odd code is what the cases are made of.
@SuppressWarnings({"unchecked", "rawtypes"})
final class JdkCases extends Cases {

    private static final long NOW = 1_700_000_000_123L;

    JdkCases() {
        super("J");
        scalars();
        arrays();
        times();
        texts();
        nets();
        atomics();
        throwables();
        reflective();
        rest();
    }

    private void scalars() {
        for (Object value : List.of(
                1,
                -1,
                Integer.MIN_VALUE,
                2L,
                Long.MIN_VALUE,
                3.5,
                -0.0,
                Double.MIN_VALUE,
                4.5f,
                Float.NaN,
                (byte) -1,
                Short.MIN_VALUE,
                'ü',
                true,
                "",
                "text",
                "größer 😀 \0 \uD800 lone",
                new BigInteger("-123456789012345678901234567890"),
                new BigDecimal("1.50"),
                BigDecimal.TEN,
                new BigDecimal("1E+30"),
                new UUID(-1, 1),
                Optional.of("o"),
                Optional.empty(),
                OptionalInt.of(1),
                OptionalInt.empty(),
                OptionalLong.of(2),
                OptionalDouble.of(Double.NaN),
                MathContext.DECIMAL64,
                RoundingMode.HALF_EVEN,
                Currency.getInstance("EUR"))) {
            travels(
                    value.getClass().getSimpleName(),
                    () -> value,
                    it -> it.getClass().getName() + it);
        }
        travels(
                "NaN with a payload",
                () -> Double.longBitsToDouble(0x7ff8000000001234L),
                it -> Double.doubleToRawLongBits(it));
        travels(
                "float NaN in an array",
                () -> new float[] {Float.intBitsToFloat(0x7fc01234)},
                it -> Float.floatToRawIntBits(it[0]));
        travels(
                "StringBuilder",
                () -> new StringBuilder("sb"),
                it -> it.append("x").toString());
        travels(
                "StringBuffer",
                () -> new StringBuffer("sb"),
                it -> it.append("x").toString());
        travels(
                "StringJoiner",
                () -> new StringJoiner("-", "<", ">").add("a").add("b"),
                it -> it.add("c").toString());
        travels("Optional of a list", () -> Optional.of(List.of(1)));
        travels("plain Object", Object::new, it -> it.getClass());
        travels("long string", () -> "x".repeat(100_000), String::hashCode);
    }

    private void arrays() {
        travels("byte[]", () -> new byte[] {1, -1}, Arrays::toString);
        travels("short[]", () -> new short[] {1, -1}, Arrays::toString);
        travels("char[]", () -> new char[] {'a', 'ü'}, Arrays::toString);
        travels("int[]", () -> new int[] {1, Integer.MIN_VALUE}, Arrays::toString);
        travels("long[]", () -> new long[] {1, Long.MIN_VALUE}, Arrays::toString);
        travels("float[]", () -> new float[] {1.5f, -0f}, Arrays::toString);
        travels("double[]", () -> new double[] {1.5, Double.NaN}, Arrays::toString);
        travels("boolean[]", () -> new boolean[] {true, false}, Arrays::toString);
        travels("String[]", () -> new String[] {"a", null}, Arrays::toString);
        travels("Integer[]", () -> new Integer[] {1, null}, Arrays::toString);
        travels("Object[]", () -> new Object[] {1, "b", null, new int[] {1}}, it -> Arrays.deepToString(it));
        travels("int[][]", () -> new int[][] {{1}, {}, null}, it -> Arrays.deepToString(it));
        travels(
                "String[] in an Object[][]",
                () -> new Object[][] {new String[] {"a"}, new Integer[] {1}},
                it -> it[0].getClass() + "" + it[1].getClass());
        travels(
                "empty arrays",
                () -> new Object[] {new int[0], new Object[0], new String[0][0]},
                it -> Arrays.deepToString(it));
        travels("Comparable[]", () -> new Comparable<?>[] {1, "a"}, it -> Arrays.toString(it));
        travels("Class[]", () -> new Class<?>[] {int.class, String.class}, it -> Arrays.toString(it));
        travels("large int[]", () -> new int[100_000], it -> it.length);
    }

    private void times() {
        for (Object value : List.of(
                Instant.ofEpochSecond(1, 999_999_999),
                Instant.MIN,
                Duration.ofNanos(-1),
                Period.of(1, -2, 3),
                LocalDate.of(2024, 2, 29),
                LocalDate.MIN,
                LocalTime.of(1, 2, 3, 4),
                LocalTime.MIDNIGHT,
                LocalDateTime.MAX,
                OffsetTime.MAX,
                OffsetDateTime.MIN,
                ZoneOffset.ofHoursMinutesSeconds(1, 2, 3),
                ZoneId.of("Europe/Berlin"),
                ZoneId.of("UTC+2"),
                ZonedDateTime.of(LocalDateTime.of(2024, 10, 27, 2, 30), ZoneId.of("Europe/Berlin"))
                        .withLaterOffsetAtOverlap(),
                ZonedDateTime.of(LocalDateTime.of(2024, 10, 27, 2, 30), ZoneId.of("Europe/Berlin"))
                        .withEarlierOffsetAtOverlap(),
                Year.of(-5),
                YearMonth.of(2024, 2),
                MonthDay.of(2, 29),
                DayOfWeek.MONDAY,
                Month.MAY,
                ChronoUnit.DAYS,
                JapaneseDate.of(2024, 1, 1),
                ThaiBuddhistDate.of(2567, 1, 1),
                MinguoDate.of(113, 1, 1),
                HijrahDate.of(1445, 1, 1),
                IsoChronology.INSTANCE,
                WeekFields.ISO,
                Clock.systemUTC(),
                Clock.fixed(Instant.EPOCH, ZoneOffset.UTC),
                Clock.offset(Clock.systemUTC(), Duration.ofDays(1)),
                new Date(NOW),
                new java.sql.Date(NOW),
                new java.sql.Time(NOW),
                timestamp(),
                TimeZone.getTimeZone("America/New_York"),
                new SimpleTimeZone(3_600_000, "Own"))) {
            travels(
                    value.getClass().getSimpleName(),
                    () -> value,
                    it -> it.getClass().getName() + it);
        }
        LocalDateTime moment = LocalDateTime.of(2024, 5, 6, 7, 8, 9);
        travels(
                "DateTimeFormatter of a pattern",
                () -> DateTimeFormatter.ofPattern("EEE, d. MMM uuuu HH:mm", Locale.GERMANY),
                it -> moment.format(it));
        travels(
                "ISO formatter",
                () -> DateTimeFormatter.ISO_LOCAL_DATE_TIME,
                it -> moment.format(it) + LocalDateTime.parse("2024-01-02T03:04:05", it));
        travels(
                "zoned formatter",
                () -> DateTimeFormatter.ISO_ZONED_DATE_TIME,
                it -> moment.atZone(ZoneId.of("Europe/Berlin")).format(it)
                        + ZonedDateTime.parse("2024-01-02T03:04:05+01:00[Europe/Berlin]", it));
        travels(
                "localized formatter",
                () -> DateTimeFormatter.ofLocalizedDate(FormatStyle.LONG).withLocale(Locale.US),
                it -> moment.format(it));
        travels("temporal query", TemporalQueries::zoneId, it -> it == TemporalQueries.zoneId());
        travels(
                "TemporalQuery reference",
                () -> (java.time.temporal.TemporalQuery<LocalDate>) LocalDate::from,
                it -> it.queryFrom(moment));
        travels(
                "SimpleDateFormat",
                () -> utc(new SimpleDateFormat("yyyy-MM-dd HH:mm:ss.SSS", Locale.US)),
                it -> it.format(new Date(NOW)));
        travels(
                "Calendar",
                JdkCases::calendar,
                it -> it.getTime() + it.getTimeZone().getID() + it.getFirstDayOfWeek());
        travels("date before 1970", () -> new Date(-NOW), Date::getTime);
    }

    private static SimpleDateFormat utc(SimpleDateFormat format) {
        format.setTimeZone(TimeZone.getTimeZone("UTC"));
        return format;
    }

    private static Timestamp timestamp() {
        Timestamp timestamp = new Timestamp(NOW);
        timestamp.setNanos(123_456_789);
        return timestamp;
    }

    private static Calendar calendar() {
        Calendar calendar = new GregorianCalendar(TimeZone.getTimeZone("Asia/Tokyo"), Locale.JAPAN);
        calendar.setTimeInMillis(NOW);
        calendar.setFirstDayOfWeek(Calendar.WEDNESDAY);
        return calendar;
    }

    private void texts() {
        travels(
                "Locale with a script and an extension",
                () -> Locale.forLanguageTag("zh-Hans-CN-u-ca-chinese-x-own"),
                Locale::toLanguageTag);
        travels("Locale.ROOT", () -> Locale.ROOT, it -> it.equals(Locale.ROOT));
        travels("Charset", () -> StandardCharsets.UTF_16LE, it -> it == StandardCharsets.UTF_16LE);
        travels("another Charset", () -> Charset.forName("windows-1252"), Charset::name);
        travels(
                "Pattern",
                () -> Pattern.compile("(a+)b", Pattern.CASE_INSENSITIVE),
                it -> it.flags() + it.pattern() + it.matcher("AAB").matches());
        travels(
                "DecimalFormat",
                () -> new DecimalFormat("#,##0.00", DecimalFormatSymbols.getInstance(Locale.GERMANY)),
                it -> it.format(1234.5));
        travels("NumberFormat", () -> NumberFormat.getCurrencyInstance(Locale.US), it -> it.format(12.5));
        travels(
                "MessageFormat",
                () -> new MessageFormat("{0} of {1,number}", Locale.US),
                it -> it.format(new Object[] {"a", 1000}));
        travels(
                "StringWriter",
                () -> {
                    StringWriter writer = new StringWriter();
                    writer.write("w");
                    return writer;
                },
                it -> it.append("x").toString());
        travels(
                "ByteArrayOutputStream",
                () -> {
                    ByteArrayOutputStream stream = new ByteArrayOutputStream();
                    stream.write(65);
                    return stream;
                },
                it -> {
                    it.write(66);
                    return it.toString(StandardCharsets.US_ASCII);
                });
        travels(
                "ByteArrayInputStream",
                () -> {
                    ByteArrayInputStream stream = new ByteArrayInputStream(new byte[] {1, 2, 3});
                    stream.read();
                    return stream;
                },
                it -> it.read() + "" + it.available());
        travels(
                "Base64 url encoder is refused or right",
                () -> "x",
                it -> Base64.getEncoder().encodeToString(it.getBytes(StandardCharsets.US_ASCII)));
    }

    private void nets() {
        travels("URI", () -> URI.create("http://user@host:80/p%20q?a=b#f"));
        travels("relative URI", () -> URI.create("../x"));
        travels("URL", () -> url("https://host.example:8443/path?q#r"));
        travels("InetAddress", () -> address("127.0.0.1"), it -> it.getHostAddress() + it.getClass());
        travels("InetAddress of IPv6", () -> address("::1"), it -> it.getHostAddress() + it.getClass());
        travels("InetAddress with a name", () -> {
            try {
                return InetAddress.getByAddress("some.name", new byte[] {10, 0, 0, 1});
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        });
        travels("InetSocketAddress", () -> new InetSocketAddress(address("10.1.2.3"), 99));
        travels("unresolved InetSocketAddress", () -> InetSocketAddress.createUnresolved("nowhere.invalid", 1));
        travels("File", () -> new File("/tmp/../x", "y.txt"));
        travels("Path", () -> Path.of("/a/b", "../c"), it -> it + "" + it.normalize() + it.getClass());
        travels("relative Path", () -> Path.of("a/b"), it -> it.getNameCount());
    }

    private static URL url(String text) {
        try {
            return URI.create(text).toURL();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static InetAddress address(String text) {
        try {
            return InetAddress.getByName(text);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private void atomics() {
        travels("AtomicInteger", () -> new AtomicInteger(5), AtomicInteger::incrementAndGet);
        travels("AtomicLong", () -> new AtomicLong(5), AtomicLong::incrementAndGet);
        travels("AtomicBoolean", () -> new AtomicBoolean(true));
        travels("AtomicReference", () -> new AtomicReference<>("r"));
        travels("AtomicIntegerArray", () -> new AtomicIntegerArray(new int[] {1, 2}));
        travels("AtomicReferenceArray", () -> new AtomicReferenceArray<>(new String[] {"a"}));
        travels(
                "AtomicStampedReference",
                () -> new AtomicStampedReference<>("r", 7),
                it -> it.getReference() + it.getStamp());
        travels(
                "AtomicMarkableReference",
                () -> new AtomicMarkableReference<>("r", true),
                it -> it.getReference() + it.isMarked());
        travels(
                "LongAdder",
                () -> {
                    LongAdder adder = new LongAdder();
                    adder.add(41);
                    return adder;
                },
                it -> {
                    it.increment();
                    return it.sum();
                });
        travels("DoubleAdder", () -> {
            DoubleAdder adder = new DoubleAdder();
            adder.add(1.5);
            return adder;
        });
        travels("LongAccumulator", () -> new LongAccumulator(Long::max, 3), it -> {
            it.accumulate(2);
            return it.get();
        });
        travels(
                "ReentrantLock, fresh",
                () -> {
                    ReentrantLock lock = new ReentrantLock(true);
                    lock.lock();
                    return lock;
                },
                it -> it.isFair());
        travels(
                "held lock arrives open",
                () -> {
                    ReentrantLock lock = new ReentrantLock();
                    lock.lock();
                    return List.of(lock);
                },
                it -> it.get(0).tryLock());
        travels(
                "ReentrantReadWriteLock",
                () -> new ReentrantReadWriteLock(true),
                it -> it.isFair() + "" + it.readLock().tryLock());
        travels("StampedLock", StampedLock::new, it -> it.tryWriteLock() != 0);
        travels("Semaphore", () -> new Semaphore(3), it -> it.tryAcquire(3));
        travels("CountDownLatch", () -> new CountDownLatch(2), CountDownLatch::getCount);
        travels("Condition", () -> new ReentrantLock().newCondition(), Objects::nonNull);
        travels("finished CompletableFuture", () -> CompletableFuture.completedFuture("done"), CompletableFuture::join);
        travels("failed CompletableFuture", () -> CompletableFuture.failedFuture(new TimeoutException("late")), it -> {
            try {
                return it.join();
            } catch (CompletionException e) {
                return e.getCause().toString();
            }
        });
        travels(
                "cancelled CompletableFuture",
                () -> {
                    CompletableFuture<String> future = new CompletableFuture<>();
                    future.cancel(true);
                    return future;
                },
                CompletableFuture::isCancelled);
        travels(
                "dependent of a failed CompletableFuture",
                () -> CompletableFuture.<String>failedFuture(new TimeoutException("late"))
                        .thenApply(it -> it),
                it -> it.handle((value, failure) -> failure + "" + failure.getCause())
                        .join());
        travels(
                "CompletableFuture cancelled for a reason",
                () -> CompletableFuture.failedFuture(new CancellationException("why")),
                it -> it.isCancelled()
                        + it.handle((value, failure) -> failure.toString()).join());
        travels(
                "CompletableFuture that failed with an exception which travels, too",
                () -> {
                    Exception failure = new TimeoutException("late");
                    return new Object[] {failure, CompletableFuture.failedFuture(failure)};
                },
                it -> ((CompletableFuture<?>) it[1])
                        .handle((value, failure) -> failure == it[0])
                        .join());
    }

    private void throwables() {
        travels(
                "exception",
                () -> new IllegalArgumentException("m"),
                it -> it + "" + it.getStackTrace()[0].getMethodName().isEmpty());
        travels(
                "cause and suppressed",
                () -> {
                    Exception failure = new IOException("outer", new FileNotFoundException("inner"));
                    failure.addSuppressed(new RuntimeException("s"));
                    return failure;
                },
                it -> it + "" + it.getCause() + Arrays.toString(it.getSuppressed()));
        travels(
                "cyclic causes",
                () -> {
                    RuntimeException a = new RuntimeException("a");
                    RuntimeException b = new RuntimeException("b", a);
                    a.initCause(b);
                    return a;
                },
                it -> it.getCause().getCause() == it);
        travels("suppression can go on", () -> new RuntimeException("x"), it -> {
            it.addSuppressed(new RuntimeException("later"));
            return it.getSuppressed().length;
        });
        travels(
                "helpful NullPointerException",
                () -> {
                    try {
                        String nothing = System.getProperty("no.such.property");
                        return String.valueOf(nothing.length());
                    } catch (NullPointerException e) {
                        return e;
                    }
                },
                it -> ((NullPointerException) it).getMessage());
        travels("error", () -> new AssertionError("a", new StackOverflowError()));
        travels("StackTraceElement", () -> new StackTraceElement("a.B", "m", "B.java", 7));
        travels("exception in an array", () -> new Throwable[] {new Exception("a")}, it -> it[0].getMessage());
    }

    private void reflective() {
        travels("Class", () -> String.class);
        travels("primitive Class", () -> int.class);
        travels("void", () -> void.class);
        travels("array Class", () -> int[][].class);
        travels("Method", () -> method("substring", int.class), it -> {
            try {
                return it.invoke("abc", 1);
            } catch (ReflectiveOperationException e) {
                return e;
            }
        });
        travels("Constructor", () -> {
            try {
                return String.class.getConstructor(String.class);
            } catch (NoSuchMethodException e) {
                throw new IllegalStateException(e);
            }
        });
        travels("Field", () -> {
            try {
                return Integer.class.getField("MAX_VALUE");
            } catch (NoSuchFieldException e) {
                throw new IllegalStateException(e);
            }
        });
        travels("MethodType", () -> MethodType.methodType(int.class, String.class, long[].class));
        travels(
                "direct MethodHandle",
                () -> {
                    try {
                        return MethodHandles.publicLookup()
                                .findVirtual(String.class, "length", MethodType.methodType(int.class));
                    } catch (ReflectiveOperationException e) {
                        throw new IllegalStateException(e);
                    }
                },
                it -> {
                    try {
                        return (int) it.invoke("four");
                    } catch (Throwable e) {
                        return e;
                    }
                });
        handles();
        travels("bridge Method", () -> named("get", true), it -> it + "" + it.isBridge());
        travels("Method beside its bridge", () -> named("get", false), it -> it + "" + it.isBridge());
        travels(
                "system class loader",
                ClassLoader::getSystemClassLoader,
                it -> it == ClassLoader.getSystemClassLoader());
    }

    private void handles() {
        MethodType toText = MethodType.methodType(String.class);
        handle("MethodHandle of an application's method", in -> in.findVirtual(Gauge.class, "get", toText), Gauge::new);
        handle("MethodHandle of a private method", in -> in.findVirtual(Gauge.class, "secret", toText), Gauge::new);
        handle("MethodHandle of an inherited method", in -> in.findVirtual(Fine.class, "get", toText), Fine::new);
        handle("MethodHandle of a superclass", in -> in.findSpecial(Gauge.class, "get", toText, Fine.class), Fine::new);
        handle("MethodHandle of a getter", in -> in.findGetter(Gauge.class, "reading", int.class), Gauge::new);
        handle("MethodHandle of an inherited getter", in -> in.findGetter(Fine.class, "reading", int.class), Fine::new);
        handle(
                "MethodHandle of a constructor",
                in -> in.findConstructor(Gauge.class, MethodType.methodType(void.class, Object.class)),
                () -> "made of it");
        handle(
                "MethodHandle of an interface's method",
                in -> in.findVirtual(Supplier.class, "get", MethodType.methodType(Object.class)),
                Gauge::new);
        handle(
                "MethodHandle of what an interface inherits from Object",
                in -> in.findVirtual(List.class, "toString", toText),
                () -> List.of(1));
        handle(
                "MethodHandle of what a class of the JDK inherits",
                in -> in.findVirtual(java.util.ArrayList.class, "toString", toText),
                () -> new java.util.ArrayList<>(List.of(1)));
        MethodType many = MethodType.methodType(List.class, Object[].class);
        handle("MethodHandle of variable arity", in -> in.findStatic(Arrays.class, "asList", many), () -> "one");
        handle(
                "MethodHandle of fixed arity",
                in -> in.findStatic(Arrays.class, "asList", many).asFixedArity(),
                () -> new Object[] {1, 2});
        handle(
                "MethodHandle of an arity made variable",
                in -> in.findStatic(Gauge.class, "count", MethodType.methodType(int.class, Object[].class))
                        .withVarargs(true),
                () -> "one");
    }

    private interface Find {
        MethodHandle in(MethodHandles.Lookup lookup) throws ReflectiveOperationException;
    }

    private void handle(String what, Find find, Supplier<Object> argument) {
        this.<MethodHandle>travels(
                what,
                () -> {
                    try {
                        return find.in(what.endsWith("superclass") ? Fine.lookup() : MethodHandles.lookup());
                    } catch (ReflectiveOperationException e) {
                        throw new IllegalStateException(e);
                    }
                },
                it -> {
                    try {
                        return it.type() + " " + it.isVarargsCollector()
                                + it.asType(it.type().generic()).invoke(argument.get());
                    } catch (Throwable e) {
                        return e;
                    }
                });
    }

    static class Gauge implements Supplier<Object> {
        int reading = 42;
        private final Object made;

        Gauge() {
            this("");
        }

        Gauge(Object made) {
            this.made = made;
        }

        @Override
        public String get() {
            return "gauge";
        }

        private String secret() {
            return "secret";
        }

        static int count(Object[] all) {
            return all.length;
        }

        @Override
        public String toString() {
            return "gauge " + made;
        }
    }

    static class Fine extends Gauge {
        @Override
        public String get() {
            return "fine " + super.get();
        }

        static MethodHandles.Lookup lookup() {
            return MethodHandles.lookup();
        }
    }

    private static java.lang.reflect.Method named(String name, boolean bridge) {
        return Arrays.stream(Gauge.class.getDeclaredMethods())
                .filter(each -> each.getName().equals(name) && each.isBridge() == bridge)
                .findFirst()
                .orElseThrow();
    }

    private static java.lang.reflect.Method method(String name, Class<?>... parameters) {
        try {
            return String.class.getMethod(name, parameters);
        } catch (NoSuchMethodException e) {
            throw new IllegalStateException(e);
        }
    }

    private void rest() {
        travels("Random", () -> new Random(42), it -> it.nextInt() + "" + it.nextGaussian());
        travels(
                "Random in the middle",
                () -> {
                    Random random = new Random(42);
                    random.nextGaussian();
                    return random;
                },
                it -> it.nextGaussian() + "" + it.nextLong());
        travels(
                "SplittableRandom",
                () -> new SplittableRandom(7),
                it -> it.nextLong() + "" + it.split().nextInt());
        travels("IntSummaryStatistics", () -> {
            IntSummaryStatistics statistics = new IntSummaryStatistics();
            statistics.accept(4);
            return statistics;
        });
        travels("DoubleSummaryStatistics", () -> {
            DoubleSummaryStatistics statistics = new DoubleSummaryStatistics();
            statistics.accept(0.1);
            statistics.accept(0.2);
            return statistics;
        });
        travels(
                "WeakReference",
                () -> {
                    String held = "held";
                    return List.of(held, new WeakReference<>(held));
                },
                it -> ((WeakReference<?>) it.get(1)).get() == it.get(0));
        travels("SoftReference", () -> new SoftReference<>("soft"), SoftReference::get);
        travels("ThreadLocal with an initial value", () -> ThreadLocal.withInitial(() -> "initial"), ThreadLocal::get);
        travels(
                "ThreadLocal",
                () -> {
                    ThreadLocal<String> local = new ThreadLocal<>();
                    local.set("of this thread");
                    return List.of(local, local);
                },
                it -> {
                    it.get(1).remove();
                    Object empty = it.get(0).get();
                    it.get(1).set("of that thread");
                    return empty + " " + (it.get(0) == it.get(1)) + " "
                            + it.get(0).get();
                });
        travels(
                "ByteBuffer",
                () -> ByteBuffer.allocate(8).putInt(5).flip(),
                it -> it + "" + ((ByteBuffer) it).getInt());
        travels(
                "ByteBuffer slice, little endian, marked",
                () -> {
                    ByteBuffer whole = ByteBuffer.wrap(new byte[] {0, 1, 2, 3, 4, 5, 6, 7});
                    ByteBuffer slice = whole.slice(2, 4).order(ByteOrder.LITTLE_ENDIAN);
                    slice.position(1).mark().position(2);
                    return slice;
                },
                it -> it + "" + it.order() + it.getShort() + it.reset() + it.arrayOffset());
        travels(
                "read-only ByteBuffer",
                () -> ByteBuffer.wrap(new byte[] {9}).asReadOnlyBuffer(),
                it -> it.isReadOnly() + "" + it.get());
        travels("Logger", () -> Logger.getLogger("corpus.logger"), it -> it == Logger.getLogger("corpus.logger"));
        travels("Level", () -> Level.FINE, it -> it == Level.FINE);
        travels("TimeUnit", () -> TimeUnit.DAYS, it -> it == TimeUnit.DAYS);
        travels("Thread.State", () -> Thread.State.BLOCKED);
        travels("System.err", () -> System.err, it -> it == System.err);
        travels("KeyPair's key", JdkCases::key, it -> it.getAlgorithm() + it.getFormat() + it.getEncoded().length);
        travels("javax.sql types", () -> java.sql.JDBCType.BIGINT);
        travels("FileTime", () -> java.nio.file.attribute.FileTime.fromMillis(12_345));
        travels("HexFormat", () -> java.util.HexFormat.ofDelimiter(":").withUpperCase());
        travels(
                "Base64.Encoder",
                () -> java.util.Base64.getEncoder().withoutPadding(),
                it -> it.encodeToString(new byte[] {1, 2, 3, 4}));
        travels("CRC32", JdkCases::sum, it -> it.getValue());
        travels("MatchResult", JdkCases::match, it -> it.group(1) + it.start());
        travels("week of year", () -> java.time.temporal.WeekFields.ISO.weekOfYear());
        travels(
                "RSAPublicKeySpec",
                () -> new java.security.spec.RSAPublicKeySpec(java.math.BigInteger.TEN, java.math.BigInteger.TWO),
                it -> it.getModulus() + "" + it.getPublicExponent());
        travels(
                "parameterized type",
                () -> new java.util.ArrayList<String>() {}.getClass().getGenericSuperclass());
        travels(
                "generator by name",
                () -> java.util.random.RandomGenerator.of("L64X128MixRandom"),
                it -> it.nextInt(1) + it.getClass().getSimpleName());
        travels("Point", () -> new java.awt.Point(1, 2));
        travels("Color", () -> new java.awt.Color(1, 2, 3, 4));
    }

    private static java.util.zip.CRC32 sum() {
        java.util.zip.CRC32 sum = new java.util.zip.CRC32();
        sum.update(new byte[] {1, 2, 3});
        return sum;
    }

    private static java.util.regex.MatchResult match() {
        java.util.regex.Matcher matcher =
                java.util.regex.Pattern.compile("x(a+)").matcher("bxaa");
        if (!matcher.find()) {
            throw new IllegalStateException();
        }
        return matcher.toMatchResult();
    }

    private static java.security.Key key() {
        return new javax.crypto.spec.SecretKeySpec(new byte[] {1, 2, 3}, "AES");
    }
}
