package hedgerow.server.http;

import hedgerow.mappers.CreatedAt;
import hedgerow.mappers.Cursor;
import hedgerow.mappers.Page;
import hedgerow.mappers.Page.Slice;
import hedgerow.mappers.Row;
import io.javalin.http.Context;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/// The page, filters and extras that a caller requests of a list.
final class PageQuery {

    /// Parameters that do not change which rows a list contains: a cursor stays valid when they change.
    private static final Set<String> PRESENTATION =
            Set.of("limit", "after", "before", "expand", "fields", "include_total");

    /// The operators of a bound, as the components of [CreatedAt]: in conditions of a mapper the operators
    /// are reserved words.
    private static final Map<String, String> BOUNDS = Map.of("gte", "from", "gt", "after", "lte", "to", "lt", "before");

    private static final int DEFAULT_LIMIT = 20;

    private final Context ctx;
    private final Cursors cursors;
    private final JsonMapper mapper;
    private final String list;
    private final Page page;

    PageQuery(Context ctx, Cursors cursors, JsonMapper mapper) {
        this.ctx = ctx;
        this.cursors = cursors;
        this.mapper = mapper;
        this.list = list(ctx);
        this.page = parsed();
    }

    private Page parsed() {
        var limit = Optional.ofNullable(ctx.queryParam("limit"))
                .map(Integer::parseInt)
                .orElse(DEFAULT_LIMIT);
        var after = place("after");
        var before = place("before");
        if (after.isPresent() && before.isPresent()) {
            throw new Problem(
                    ProblemCode.INVALID_PARAMETER, "`after` and `before` exclude each other; send one of them");
        }
        return new Page(after.orElse(null), before.orElse(null), limit);
    }

    Page page() {
        return page;
    }

    private Optional<Cursor> place(String parameter) {
        return Optional.ofNullable(ctx.queryParam(parameter)).map(text -> cursors.read(list, text));
    }

    /// Identifies the list by tenant, mode, path and filters, each with its length so that no two lists collide.
    private static String list(Context ctx) {
        var caller = Requests.caller(ctx);
        var parts = Stream.of(
                caller.organization().map(Object::toString).orElse(caller.actor()),
                Boolean.toString(caller.livemode()),
                ctx.path());
        var filters = new TreeMap<>(ctx.queryParamMap());
        filters.keySet().removeAll(PRESENTATION);
        return Stream.concat(parts, filters.entrySet().stream().map(Object::toString))
                .map(part -> part.length() + ":" + part)
                .collect(Collectors.joining());
    }

    // --- filters -------------------------------------------------------------------------------------------------

    /// Binds the parameters, which the contract has checked, to the components of `type`.
    <F> F filter(Class<F> type) {
        var filter = mapper.createObjectNode();
        if (Stream.of(type.getRecordComponents()).anyMatch(component -> component.getType() == CreatedAt.class)) {
            filter.putObject("created_at");
        }
        ctx.queryParamMap().forEach((name, values) -> {
            if (!PRESENTATION.contains(name)) {
                put(filter, name, values.getFirst());
            }
        });
        return Bodies.bind(mapper, filter, type, ProblemCode.INVALID_PARAMETER);
    }

    /// Puts a value into the filter: `created_at[gte]` is the component `from` of `createdAt`.
    private static void put(ObjectNode filter, String name, String value) {
        var bracket = name.indexOf('[');
        if (bracket < 0) {
            filter.put(name, value);
        } else {
            var operator = name.substring(bracket + 1, name.length() - 1);
            filter.withObjectProperty(name.substring(0, bracket)).put(BOUNDS.get(operator), value);
        }
    }

    // --- the answer ----------------------------------------------------------------------------------------------

    /// Cuts the page out of the rows.
    ///
    /// @param fetched the rows that the statement of [#page()] returned
    <R extends Row> Slice<R> slice(List<R> fetched) {
        return page.slice(fetched);
    }

    ObjectNode answer(Slice<? extends Row> slice, List<ObjectNode> rows) {
        var rest = slice.rows();
        var backwards = page.before() != null;
        var next = !rest.isEmpty() && (slice.more() || backwards) ? rest.getLast() : null;
        var previous = !rest.isEmpty() && (backwards ? slice.more() : page.after() != null) ? rest.getFirst() : null;
        var answer = mapper.createObjectNode();
        answer.put("object", "list");
        answer.putArray("data").addAll(rows);
        answer.put("has_more", slice.more());
        answer.put("next", cursor(next));
        answer.put("previous", cursor(previous));
        link("next", "after", cursor(next));
        link("prev", "before", cursor(previous));
        return answer;
    }

    boolean wantsTotal() {
        return Boolean.parseBoolean(ctx.queryParam("include_total"));
    }

    /// Adds the total to a response.
    ///
    /// @param counted the number that the counting statement returned
    ObjectNode withTotal(ObjectNode answer, int counted) {
        return answer.put("total", Math.min(counted, Page.MOST_COUNTED))
                .put("total_exact", counted <= Page.MOST_COUNTED);
    }

    private String cursor(Row row) {
        return row == null ? null : cursors.write(list, Cursor.of(row));
    }

    /// Adds a link to another page (RFC 8288).
    private void link(String relation, String parameter, String cursor) {
        if (cursor != null) {
            var others = ctx.queryParamMap().entrySet().stream()
                    .filter(entry -> !Set.of("after", "before").contains(entry.getKey()))
                    .map(entry -> encoded(entry.getKey()) + "="
                            + encoded(entry.getValue().getFirst()) + "&")
                    .sorted()
                    .collect(Collectors.joining());
            ctx.res()
                    .addHeader(
                            "Link",
                            "<%s?%s%s=%s>; rel=\"%s\"".formatted(ctx.path(), others, parameter, cursor, relation));
        }
    }

    private static String encoded(String text) {
        return URLEncoder.encode(text, StandardCharsets.UTF_8);
    }
}
