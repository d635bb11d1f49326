package hedgerow.rls.logic;

import hedgerow.rls.catalog.Catalog;
import hedgerow.rls.catalog.Function;
import hedgerow.rls.catalog.Relation;
import hedgerow.rls.expr.Expr;
import hedgerow.rls.expr.Query;
import hedgerow.rls.expr.Query.Reader;
import hedgerow.rls.expr.Query.Source;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Stream;

/// A way in which a query yields rows: one row of each of its sources that meet its conditions. A query with
/// UNION or VALUES has several.
///
/// @param parts its sources, by their place in the range table
/// @param exact whether all such rows are the query's; otherwise some of them are
record Way(Query query, Map<Integer, Part> parts, boolean exact) {

    private static final int MOST = 16;

    /// A source.
    sealed interface Part {

        record Base(Relation table) implements Part {}

        record Nested(Way way, Optional<Reader> reader) implements Part {}

        record Literal(List<Expr> values) implements Part {}

        /// A source that is not modelled: any row.
        record Unknown(String reason) implements Part {}
    }

    /// The reason why a query's rows are not made of rows of its sources.
    static Optional<String> hindrance(Query query) {
        var shape = query.shape();
        return query.command() != Query.Command.SELECT
                ? Optional.of("a sub-select that writes")
                : shape.setOperation()
                        ? Optional.of("INTERSECT or EXCEPT beside UNION, or of several types, in a sub-select")
                        : shape.multiplied()
                                ? Optional.of("several rows for each in a sub-select: functions, or GROUPING SETS")
                                : shape.aggregates() && !shape.groups()
                                        ? Optional.of("HAVING or LIMIT over all rows of a sub-select")
                                        : Optional.empty();
    }

    /// The ways of a query that [#hindrance] does not exclude.
    static List<Way> of(Query query, Catalog catalog) {
        var ways = List.of(new Way(query, new TreeMap<>(), !query.shape().limits()));
        for (var i = 0; i < query.sources().size(); i++) {
            if (query.sources().get(i) instanceof Source.Other(var parts, var ignored) && parts.isEmpty()) {
                continue; // a join, whose rows are those of its sides
            }
            var place = i + 1;
            var parts = parts(query.sources().get(i), catalog);
            var choices = ways.size() * parts.size() <= MOST
                    ? parts
                    : List.<Part>of(new Part.Unknown("more than %d ways of a sub-select".formatted(MOST)));
            ways = ways.stream()
                    .flatMap(way -> choices.stream().map(part -> way.with(place, part)))
                    .toList();
        }
        return ways;
    }

    private Way with(int place, Part part) {
        var longer = new TreeMap<>(parts);
        longer.put(place, part);
        return new Way(query, longer, exact && isExact(part));
    }

    private static boolean isExact(Part part) {
        return switch (part) {
            case Part.Base _, Part.Literal _ -> true;
            case Part.Nested(var way, var ignored) -> way.exact;
            case Part.Unknown _ -> false;
        };
    }

    /// The alternatives for a source; none if it never has a row.
    private static List<Part> parts(Source source, Catalog catalog) {
        return switch (source) {
            case Source.Table(var oid, var alias) ->
                List.of(catalog.relation(oid)
                        .filter(Relation::isTable)
                        .<Part>map(Part.Base::new)
                        .orElseGet(() -> new Part.Unknown("%s, which is not a table, in a sub-select"
                                .formatted(catalog.relation(oid)
                                        .map(Relation::quoted)
                                        .orElse(alias)))));
            case Source.Derived(var query, var ignored) -> nested(query, Optional.empty(), catalog);
            case Source.Through(var query, var reader, var ignored) -> nested(query, Optional.of(reader), catalog);
            case Source.Union(var queries, var ignored) ->
                queries.stream()
                        .flatMap(query -> nested(query, Optional.empty(), catalog).stream())
                        .toList();
            case Source.Values(var rows, var ignored) ->
                rows.stream().<Part>map(Part.Literal::new).toList();
            case Source.CommonUse(var name, var level, var ignored) ->
                List.of(new Part.Unknown("WITH %s, which is recursive or outside of the sub-select".formatted(name)));
            case Source.Functions(var calls, var ignored) ->
                List.of(new Part.Unknown("the rows that %s returns in a sub-select".formatted(name(calls, catalog))));
            case Source.Other _ -> List.of(new Part.Unknown("a source in FROM of another kind"));
        };
    }

    private static String name(List<Expr> calls, Catalog catalog) {
        return calls.stream()
                .flatMap(expr -> switch (expr) {
                    case Expr.Call call -> Stream.of(call);
                    case Expr.Inlined(var call, var ignored) -> Stream.of(call);
                    default -> Stream.<Expr.Call>empty();
                })
                .flatMap(call -> catalog.function(call.function()).stream())
                .map(Function::quoted)
                .findFirst()
                .orElse("a function");
    }

    private static List<Part> nested(Query query, Optional<Reader> reader, Catalog catalog) {
        return hindrance(query)
                .map(reason -> List.<Part>of(new Part.Unknown(reason)))
                .orElseGet(() -> of(query, catalog).stream()
                        .<Part>map(way -> new Part.Nested(way, reader))
                        .toList());
    }

    /// Its sources, tables first: others may depend on them.
    List<Map.Entry<Integer, Part>> inOrder() {
        return parts.entrySet().stream()
                .sorted(Comparator.comparing(part -> !(part.getValue() instanceof Part.Base)))
                .toList();
    }

    /// The tables of which it takes a row each, in this order.
    List<Relation> tables() {
        return inOrder().stream()
                .flatMap(part -> switch (part.getValue()) {
                    case Part.Base(var table) -> Stream.of(table);
                    case Part.Nested(var way, var ignored) -> way.tables().stream();
                    case Part.Literal _, Part.Unknown _ -> Stream.<Relation>empty();
                })
                .toList();
    }

    /// The values that it hands out.
    List<Expr> outputs() {
        var outputs = new ArrayList<Expr>();
        query.targets().stream()
                .filter(target -> !target.junk())
                .map(Query.Target::expression)
                .forEach(outputs::add);
        return outputs;
    }
}
