package hedgerow.server.http;

import hedgerow.mappers.Database;
import hedgerow.mappers.ResourceMapper;
import hedgerow.mappers.Row;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/// Creates [Resource]s, and knows how they refer to each other.
final class Resources {

    /// References whose name differs from that of their target.
    private static final Map<String, String> ALIASES = Map.of("account", "ledger_account");

    /// Tables whose name differs from that of the resource that shows them. Events, whose rows contain
    /// other rows, and tables that no resource shows have none.
    private static final Map<String, String> SHOWN_AS =
            Map.of("agent_log", "agent_log_entry", "customer_payment_method", "payment_method", "price_tier", "price");

    private final Map<String, Resource<?, ?>> byObject = new LinkedHashMap<>();

    final Database database;
    final JsonMapper mapper;
    final Cursors cursors;
    final RequestHash requests;
    private final EventWriter events;
    final LargePages largePages = new LargePages(Runtime.getRuntime().maxMemory());

    /// The resources over a database.
    ///
    /// @param cursorKey proves that the server wrote a cursor
    /// @param requestKey recognizes repeated requests
    Resources(Database database, Limits limits, byte[] cursorKey, Optional<byte[]> requestKey) {
        this.database = database;
        this.mapper = ApiJson.mapper(limits);
        this.events = new EventWriter(mapper);
        this.cursors = new Cursors(cursorKey);
        this.requests = new RequestHash(requestKey);
    }

    /// A resource whose changes are not events.
    ///
    /// @param object the name of one row in responses: `customer`
    /// @param path of the collection: `/v1/customers`
    <R extends Row, M extends ResourceMapper<R, ?>> Resource<R, M> quiet(
            String object, String path, Class<R> row, Class<M> mapper) {
        return quiet(object, path, row, mapper, Resource.Details.NONE);
    }

    <R extends Row, M extends ResourceMapper<R, ?>> Resource<R, M> quiet(
            String object, String path, Class<R> row, Class<M> mapper, Resource.Details details) {
        return add(object, new Resource<>(this, object, path, row, mapper, details, false));
    }

    /// A resource whose changes are events.
    <R extends Row, M extends ResourceMapper<R, ?>> Resource<R, M> of(
            String object, String path, Class<R> row, Class<M> mapper) {
        return of(object, path, row, mapper, Resource.Details.NONE);
    }

    <R extends Row, M extends ResourceMapper<R, ?>> Resource<R, M> of(
            String object, String path, Class<R> row, Class<M> mapper, Resource.Details details) {
        return add(object, new Resource<>(this, object, path, row, mapper, details, true));
    }

    private <R extends Row, M extends ResourceMapper<R, ?>> Resource<R, M> add(String object, Resource<R, M> resource) {
        byObject.put(object, resource);
        return resource;
    }

    /// The target of a reference such as `executing_agent_id`: the resource of that name, or the one that the name ends
    /// in.
    Optional<Resource<?, ?>> target(String field, Class<?> type) {
        if (type != UUID.class || !field.endsWith("_id")) {
            return Optional.empty();
        }
        var name = field.substring(0, field.length() - "_id".length());
        return Optional.<Resource<?, ?>>ofNullable(byObject.get(ALIASES.getOrDefault(name, name)))
                .or(() -> byObject.entrySet().stream()
                        .filter(entry -> name.endsWith("_" + entry.getKey()))
                        .<Resource<?, ?>>map(Map.Entry::getValue)
                        .findFirst());
    }

    /// Whether the scopes of the caller let them read the rows of a table.
    boolean mayRead(Caller caller, String table) {
        return caller.scopes().isEmpty() || readScope(table).map(caller::has).orElse(false);
    }

    /// Requires that the caller may read a table.
    ///
    /// @param table as for [#mayRead]
    /// @throws Problem [ProblemCode#INSUFFICIENT_SCOPE]
    void requireRead(Caller caller, String table) {
        if (!mayRead(caller, table)) {
            throw new Problem(
                    ProblemCode.INSUFFICIENT_SCOPE,
                    readScope(table)
                            .map(scope -> "the key needs the scope `%s`".formatted(scope))
                            .orElse("no scope reads `%s`; send an unrestricted key".formatted(table)));
        }
    }

    private Optional<String> readScope(String table) {
        return table.equals("organization")
                ? Optional.of("organizations:read")
                : Optional.ofNullable(byObject.get(SHOWN_AS.getOrDefault(table, table)))
                        .map(Resource::readScope);
    }

    ObjectNode tree(String object, Record row) {
        return events.tree(object, row);
    }

    /// The row after a change: the fields of the body, and the other fields of the row unchanged.
    <C> C merged(ObjectNode before, ObjectNode body, Class<C> type) {
        var all = mapper.createObjectNode();
        for (var component : type.getRecordComponents()) {
            var name = ApiJson.snake(component.getName());
            all.set(name, body.has(name) ? body.get(name) : before.get(name));
        }
        return Bodies.bind(mapper, all, type, ProblemCode.INVALID_BODY);
    }
}
