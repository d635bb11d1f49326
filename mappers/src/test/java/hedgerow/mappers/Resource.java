package hedgerow.mappers;

import java.lang.reflect.ParameterizedType;
import java.lang.reflect.RecordComponent;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Stream;

/// A [ResourceMapper] of the application, found in its configuration.
record Resource(Class<?> mapper, Class<?> filter) {

    /// Filters on something that is not a column.
    private static final Map<String, Function<Row, Object>> DERIVED = Map.of(
            "archived", row -> value(row, component(row.getClass(), "archivedAt")) != null,
            "revoked", row -> value(row, component(row.getClass(), "revokedAt")) != null);

    static Stream<Resource> all(Database database) {
        return database.statements().getMapperRegistry().getMappers().stream()
                .filter(ResourceMapper.class::isAssignableFrom)
                .sorted((a, b) -> a.getName().compareTo(b.getName()))
                .map(mapper -> new Resource(mapper, filterOf(mapper)));
    }

    private static Class<?> filterOf(Class<?> mapper) {
        return Stream.of(mapper.getGenericInterfaces())
                .map(ParameterizedType.class::cast)
                .filter(type -> type.getRawType() == ResourceMapper.class)
                .map(type -> (Class<?>) type.getActualTypeArguments()[1])
                .findFirst()
                .orElseThrow();
    }

    @SuppressWarnings("unchecked")
    ResourceMapper<Row, Object> on(Mappers mappers) {
        return (ResourceMapper<Row, Object>) mappers.get(mapper);
    }

    List<String> filters() {
        return Stream.of(filter.getRecordComponents())
                .filter(component -> !component.getType().isRecord()) // bounds, which other tests set
                .map(RecordComponent::getName)
                .toList();
    }

    Object filter(String component, Object value, CreatedAt bounds) {
        return instance(Map.of(component, value, "createdAt", bounds));
    }

    Object created(CreatedAt bounds) {
        return instance(Map.of("createdAt", bounds));
    }

    /// The value of a row that the filter compares.
    Object value(Row row, String component) {
        return DERIVED.containsKey(component)
                ? DERIVED.get(component).apply(row)
                : value(row, component(row.getClass(), component));
    }

    private Object instance(Map<String, Object> values) {
        var components = filter.getRecordComponents();
        try {
            var types = Arrays.stream(components).map(RecordComponent::getType).toArray(Class<?>[]::new);
            var arguments = Arrays.stream(components)
                    .map(component -> values.get(component.getName()))
                    .toArray();
            return filter.getDeclaredConstructor(types).newInstance(arguments);
        } catch (ReflectiveOperationException e) {
            throw new IllegalStateException(e);
        }
    }

    private static RecordComponent component(Class<?> row, String name) {
        return Stream.of(row.getRecordComponents())
                .filter(component -> component.getName().equals(name))
                .findFirst()
                .orElseThrow(() -> new AssertionError(row + " has no " + name));
    }

    private static Object value(Row row, RecordComponent component) {
        try {
            return component.getAccessor().invoke(row);
        } catch (ReflectiveOperationException e) {
            throw new IllegalStateException(e);
        }
    }

    @Override
    public String toString() {
        return mapper.getSimpleName();
    }
}
