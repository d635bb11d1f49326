package hedgerow.rls.expr;

import java.util.List;
import java.util.Optional;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;

/// A query, as the server resolved it: of a sub-select, a view or a function's body.
///
/// @param sources the range table, in the server's order: [Expr.Column#source()] counts in it
/// @param on the conditions of joins
/// @param others HAVING, LIMIT, OFFSET, RETURNING and what else there is
public record Query(
        Command command,
        List<Source> sources,
        List<Expr> on,
        Optional<Expr> where,
        List<Target> targets,
        List<Expr> others,
        Shape shape,
        List<Common> commons) {

    /// In the server's order.
    public enum Command {
        UNKNOWN,
        SELECT,
        UPDATE,
        INSERT,
        DELETE,
        MERGE,
        UTILITY
    }

    /// What makes it more than rows that match a condition.
    public record Shape(boolean aggregates, boolean groups, boolean limits, boolean setOperation, boolean outerJoin) {}

    public record Target(Expr expression, String name, boolean junk) {}

    /// `WITH name AS (query)`.
    public record Common(String name, Query query) {}

    public sealed interface Source {

        String alias();

        record Table(long oid, String alias) implements Source {}

        record Derived(Query query, String alias) implements Source {}

        /// A [Common] of this query, or of one `level` up.
        record CommonUse(String name, int level, String alias) implements Source {}

        record Functions(List<Expr> calls, String alias) implements Source {}

        /// A join, VALUES, GROUP and what yields no rows of its own.
        record Other(List<Expr> parts, String alias) implements Source {}
    }

    /// Every expression that belongs to this query itself.
    public Stream<Expr> expressions() {
        var sourced = sources.stream().flatMap(source -> switch (source) {
            case Source.Functions(var calls, var ignored) -> calls.stream();
            case Source.Other(var parts, var ignored) -> parts.stream();
            case Source.Table _, Source.Derived _, Source.CommonUse _ -> Stream.<Expr>empty();
        });
        var selected = targets.stream().map(Target::expression);
        return Stream.of(sourced, on.stream(), where.stream(), selected, others.stream())
                .flatMap(part -> part);
    }

    /// The queries in FROM and WITH.
    public Stream<Query> queries() {
        var derived = sources.stream()
                .flatMap(source ->
                        source instanceof Source.Derived(var query, var ignored) ? Stream.of(query) : Stream.empty());
        return Stream.concat(derived, commons.stream().map(Common::query));
    }

    /// The tables that it reads itself.
    public Stream<Source.Table> tables() {
        return sources.stream()
                .flatMap(source -> source instanceof Source.Table table ? Stream.of(table) : Stream.empty());
    }

    /// Whether it yields exactly one row, made of nothing but its targets: `(select f())`.
    public boolean isBare() {
        return command == Command.SELECT
                && sources.stream()
                        .allMatch(source -> source instanceof Source.Other(var parts, var ignored) && parts.isEmpty())
                && where.isEmpty()
                && others.isEmpty()
                && commons.isEmpty()
                && shape.equals(new Shape(false, false, false, false, false));
    }

    Query map(UnaryOperator<Expr> expressions, UnaryOperator<Query> queries) {
        return new Query(
                command,
                sources.stream()
                        .map(source -> map(source, expressions, queries))
                        .toList(),
                on.stream().map(expressions).toList(),
                where.map(expressions),
                targets.stream()
                        .map(target -> new Target(expressions.apply(target.expression), target.name, target.junk))
                        .toList(),
                others.stream().map(expressions).toList(),
                shape,
                commons.stream()
                        .map(common -> new Common(common.name, queries.apply(common.query)))
                        .toList());
    }

    private static Source map(Source source, UnaryOperator<Expr> expressions, UnaryOperator<Query> queries) {
        return switch (source) {
            case Source.Derived(var query, var alias) -> new Source.Derived(queries.apply(query), alias);
            case Source.Functions(var calls, var alias) ->
                new Source.Functions(calls.stream().map(expressions).toList(), alias);
            case Source.Other(var parts, var alias) ->
                new Source.Other(parts.stream().map(expressions).toList(), alias);
            case Source.Table table -> table;
            case Source.CommonUse use -> use;
        };
    }
}
