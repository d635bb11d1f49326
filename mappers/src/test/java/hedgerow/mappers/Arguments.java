package hedgerow.mappers;

import java.lang.reflect.ParameterizedType;
import java.lang.reflect.RecordComponent;
import java.lang.reflect.Type;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.UUID;
import java.util.function.Function;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.apache.ibatis.reflection.TypeParameterResolver;

/// Invents arguments for a mapper's method: of the right types, and enough of them to reach every part of
/// its SQL.
///
/// @param tenant whose rows are queried
/// @param user the person who is queried
/// @param ids existing rows, by the name of a parameter
record Arguments(TenantKey tenant, UUID user, Function<String, List<UUID>> ids) {

    private static final Cursor CURSOR = new Cursor(Instant.parse("2026-02-01T00:00:00Z"), new UUID(1, 1));

    /// The argument lists, the simplest first; each of the others differs from it in one argument.
    List<Object[]> of(Mapped statement) {
        var alternatives = alternatives(statement);
        var first = alternatives.stream().map(List::getFirst).toArray();
        var all = new ArrayList<Object[]>();
        all.add(first);
        for (int i = 0; i < first.length; i++) {
            for (Object other :
                    alternatives.get(i).subList(1, alternatives.get(i).size())) {
                var changed = first.clone();
                changed[i] = other;
                all.add(changed);
            }
        }
        return all;
    }

    private List<List<Object>> alternatives(Mapped statement) {
        var types = TypeParameterResolver.resolveParamTypes(statement.method(), statement.mapper());
        var names = statement.method().getParameters();
        return IntStream.range(0, types.length)
                .mapToObj(i -> alternatives(names[i].getName(), types[i]))
                .toList();
    }

    private List<Object> alternatives(String name, Type type) {
        if (type == Page.class) {
            return List.of(Page.first(100), Page.after(CURSOR, 100), Page.before(CURSOR, 100));
        } else if (type == Integer.class) {
            return Arrays.asList(null, 1);
        } else if (name.equals("filter")) {
            return filters((Class<?>) type);
        }
        return List.of(value(name, type));
    }

    /// No filter, each filter alone, and all of them together.
    private List<Object> filters(Class<?> filter) {
        var components = filter.getRecordComponents();
        var filters = new ArrayList<>();
        filters.add(record(filter, component -> bounds(component, CreatedAt.ANY)));
        for (RecordComponent one : components) {
            filters.add(record(
                    filter,
                    component -> component.equals(one)
                            ? value(one.getName(), one.getGenericType())
                            : bounds(component, CreatedAt.ANY)));
        }
        filters.add(record(filter, component -> value(component.getName(), component.getGenericType())));
        return filters;
    }

    private static Object bounds(RecordComponent component, CreatedAt bounds) {
        return component.getType() == CreatedAt.class ? bounds : null;
    }

    private Object value(String name, Type type) {
        if (type instanceof ParameterizedType many) {
            var element = many.getActualTypeArguments()[0];
            return element == UUID.class ? ids.apply(name) : List.of(value(name, element));
        }
        return value(name, (Class<?>) type);
    }

    private Object value(String name, Class<?> type) {
        return switch (type.getSimpleName()) {
            case "TenantKey" -> tenant;
            case "UUID" -> name.equals("user") ? user : ids.apply(name).getFirst();
            case "String" -> text(name);
            case "boolean", "Boolean" -> true;
            case "int", "Integer" -> 1;
            case "long", "Long" -> 1L;
            case "double", "Double" -> 1.0;
            case "byte[]" -> new byte[32];
            case "Instant" -> CURSOR.createdAt();
            case "BigInteger" -> BigInteger.ONE;
            case "BigDecimal" -> BigDecimal.ONE;
            case "Json" -> json(name);
            default -> record(type, component -> value(component.getName(), component.getGenericType()));
        };
    }

    private static String text(String name) {
        return switch (name) {
            case "key" -> "demo-1";
            case "chains" -> "eip155:84532";
            default -> "x";
        };
    }

    /// A list of rows where a statement takes one.
    private Json json(String name) {
        return switch (name) {
            case "signatures" -> list("""
                "number": 7, "kind": "pay", "transaction_hash": "0x%064x", "raw": "00", "max_fee": 2,
                "max_priority_fee": 1\
                """.formatted(7));
            case "sightings" -> list("""
                "status": "mined", "transaction_hash": "0x%1$064x", "block_hash": "0x%1$064x",
                "block_number": 7\
                """.formatted(7));
            case "claims" -> list("""
                "agent": "%s", "attempt": "%s", "gas_limit": 21000\
                """.formatted(ids.apply("agent").getFirst(), new UUID(7, 7)));
            case "payments" -> list("""
                "hash": "0x%064x", "fee": 1\
                """.formatted(7));
            case "movements" -> list("""
                "external_id": "x", "amount": 1, "hash": "0x%064x", "block": 7\
                """.formatted(7));
            case "amounts" -> list("\"amount\": 7");
            case "arrivals" -> list("""
                "asset": "ETH.84532", "recipient": "0x%1$040x", "sender": "0x%1$040x", "amount": 1, "hash": "0x%1$064x",
                "log": 1, "block": 7, "block_hash": "0x%1$064x", "time": "2026-01-01T00:00:00Z"\
                """.formatted(7));
            case "accounts" -> list("""
                "code": "x", "name": "x", "kind": "asset", "unit": "EUR"\
                """);
            case "postings" -> list("""
                "transaction": "%s", "posting": "fee", "account": "x", "unit": "EUR", "amount": 1\
                """.formatted(new UUID(7, 7)));
            case "events" -> list("""
                "type": "x.x", "subject_type": "x", "subject_id": "%s", "payload": {}\
                """.formatted(new UUID(7, 7)));
            default -> Json.EMPTY;
        };
    }

    private Json list(String columns) {
        return new Json("[{\"id\": \"%s\", %s}]".formatted(ids.apply("id").getFirst(), columns));
    }

    private static Object record(Class<?> type, Function<RecordComponent, Object> value) {
        var components = type.getRecordComponents();
        var types = Stream.of(components).map(RecordComponent::getType).toArray(Class<?>[]::new);
        try {
            return type.getDeclaredConstructor(types)
                    .newInstance(Stream.of(components).map(value).toArray());
        } catch (ReflectiveOperationException e) {
            throw new IllegalStateException("cannot make up a " + type, e);
        }
    }
}
