package hedgerow.rls.report;

import hedgerow.rls.catalog.Catalog;
import hedgerow.rls.catalog.Function;
import hedgerow.rls.catalog.Operator;
import hedgerow.rls.catalog.Relation;
import hedgerow.rls.catalog.Type;
import hedgerow.rls.expr.Expr;
import hedgerow.rls.expr.Query;
import hedgerow.rls.expr.Value;
import hedgerow.rls.expr.Walk;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/// Expressions in texts that are equal in two databases if the expressions are: names take the place of
/// numbers, and the columns carry their declared types. They are not for people to read.
record Canonical(Catalog catalog) {

    /// The first oid of user-defined objects.
    static final long FIRST_USER_OID = 16_384;

    private static final String REFERENCES = "reg";

    /// Whether the text of the expression is complete: unknown nodes, and constants that hold the oid of an
    /// object, differ between two databases.
    boolean isWhole(Expr expr) {
        return Walk.over(expr).map(Walk.Place::node).noneMatch(node -> node instanceof Expr.Opaque || isNumbered(node))
                && Walk.queries(expr).allMatch(Canonical::isPlain);
    }

    private boolean isNumbered(Expr node) {
        return node instanceof Expr.Constant(Value.Unknown _, var bytes, var type)
                && (type >= FIRST_USER_OID || bytes.isEmpty() || type(type).startsWith(REFERENCES));
    }

    private static boolean isPlain(Query query) {
        return query.isBare()
                || query.command() == Query.Command.SELECT && query.shape().equals(Query.Shape.PLAIN);
    }

    String of(Expr expr) {
        var inside = expr.children().stream().map(this::of).collect(Collectors.joining(", ", "(", ")"));
        var query = expr instanceof Expr.Subquery subquery ? of(subquery.query()) : "";
        return head(expr) + inside + query;
    }

    /// The node without its operands.
    private String head(Expr expr) {
        return switch (expr) {
            case Expr.Column column ->
                "column %d %d %s".formatted(column.level(), column.source(), column(column.table(), column));
            case Expr.Constant(var value, var bytes, var type) ->
                "constant %s %s".formatted(value instanceof Value.Unknown ? bytes : value, type(type));
            case Expr.Parameter(var number, var type) -> "$%d %s".formatted(number, type(type));
            case Expr.Output(var number, var type) -> "output %d %s".formatted(number, type(type));
            case Expr.Subject(var type) -> "subject " + type(type);
            case Expr.SessionValue(var kind, var type) -> "%s %s".formatted(kind, type(type));
            case Expr.Call call ->
                "call %s %s %s".formatted(function(call.function()), type(call.type()), call.collation());
            case Expr.Inlined _ -> "inlined";
            case Expr.Operator operator -> operator(operator);
            case Expr.And _ -> "and";
            case Expr.Or _ -> "or";
            case Expr.Not _ -> "not";
            case Expr.NullTest test -> "null %s %s".formatted(test.isNull(), test.row());
            case Expr.BooleanTest test -> test.kind().toString();
            case Expr.Distinct distinct -> "distinct " + operator(distinct.equality());
            case Expr.NullIf nullIf -> "nullif " + operator(nullIf.equality());
            case Expr.Case branches ->
                "case %s %s"
                        .formatted(
                                branches.subject().isPresent(),
                                branches.otherwise().isPresent());
            case Expr.Coalesce _ -> "coalesce";
            case Expr.Extreme extreme -> extreme.greatest() ? "greatest" : "least";
            case Expr.Cast cast -> "cast %s %s".formatted(cast.kind(), type(cast.type()));
            case Expr.Quantified quantified ->
                "%s %s".formatted(quantified.any() ? "any" : "all", operator(quantified.comparison()));
            case Expr.ArrayOf array -> "array " + type(array.type());
            case Expr.Row row -> "row " + type(row.type());
            case Expr.Field field -> "field %d".formatted(field.number());
            case Expr.Subquery subquery -> "subquery " + subquery.kind();
            case Expr.Opaque opaque -> "unknown " + opaque.node();
        };
    }

    private String of(Query query) {
        var parts = Stream.of(
                        query.on().stream().map(this::of),
                        Stream.of("where"),
                        query.where().stream().map(this::of),
                        Stream.of("select"),
                        query.targets().stream().map(target -> of(target.expression())),
                        Stream.of("also"),
                        query.others().stream().map(this::of))
                .flatMap(part -> part);
        var commons = query.commons().stream().map(common -> "with %s %s".formatted(common.name(), of(common.query())));
        return Stream.of(commons, query.sources().stream().map(this::source), parts)
                .flatMap(part -> part)
                .collect(Collectors.joining(", ", "{", "}"));
    }

    /// The text of a source. Aliases have no meaning: columns count the sources.
    private String source(Query.Source source) {
        return switch (source) {
            case Query.Source.Table(var oid, var _) -> relation(oid);
            case Query.Source.Derived(var query, var _) -> of(query);
            case Query.Source.Through(var query, var _, var _) -> of(query);
            case Query.Source.Union(var queries, var _) ->
                queries.stream().map(this::of).collect(Collectors.joining(", ", "[", "]"));
            case Query.Source.CommonUse(var name, var level, var _) -> "%s %d".formatted(name, level);
            case Query.Source.Functions(var calls, var _) -> list(calls);
            case Query.Source.Values(var rows, var _) ->
                rows.stream().map(this::list).collect(Collectors.joining(", ", "[", "]"));
            case Query.Source.Other(var parts, var _) -> list(parts);
        };
    }

    private String list(List<Expr> parts) {
        return parts.stream().map(this::of).collect(Collectors.joining(", ", "(", ")"));
    }

    // --- names ---------------------------------------------------------------------------------------------------

    private String column(Optional<Long> table, Expr.Column column) {
        var relation = table.flatMap(catalog::relation);
        var declared = relation.flatMap(it -> it.column((long) column.number()))
                .map(it -> "%s %s%s".formatted(it.quoted(), it.typeName(), it.notNull() ? " not null" : ""))
                .orElseGet(() -> "%d %s".formatted(column.number(), type(column.type())));
        return "%s.%s".formatted(relation.map(Relation::quoted).orElse(""), declared);
    }

    private String operator(Expr.Operator operator) {
        var symbol = catalog.operator(operator.operator()).map(Operator::name).orElse("?");
        return "%s %s %s".formatted(symbol, function(operator.function()), operator.collation());
    }

    private String function(long oid) {
        return catalog.function(oid).map(Function::quoted).orElseGet(() -> Long.toString(oid));
    }

    private String type(long oid) {
        return catalog.type(oid).map(Type::quoted).orElseGet(() -> oid < FIRST_USER_OID ? Long.toString(oid) : "row");
    }

    private String relation(long oid) {
        return catalog.relation(oid).map(Relation::quoted).orElseGet(() -> Long.toString(oid));
    }
}
