package hedgerow.rls.expr;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.BiFunction;
import java.util.function.Function;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;

/// A query as the server resolved it: a sub-select, a view or a function's body.
///
/// @param sources the range table, in the server's order: [Expr.Column#source()] counts in it
/// @param on the conditions of joins
/// @param targets of INSERT and UPDATE, the columns that are set, by their current names; of DELETE and
///     MERGE, none
/// @param others HAVING, LIMIT and OFFSET
/// @param change the effect of INSERT, UPDATE, DELETE and MERGE; empty for SELECT
public record Query(
        Command command,
        List<Source> sources,
        List<Expr> on,
        Optional<Expr> where,
        List<Target> targets,
        List<Expr> others,
        Shape shape,
        List<Common> commons,
        Optional<Change> change) {

    /// The commands, in the server's order.
    public enum Command {
        UNKNOWN,
        SELECT,
        UPDATE,
        INSERT,
        DELETE,
        MERGE,
        UTILITY
    }

    /// The parts of a query beyond rows that match a condition.
    ///
    /// @param aggregates whether a row can be made of many rows, or of none, including HAVING
    /// @param limits whether it may omit matching rows
    /// @param combined how the rows of its sources are combined, if not by a join
    /// @param multiplied whether functions among the targets, or GROUPING SETS, yield any number of rows
    ///     for each
    public record Shape(
            boolean aggregates,
            boolean groups,
            boolean limits,
            Combined combined,
            List<Outer> outer,
            boolean multiplied) {

        public static final Shape PLAIN = new Shape(false, false, false, Combined.NONE, List.of(), false);

        public boolean setOperation() {
            return combined != Combined.NONE;
        }

        public boolean outerJoin() {
            return !outer.isEmpty();
        }

        /// The shape without set operations, which are a source now.
        public Shape joined() {
            return new Shape(aggregates, groups, limits, Combined.NONE, outer, multiplied);
        }

        /// The shape with one row for each, because functions among the targets are a source now.
        public Shape single() {
            return new Shape(aggregates, groups, limits, combined, outer, false);
        }

        /// The shape without aggregates and groups.
        public Shape ungrouped() {
            return new Shape(false, false, limits, combined, outer, multiplied);
        }

        /// The shape of a query that may omit matching rows.
        public Shape limited() {
            return new Shape(aggregates, groups, true, combined, outer, multiplied);
        }
    }

    /// The set operations of a query.
    public enum Combined {
        NONE,
        /// UNION alone: a row of any source.
        UNION,
        /// INTERSECT and EXCEPT alone: some rows of the first source.
        NARROWING,
        MIXED
    }

    /// An outer join: its conditions hold, or the sources that it need not match are all NULL.
    ///
    /// @param nullable places of these sources, from 1
    /// @param conditions places of its conditions in [Query#on()], from 0
    public record Outer(Set<Integer> nullable, Set<Integer> conditions) {}

    public record Target(Expr expression, String name, boolean junk) {}

    /// A common table expression, `WITH name AS (query)`.
    public record Common(String name, Query query) {}

    /// The change of one relation's rows.
    ///
    /// @param result the place of that relation in [Query#sources()], from 1
    /// @param returning the RETURNING list, apart from the targets of the query
    /// @param actions of MERGE, in order
    public record Change(int result, List<Target> returning, Optional<Conflict> conflict, List<Action> actions) {

        Stream<Expr> expressions() {
            return Stream.of(
                            returning.stream().map(Target::expression),
                            conflict.stream().flatMap(Conflict::expressions),
                            actions.stream().flatMap(Action::expressions))
                    .flatMap(part -> part);
        }

        Change map(UnaryOperator<Expr> expressions) {
            return new Change(
                    result,
                    mapped(returning, expressions),
                    conflict.map(clause -> clause.map(expressions)),
                    actions.stream().map(action -> action.map(expressions)).toList());
        }
    }

    /// An `ON CONFLICT` clause.
    ///
    /// @param arbiters the columns or expressions of the key; empty for any key, or for a named
    ///     constraint
    /// @param arbiterWhere the predicate of a partial index
    /// @param constraint oid of a named constraint, otherwise 0
    /// @param update false for DO NOTHING
    /// @param excluded the place of the row that was not inserted, in [Query#sources()]; 0 for DO NOTHING
    /// @param set the columns that DO UPDATE sets
    public record Conflict(
            List<Expr> arbiters,
            Optional<Expr> arbiterWhere,
            long constraint,
            boolean update,
            int excluded,
            List<Target> set,
            Optional<Expr> where) {

        Stream<Expr> expressions() {
            return Stream.of(
                            arbiters.stream(),
                            arbiterWhere.stream(),
                            set.stream().map(Target::expression),
                            where.stream())
                    .flatMap(part -> part);
        }

        Conflict map(UnaryOperator<Expr> expressions) {
            return new Conflict(
                    arbiters.stream().map(expressions).toList(),
                    arbiterWhere.map(expressions),
                    constraint,
                    update,
                    excluded,
                    mapped(set, expressions),
                    where.map(expressions));
        }
    }

    /// A WHEN clause of MERGE.
    ///
    /// @param command INSERT, UPDATE or DELETE; UNKNOWN for DO NOTHING
    public record Action(Command command, When when, Optional<Expr> condition, List<Target> set) {

        /// The kinds, in the server's order since version 17.
        public enum When {
            MATCHED,
            NOT_MATCHED_BY_SOURCE,
            NOT_MATCHED
        }

        Stream<Expr> expressions() {
            return Stream.concat(condition.stream(), set.stream().map(Target::expression));
        }

        Action map(UnaryOperator<Expr> expressions) {
            return new Action(command, when, condition.map(expressions), mapped(set, expressions));
        }
    }

    public sealed interface Source {

        String alias();

        record Table(long oid, String alias) implements Source {}

        record Derived(Query query, String alias) implements Source {}

        /// A reference to a [Common] of this query, or of one `level` up.
        record CommonUse(String name, int level, String alias) implements Source {}

        record Functions(List<Expr> calls, String alias) implements Source {}

        /// The rows of a query that somebody else reads.
        record Through(Query query, Reader reader, String alias) implements Source {}

        /// The rows of each of these queries.
        record Union(List<Query> queries, String alias) implements Source {}

        /// Literal rows: `VALUES`.
        record Values(List<List<Expr>> rows, String alias) implements Source {}

        /// Any other source: a join, GROUP, the excluded row of ON CONFLICT, and sources without rows of
        /// their own.
        record Other(List<Expr> parts, String alias) implements Source {}
    }

    /// Somebody who reads a query in FROM in place of the session.
    public sealed interface Reader {

        /// A function in FROM whose body is the query.
        record Caller(Expr.Call call) implements Reader {}

        /// A view.
        record View(long oid) implements Reader {}

        /// The arguments of a function, as the query around it sees them.
        default List<Expr> arguments() {
            return this instanceof Caller(var call) ? call.arguments() : List.of();
        }

        private Reader map(UnaryOperator<Expr> expressions) {
            return this instanceof Caller(var call)
                    ? new Caller((Expr.Call)
                            call.with(call.arguments().stream().map(expressions).toList()))
                    : this;
        }
    }

    /// Every expression that belongs to this query itself.
    public Stream<Expr> expressions() {
        var sourced = sources.stream().flatMap(source -> switch (source) {
            case Source.Functions(var calls, var ignored) -> calls.stream();
            case Source.Values(var rows, var ignored) -> rows.stream().flatMap(List::stream);
            case Source.Other(var parts, var ignored) -> parts.stream();
            case Source.Through(var ignored, var reader, var alias) -> reader.arguments().stream();
            case Source.Table _, Source.Derived _, Source.CommonUse _, Source.Union _ -> Stream.<Expr>empty();
        });
        var selected = targets.stream().map(Target::expression);
        var changed = change.stream().flatMap(Change::expressions);
        return Stream.of(sourced, on.stream(), where.stream(), selected, others.stream(), changed)
                .flatMap(part -> part);
    }

    /// The queries in FROM and WITH.
    public Stream<Query> queries() {
        var derived = sources.stream().flatMap(source -> switch (source) {
            case Source.Derived(var query, var ignored) -> Stream.of(query);
            case Source.Through(var query, var ignored, var alias) -> Stream.of(query);
            case Source.Union(var queries, var ignored) -> queries.stream();
            case Source.Table _, Source.CommonUse _, Source.Functions _, Source.Values _, Source.Other _ ->
                Stream.<Query>empty();
        });
        return Stream.concat(derived, commons.stream().map(Common::query));
    }

    /// The queries that insert, update or delete: this one, and those in its WITH.
    public Stream<Query> writes() {
        return Stream.concat(change.map(_ -> this).stream(), commons.stream().flatMap(common -> common.query.writes()));
    }

    /// The relation that it changes.
    ///
    /// @return its oid
    public Optional<Long> written() {
        return change.map(what -> sources.get(what.result() - 1))
                .flatMap(source ->
                        source instanceof Source.Table(var oid, var ignored) ? Optional.of(oid) : Optional.empty());
    }

    /// The tables that it reads itself.
    public Stream<Source.Table> tables() {
        return sources.stream()
                .flatMap(source -> source instanceof Source.Table table ? Stream.of(table) : Stream.empty());
    }

    /// The tables that it reads itself, and the views that stand in FROM by their queries.
    public Stream<Long> relations() {
        var views = sources.stream()
                .flatMap(source -> source instanceof Source.Through(var ignored, Reader.View(var oid), var alias)
                        ? Stream.of(oid)
                        : Stream.empty());
        return Stream.concat(tables().map(Source.Table::oid), views);
    }

    /// The query with other targets.
    public Query withTargets(List<Target> others) {
        return new Query(command, sources, on, where, others, this.others, shape, commons, change);
    }

    /// The query over other sources.
    public Query withSources(List<Source> others) {
        return new Query(command, others, on, where, targets, this.others, shape, commons, change);
    }

    /// The query of another shape.
    public Query withShape(Shape other) {
        return new Query(command, sources, on, where, targets, others, other, commons, change);
    }

    /// The query with other conditions of joins, all of which must hold.
    public Query joinedOn(List<Expr> conditions) {
        return new Query(command, sources, conditions, where, targets, others, shape, commons, change).whole();
    }

    /// The query with all rows that meet its conditions, as if outer joins were inner ones.
    private Query whole() {
        var plain = new Shape(shape.aggregates, shape.groups, false, shape.combined, List.of(), shape.multiplied);
        return new Query(command, sources, on, where, targets, List.of(), plain, commons, change);
    }

    /// The query with other common table expressions.
    public Query withCommons(List<Common> others) {
        return new Query(command, sources, on, where, targets, this.others, shape, others, change);
    }

    /// The query under a further condition.
    public Query and(Expr condition) {
        var both = where.<Expr>map(known -> new Expr.And(List.of(known, condition)));
        return new Query(
                command, sources, on, both.or(() -> Optional.of(condition)), targets, others, shape, commons, change);
    }

    /// The query under these conditions alone.
    public Query on(List<Expr> conditions) {
        var where = conditions.isEmpty() ? Optional.<Expr>empty() : Optional.<Expr>of(new Expr.And(conditions));
        return new Query(command, sources, List.of(), where, targets, others, shape, commons, change);
    }

    /// Whether it yields exactly one row, which consists of nothing but its targets: `(select f())`.
    public boolean isBare() {
        return command == Command.SELECT
                && sources.stream()
                        .allMatch(source -> source instanceof Source.Other(var parts, var ignored) && parts.isEmpty())
                && where.isEmpty()
                && others.isEmpty()
                && commons.isEmpty()
                && shape.equals(Shape.PLAIN);
    }

    /// The query with something else in place of each column of the queries around it.
    ///
    /// @param outer receives the number of levels between this query and the column's relation, from 1
    public Query replaceOuter(BiFunction<Integer, Expr.Column, Expr> outer) {
        return Rewriter.rewrite(
                this,
                (node, depth) -> node instanceof Expr.Column column && column.level() > depth
                        ? outer.apply(column.level() - depth, column)
                        : node);
    }

    /// The query over `arguments` in place of [Expr.Parameter]s.
    public Query bind(List<Expr> arguments) {
        return Rewriter.bind(this, arguments);
    }

    /// The query with something else in place of columns of its own relations.
    ///
    /// @param own receives the column as these relations see it; an empty result keeps it
    public Query replaceOwn(Function<Expr.Column, Optional<Expr>> own) {
        return Rewriter.rewrite(
                this,
                (node, depth) -> node instanceof Expr.Column column && column.level() == depth
                        ? own.apply(column.up(-depth))
                                .map(with -> Rewriter.shift(with, depth))
                                .orElse(node)
                        : node);
    }

    /// The query, in which some of its relations yield no rows of their own.
    ///
    /// @param places from 1
    public Query without(List<Integer> places) {
        var kept = new ArrayList<>(sources);
        places.forEach(place -> kept.set(place - 1, new Source.Other(List.of(), "")));
        return new Query(command, kept, on, where, targets, others, shape, commons, change);
    }

    /// An equivalent query in which sub-selects in FROM that are merely rows of tables are joined to it
    /// directly.
    public Query flattened() {
        var flat = this;
        for (var i = 0; i < sources.size(); i++) {
            if (!shape.outerJoin()
                    && flat.sources.get(i) instanceof Source.Derived(var inner, var alias)
                    && inner.flattened().isJoin()) {
                flat = flat.joined(i + 1, inner.flattened(), alias);
            }
        }
        return flat;
    }

    /// Whether it is merely rows of tables that meet conditions.
    private boolean isJoin() {
        return command == Command.SELECT
                && shape.equals(Shape.PLAIN)
                && others.isEmpty()
                && commons.isEmpty()
                && targets.stream().noneMatch(Target::junk);
    }

    /// The query with a sub-select joined to it directly.
    ///
    /// @param place of the sub-select in FROM
    private Query joined(int place, Query inner, String alias) {
        var offset = sources.size();
        var pulled = Rewriter.joined(inner, offset);
        var outputs = pulled.targets;
        var replaced = replaceOwn(
                column -> column.source() == place && column.number() >= 1 && column.number() <= outputs.size()
                        ? Optional.of(outputs.get(column.number() - 1).expression())
                        : Optional.empty());
        var all = new ArrayList<>(replaced.sources);
        all.set(place - 1, new Source.Other(List.of(), alias));
        all.addAll(pulled.sources);
        return new Query(
                command,
                all,
                Stream.of(replaced.on.stream(), pulled.on.stream(), pulled.where.stream())
                        .flatMap(part -> part)
                        .toList(),
                replaced.where,
                replaced.targets,
                replaced.others,
                shape,
                replaced.commons,
                replaced.change);
    }

    /// The query with another RETURNING.
    public Query withReturning(List<Target> returning) {
        return new Query(
                command,
                sources,
                on,
                where,
                targets,
                others,
                shape,
                commons,
                change.map(what -> new Change(what.result, returning, what.conflict, what.actions)));
    }

    /// The query, and those within FROM and WITH, over other sources.
    Query map(UnaryOperator<Source> others) {
        var whole = map(UnaryOperator.identity(), query -> query.map(others));
        return new Query(
                command,
                whole.sources.stream().map(others).toList(),
                on,
                where,
                targets,
                this.others,
                shape,
                whole.commons,
                change);
    }

    /// The query over other expressions, and over other queries in FROM and WITH.
    public Query map(UnaryOperator<Expr> expressions, UnaryOperator<Query> queries) {
        return new Query(
                command,
                sources.stream()
                        .map(source -> map(source, expressions, queries))
                        .toList(),
                on.stream().map(expressions).toList(),
                where.map(expressions),
                mapped(targets, expressions),
                others.stream().map(expressions).toList(),
                shape,
                commons.stream()
                        .map(common -> new Common(common.name, queries.apply(common.query)))
                        .toList(),
                change.map(what -> what.map(expressions)));
    }

    private static List<Target> mapped(List<Target> targets, UnaryOperator<Expr> expressions) {
        return targets.stream()
                .map(target -> new Target(expressions.apply(target.expression), target.name, target.junk))
                .toList();
    }

    private static Source map(Source source, UnaryOperator<Expr> expressions, UnaryOperator<Query> queries) {
        return switch (source) {
            case Source.Derived(var query, var alias) -> new Source.Derived(queries.apply(query), alias);
            case Source.Functions(var calls, var alias) ->
                new Source.Functions(calls.stream().map(expressions).toList(), alias);
            case Source.Values(var rows, var alias) ->
                new Source.Values(
                        rows.stream()
                                .map(row -> row.stream().map(expressions).toList())
                                .toList(),
                        alias);
            case Source.Other(var parts, var alias) ->
                new Source.Other(parts.stream().map(expressions).toList(), alias);
            case Source.Through(var query, var reader, var alias) ->
                new Source.Through(queries.apply(query), reader.map(expressions), alias);
            case Source.Union(var united, var alias) ->
                new Source.Union(united.stream().map(queries).toList(), alias);
            case Source.Table table -> table;
            case Source.CommonUse use -> use;
        };
    }
}
