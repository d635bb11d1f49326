package hedgerow.server.http;

import hedgerow.mappers.Mappers;
import hedgerow.mappers.ResourceMapper;
import hedgerow.mappers.Row;
import hedgerow.mappers.TenantKey;
import hedgerow.mappers.Versioned;
import hedgerow.mappers.webhook.OutboxEventMapper;
import io.javalin.http.Context;
import io.javalin.http.Handler;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.UUID;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import tools.jackson.databind.node.ObjectNode;

/// The usual handlers of one resource, over the statements of its mapper.
///
/// - A row that does not exist, is another tenant's or in the other mode is 404; one that the caller sees
///   but may not change is 403.
/// - A response with one row has an `ETag`, its version; a change with `If-Match` of another version is
///   412.
/// - Writes are [Writes]: `Idempotency-Key` on POST, [DryRun] on all.
/// - Reads are [View]s: `expand` and `fields`.
final class Resource<R extends Row, M extends ResourceMapper<R, ?>> {

    private final Resources home;
    private final String object;
    private final String path;
    private final Class<M> mapper;
    private final Map<String, Class<?>> fields;

    private final Details details;
    private final boolean eventful;
    private Set<String> closed = Set.of();

    /// Adds details from another table to the rows of a response, in one statement for all.
    interface Details {
        Details NONE = (_, _, _) -> {};

        void add(Mappers on, TenantKey tenant, List<ObjectNode> rows);
    }

    Resource(
            Resources home,
            String object,
            String path,
            Class<R> row,
            Class<M> mapper,
            Details details,
            boolean eventful) {
        this.home = home;
        this.object = object;
        this.path = path;
        this.mapper = mapper;
        this.details = details;
        this.eventful = eventful;
        this.fields = List.of(row.getRecordComponents()).stream()
                .collect(Collectors.toUnmodifiableMap(
                        component -> ApiJson.snake(component.getName()), component -> component.getType()));
    }

    /// Names the roles that may write rows of this resource: if one of them changes no row, the reason is
    /// the state of the row.
    Resource<R, M> closedByState(String... roles) {
        closed = Set.of(roles);
        return this;
    }

    // --- reading -------------------------------------------------------------------------------------------------

    /// Handles GET of the list.
    static <R extends Row, F, M extends ResourceMapper<R, F>> Handler page(Resource<R, M> listed, Class<F> filter) {
        var home = listed.home;
        return ctx -> {
            var tenant = tenant(ctx);
            var query = new PageQuery(ctx, home.cursors, home.mapper);
            var view = View.of(ctx, listed);
            var narrowed = query.filter(filter);
            var room = home.largePages.enter(
                    tenant(ctx).organization(), query.page().limit());
            Exchange.current().onCompletion(room::close);
            var answer = home.database.read(on -> {
                var statements = on.get(listed.mapper);
                var slice = query.slice(statements.page(tenant, narrowed, query.page()));
                var rows = query.answer(slice, view.show(on, listed.trees(on, tenant, slice.rows())));
                return query.wantsTotal() ? query.withTotal(rows, statements.count(tenant, narrowed)) : rows;
            });
            room.built(Answers.json(ctx, answer));
        };
    }

    /// Handles GET of one row.
    Handler find() {
        return ctx -> {
            var id = Requests.id(ctx, "id");
            var view = View.of(ctx, this);
            var answer = home.database.read(on -> {
                var found = visible(on, ctx, id);
                var version = found instanceof Versioned now ? OptionalInt.of(now.version()) : OptionalInt.empty();
                var row = view.show(on, trees(on, tenant(ctx), List.of(found))).getFirst();
                return new Answers.Written(row, Answers.bytes(home.mapper, row), version);
            });
            Answers.one(ctx, 200, answer);
        };
    }

    // --- writing -------------------------------------------------------------------------------------------------

    interface Insert<M, N, R> {
        R insert(M mapper, TenantKey tenant, N created);
    }

    interface Update<M, C, R> {
        Optional<R> update(M mapper, TenantKey tenant, UUID id, int version, C change);
    }

    interface Action<M, R> {
        Optional<R> act(M mapper, TenantKey tenant, UUID id, Integer version);
    }

    /// Handles POST of a new row.
    <N> Handler create(Class<N> type, Insert<M, N, R> statement) {
        return create(ctx -> bound(Requests.body(ctx), type), statement);
    }

    /// Handles POST of a new row that is made of more than the body.
    <N> Handler create(Function<Context, N> created, Insert<M, N, R> statement) {
        return ctx -> {
            var row = created.apply(ctx);
            make(ctx, on -> statement.insert(on.get(mapper), tenant(ctx), row), _ -> {});
        };
    }

    /// Creates a row by any number of statements.
    ///
    /// @param addition to the response, such as a secret that is shown once
    void make(Context ctx, Function<Mappers, R> effect, Consumer<ObjectNode> addition) {
        Writes.run(home, ctx, 201, on -> {
            var row = done(on, ctx, "created", effect.apply(on));
            addition.accept(row);
            return row;
        });
    }

    /// An addition to the row in a response, read in the same transaction.
    interface Addition {
        Addition NONE = (_, _, _) -> {};

        void to(Mappers on, Context ctx, ObjectNode row);
    }

