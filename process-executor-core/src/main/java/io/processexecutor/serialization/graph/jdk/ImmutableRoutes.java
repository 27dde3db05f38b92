package io.processexecutor.serialization.graph.jdk;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** {@code List.of}, {@code Set.of}, {@code Map.of} in their various classes, and {@link Optional}. */
final class ImmutableRoutes {

    static final Class<?> LONG_LIST = List.of(1, 2, 3).getClass();
    static final Class<?> SHORT_LIST = List.of(1).getClass();
    static final Class<?> PART_OF_LIST = List.of(1).subList(0, 1).getClass();
    static final Class<?> LONG_SET = Set.of().getClass();
    static final Class<?> SHORT_SET = Set.of(1).getClass();
    static final Class<?> LONG_MAP = Map.of().getClass();
    static final Class<?> SHORT_MAP = Map.of(1, 1).getClass();

    private ImmutableRoutes() {}

    static ImmutableSerializer serializer(Class<?> type) {
        if (type == LONG_LIST) {
            return new ImmutableSerializer(0, ImmutableRoutes::takeLong, ImmutableRoutes::buildLong);
        } else if (type == SHORT_LIST) {
            return collection(0, List::of);
        } else if (type == PART_OF_LIST) {
            return new ImmutableSerializer(0, ImmutableRoutes::takeLong, ImmutableRoutes::buildPart);
        } else if (type == LONG_SET || type == SHORT_SET) {
            return collection(1, Set::of);
        } else if (type == LONG_MAP || type == SHORT_MAP) {
            return new ImmutableSerializer(2, ImmutableRoutes::takeMap, ImmutableRoutes::buildMap);
        } else if (type == Optional.class) {
            return new ImmutableSerializer(0, ImmutableRoutes::takeOptional, ImmutableRoutes::buildOptional);
        }
        throw new IllegalStateException(type + " has a number and no serializer");
    }

    private static @Nullable Object[] takeOptional(Object optional) {
        return ((Optional<?>) optional).stream().toArray();
    }

    private static Object buildOptional(@Nullable Object[] parts) {
        return parts.length == 0 ? Optional.empty() : Optional.of(Objects.requireNonNull(parts[0]));
    }

    @SuppressWarnings("NullAway") // These collections have no null.
    private static ImmutableSerializer collection(int keyEvery, Function<@Nullable Object[], Object> build) {
        return new ImmutableSerializer(keyEvery, collection -> ((Collection<?>) collection).toArray(), build);
    }

    private static @Nullable Object[] takeMap(Object map) {
        List<Object> flat = new ArrayList<>();
        ((Map<?, ?>) map).forEach((key, value) -> {
            flat.add(key);
            flat.add(value);
        });
        return flat.toArray();
    }

    @SuppressWarnings("rawtypes")
    private static Object buildMap(@Nullable Object[] flat) {
        Map.Entry<?, ?>[] entries = new Map.Entry[flat.length / 2];
        for (int i = 0; i < entries.length; i++) {
            entries[i] = Map.entry(Objects.requireNonNull(flat[2 * i]), Objects.requireNonNull(flat[2 * i + 1]));
        }
        return Map.ofEntries(entries);
    }

    /** The last part says whether {@code contains(null)} is answered or thrown at. */
    private static @Nullable Object[] takeLong(Object list) {
        @Nullable Object[] elements = ((List<?>) list).toArray();
        @Nullable Object[] parts = Arrays.copyOf(elements, elements.length + 1);
        parts[elements.length] = answersContainsNull((List<?>) list);
        return parts;
    }

    @SuppressWarnings("NullAway")
    private static Object buildLong(@Nullable Object[] parts) {
        @Nullable Object[] elements = Arrays.copyOf(parts, parts.length - 1);
        return Boolean.TRUE.equals(parts[elements.length])
                ? Arrays.stream(elements).toList()
                : List.of(elements);
    }

    /** Of a list that has nothing else: whoever sends a part does not mean the rest. */
    private static Object buildPart(@Nullable Object[] parts) {
        return ((List<?>) buildLong(parts)).subList(0, parts.length - 1);
    }

    private static boolean answersContainsNull(List<?> list) {
        try {
            boolean ignored = list.contains(null);
            return true;
        } catch (NullPointerException e) {
            return false;
        }
    }
}