    /// Handles PATCH: the fields in the body replace those of the row, and null empties one (RFC 7396, top
    /// level).
    <C> Handler change(Class<C> type, Update<M, C, R> statement) {
        return change(type, statement, Addition.NONE);
    }

    <C> Handler change(Class<C> type, Update<M, C, R> statement, Addition addition) {
        return ctx -> {
            var id = Requests.id(ctx, "id");
            var body = Requests.body(ctx);
            Writes.run(home, ctx, 200, on -> {
                var before = visible(on, ctx, id);
                var version = ((Versioned) before).version();
                Preconditions.require(ctx, version);
                var change = home.merged(tree(before), body, type);
                return statement
                        .update(on.get(mapper), tenant(ctx), id, version, change)
                        .map(row -> added(addition, on, ctx, done(on, ctx, "updated", row)))
                        .orElseThrow(() -> refused(on, ctx, id, version));
            });
        };
    }

    /// Handles POST of an action on one row, such as `/v1/customers/{id}/archive`.
    ///
    /// @param event names the change; it is written if and only if the statement changed the row
    Handler act(String event, Action<M, R> statement) {
        return ctx ->
                run(ctx, 200, event, (on, id, version) -> statement.act(on.get(mapper), tenant(ctx), id, version));
    }

    /// Handles DELETE.
    Handler remove(Action<M, R> statement) {
        return ctx ->
                run(ctx, 204, "deleted", (on, id, version) -> statement.act(on.get(mapper), tenant(ctx), id, version));
    }

    interface Effect<R> {
        Optional<R> on(Mappers on, UUID id, Integer version);
    }

    /// Runs an action of any number of statements.
    void run(Context ctx, int status, String event, Effect<R> effect) {
        run(ctx, status, event, effect, Addition.NONE);
    }

    void run(Context ctx, int status, String event, Effect<R> effect, Addition addition) {
        var id = Requests.id(ctx, "id");
        Writes.run(home, ctx, status, on -> {
            var version = Preconditions.version(ctx, () -> ((Versioned) visible(on, ctx, id)).version());
            return effect.on(on, id, version)
                    .map(row -> added(addition, on, ctx, done(on, ctx, event, row)))
                    .orElseThrow(() -> refused(on, ctx, id, version));
        });
    }

    private static ObjectNode added(Addition addition, Mappers on, Context ctx, ObjectNode row) {
        addition.to(on, ctx, row);
        return row;
    }

    /// Writes the event, in the same transaction, and returns the row as it is now.
    private ObjectNode done(Mappers on, Context ctx, String event, R row) {
        var tree = trees(on, tenant(ctx), List.of(row)).getFirst();
        if (eventful) {
            on.last(OutboxEventMapper.class).add(tenant(ctx), EventWriter.event(object, event, row.id(), tree));
        }
        return tree;
    }

    R visible(Mappers on, Context ctx, UUID id) {
        return on.get(mapper).find(tenant(ctx), id).orElseThrow(Requests::notFound);
    }

    /// The reason why no row changed: it does not exist, has another version, is in the wrong state, or the
    /// caller may not change it.
    private Problem refused(Mappers on, Context ctx, UUID id, Integer version) {
        var row = visible(on, ctx, id);
        if (version != null && row instanceof Versioned now && now.version() != version) {
            return Preconditions.failed();
        }
        return Requests.caller(ctx).role().map(closed::contains).orElse(false)
                ? new Problem(
                        ProblemCode.INVALID_STATE,
                        "the %s is in a state that does not allow this".formatted(object.replace('_', ' ')))
                : new Problem(ProblemCode.FORBIDDEN, "the caller's role does not allow this");
    }

    private <T> T bound(ObjectNode body, Class<T> type) {
        return Bodies.bind(home.mapper, body, type, ProblemCode.INVALID_BODY);
    }

    // --- for views -----------------------------------------------------------------------------------------------

    /// The scope for reading, such as `customers:read`.
    String readScope() {
        return path.substring(path.lastIndexOf('/') + 1).replace('-', '_') + ":read";
    }

    boolean hasField(String name) {
        return fields.containsKey(name) || name.equals("object");
    }

    Optional<Resource<?, ?>> target(String reference) {
        var field = reference + "_id";
        return Optional.ofNullable(fields.get(field)).flatMap(type -> home.target(field, type));
    }

    /// The rows that exist and are visible, by id.
    Map<UUID, ObjectNode> all(Mappers on, TenantKey tenant, Collection<UUID> ids) {
        var rows = on.get(mapper).findAll(tenant, ids);
        var trees = trees(on, tenant, rows);
        return IntStream.range(0, rows.size())
                .boxed()
                .collect(Collectors.toMap(i -> rows.get(i).id(), trees::get));
    }

    private List<ObjectNode> trees(Mappers on, TenantKey tenant, List<R> rows) {
        var trees = rows.stream().map(this::tree).toList();
        details.add(on, tenant, trees);
        return trees;
    }

    private ObjectNode tree(R row) {
        return home.tree(object, (Record) row);
    }

    static TenantKey tenant(Context ctx) {
        var caller = Requests.caller(ctx);
        return new TenantKey(caller.organization().orElseThrow(), caller.livemode());
    }
}
