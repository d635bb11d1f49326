package hedgerow.rls.logic;

import hedgerow.rls.catalog.Catalog;
import hedgerow.rls.catalog.Function;
import hedgerow.rls.catalog.Relation;
import hedgerow.rls.expr.Expr;
import hedgerow.rls.expr.NormalForm;
import hedgerow.rls.expr.Query;
import hedgerow.rls.expr.Query.Reader;
import hedgerow.rls.expr.Query.Shape;
import hedgerow.rls.expr.Query.Source;
import hedgerow.rls.expr.Query.Target;
import hedgerow.rls.expr.Rewriter;
import hedgerow.rls.expr.Value;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/// Rewrites sub-selects so that they read tables: WITH, views and functions in FROM become sub-selects there,
/// UNION becomes a source with several queries, and an aggregate without GROUP BY becomes sub-selects that
/// find the rows that it counts.
///
/// The result has the same rows. Whatever has no such form stays as it is.
final class Expansion {

    private static final int DEEPEST = 6;
    private static final int MOST_JOINS = 16;

    /// The aggregates that are TRUE if some row is, and those that are FALSE if some row is.
    private static final Set<String> SOME = Set.of("bool_or");
    private static final Set<String> EVERY = Set.of("bool_and", "every");

    private static final String AGGREGATE = "AGGREF";

    private final Catalog catalog;
    private final Policies policies;
    private final Set<Long> open = new HashSet<>();

    Expansion(Catalog catalog, Policies policies) {
        this.catalog = catalog;
        this.policies = policies;
    }

    /// The expression with every sub-select expanded.
    Expr expand(Expr expr) {
        var children = expr.children().stream().map(this::expand).toList();
        var whole = children.isEmpty() ? expr : expr.with(children);
        return switch (whole) {
            case Expr.Subquery(var kind, var test, var query, var type) ->
                new Expr.Subquery(kind, test, expand(query), type);
            case Expr.Inlined(var call, var body) ->
                new Expr.Inlined(
                        (Expr.Call) call.with(
                                call.arguments().stream().map(this::expand).toList()),
                        body);
            default -> whole;
        };
    }

    Query expand(Query query) {
        if (query.command() != Query.Command.SELECT) {
            return query;
        }
        var named = withoutNames(query);
        var inside = laterally(named).map(this::expand, this::expand);
        var read = inside.withSources(inside.sources().stream().map(this::read).toList());
        return aggregated(grouped(united(read))).flattened();
    }

    /// Whether a sub-select itself, apart from those within it, is already as it would become.
    boolean isExpanded(Query query) {
        return query.commons().isEmpty()
                && query.shape()
                        .equals(new Shape(
                                false,
                                false,
                                query.shape().limits(),
                                Query.Combined.NONE,
                                query.shape().outer(),
                                false))
                && query.sources().stream().allMatch(source -> switch (source) {
                    case Source.Table(var oid, var ignored) ->
                        catalog.relation(oid)
                                .filter(relation -> relation.kind() == Relation.Kind.VIEW)
                                .isEmpty();
                    case Source.Derived(var inner, var ignored) -> isExpanded(inner);
                    case Source.Through(var inner, var reader, var ignored) -> isExpanded(inner);
                    case Source.Union(var queries, var ignored) ->
                        queries.stream().allMatch(this::isExpanded);
                    case Source.Functions _, Source.CommonUse _ -> false;
                    case Source.Values _, Source.Other _ -> true;
                });
    }

    // --- WITH ----------------------------------------------------------------------------------------------------

    /// The query with the queries of its WITH in FROM, except recursive ones, and ones that write.
    private static Query withoutNames(Query query) {
        if (query.commons().isEmpty()) {
            return query;
        }
        var left = new LinkedHashSet<String>();
        query.commons().forEach(common -> left.add(common.name()));
        var known = new LinkedHashMap<String, Query>();
        for (var common : query.commons()) {
            var body = Rewriter.resolved(common.query(), 1, known);
            if (body.command() == Query.Command.SELECT && !Rewriter.uses(body, 1, left)) {
                known.put(common.name(), body);
                left.remove(common.name());
            }
        }
        return Rewriter.resolved(query, 0, known)
                .withCommons(query.commons().stream()
                        .filter(common -> left.contains(common.name()))
                        .toList());
    }

    // --- functions that return rows ------------------------------------------------------------------------------

    /// The query with a function among its targets that returns rows in FROM instead, if it is the only one.
    private Query laterally(Query query) {
        if (!query.shape().multiplied()) {
            return query;
        }
        var calls = query.targets().stream()
                .flatMap(target -> sets(target.expression()).stream())
                .toList();
        if (calls.size() != 1 || query.shape().groups() || query.shape().aggregates()) {
            return query;
        }
        var call = calls.getFirst();
        var sources = new ArrayList<>(query.sources());
        sources.add(new Source.Functions(List.of(call), ""));
        var column = new Expr.Column(0, sources.size(), isScalar(call) ? 1 : 0, Optional.empty(), "", "", call.type());
        return query.withSources(sources)
                .withTargets(query.targets().stream()
                        .map(target ->
                                new Target(replaced(target.expression(), call, column), target.name(), target.junk()))
                        .toList())
                .withShape(query.shape().single());
    }

    private List<Expr> sets(Expr expr) {
        if (isSet(expr)) {
            return List.of(expr);
        }
        return expr.children().stream().flatMap(child -> sets(child).stream()).toList();
    }

    private boolean isSet(Expr expr) {
        return call(expr)
                .flatMap(call -> catalog.function(call.function()))
                .filter(Function::returnsSet)
                .isPresent();
    }

    private static Optional<Expr.Call> call(Expr expr) {
        return switch (expr) {
            case Expr.Call call -> Optional.of(call);
            case Expr.Inlined(var call, var ignored) -> Optional.of(call);
            default -> Optional.empty();
        };
    }

    private static Expr replaced(Expr expr, Expr part, Expr by) {
        return expr == part
                ? by
                : expr.children().isEmpty()
                        ? expr
                        : expr.with(expr.children().stream()
                                .map(child -> replaced(child, part, by))
                                .toList());
    }

    private boolean isScalar(Expr expr) {
        return call(expr)
                .flatMap(call -> catalog.function(call.function()))
                .filter(this::isScalar)
                .isPresent();
    }

    private boolean isScalar(Function function) {
        return function.arguments().stream().noneMatch(Function.Argument::output)
                && catalog.type(function.returnType())
                        .filter(type -> type.kind() != 'c' && type.kind() != 'p')
                        .isPresent();
    }

    private Source read(Source source) {
        return switch (source) {
            case Source.Table(var oid, var alias) ->
                catalog.relation(oid)
                        .filter(relation -> relation.kind() == Relation.Kind.VIEW)
                        .flatMap(view -> read(view, alias))
                        .orElse(source);
            case Source.Functions(var calls, var alias) ->
                calls.size() == 1
                        ? rows(calls.getFirst(), alias)
                                .or(() -> row(calls.getFirst(), alias))
                                .orElse(source)
                        : source;
            case Source.Derived _,
                    Source.Through _,
                    Source.Union _,
                    Source.CommonUse _,
                    Source.Values _,
                    Source.Other _ -> source;
        };
    }

    private Optional<Source> read(Relation view, String alias) {
        if (open.size() >= DEEPEST || !open.add(view.oid())) {
            return Optional.empty();
        }
        var queries = policies.queries(view);
        var read = queries.size() == 1
                ? Optional.<Source>of(new Source.Through(
                        expand(policies.inline(queries.getFirst())), new Reader.View(view.oid()), alias))
                : Optional.<Source>empty();
        open.remove(view.oid());
        return read;
    }

    /// The one row of a function that returns no set of rows.
    private Optional<Source> row(Expr call, String alias) {
        return isScalar(call) && !isSet(call)
                ? Optional.of(new Source.Values(List.of(List.of(call)), alias))
                : Optional.empty();
    }

    /// The rows of a function in FROM.
    private Optional<Source> rows(Expr expr, String alias) {
        return call(expr)
                .flatMap(call -> isUnnest(call)
                        ? elements(call.arguments().getFirst(), alias)
                        : catalog.function(call.function())
                                .filter(Function::returnsSet)
                                .flatMap(function -> rows(function, call, alias)));
    }

    private boolean isUnnest(Expr.Call call) {
        return call.arguments().size() == 1 && Sessions.isBuiltin(policies.names(), call.function(), "unnest");
    }

    private Optional<Source> rows(Function function, Expr.Call call, String alias) {
        if (open.size() >= DEEPEST || !open.add(function.oid())) {
            return Optional.empty();
        }
        var body = policies.body(function.oid())
                .filter(queries -> queries.size() == 1)
                .map(List::getFirst)
                .filter(query -> query.command() == Query.Command.SELECT && isRowOf(function, query))
                .<Source>map(query -> new Source.Through(
                        expand(policies.inline(query)
                                .bind(call.arguments().stream()
                                        .map(argument -> Rewriter.shift(argument, 1))
                                        .toList())),
                        new Reader.Caller(call),
                        alias));
        open.remove(function.oid());
        return body;
    }

    /// Whether the targets of a function's query are the columns of its result, in this order.
    private boolean isRowOf(Function function, Query query) {
        var targets = query.targets().stream().filter(target -> !target.junk()).toList();
        var outputs = function.arguments().stream()
                .filter(Function.Argument::output)
                .map(Function.Argument::type)
                .toList();
        return !outputs.isEmpty()
                ? targets.stream()
                        .map(target -> target.expression().type())
                        .toList()
                        .equals(outputs)
                : isScalar(function)
                        ? targets.size() == 1 && targets.getFirst().expression().type() == function.returnType()
                        : targets.size() > 1
                                && IntStream.range(0, targets.size())
                                        .allMatch(i -> targets.get(i).expression() instanceof Expr.Column column
                                                && column.level() == 0
                                                && column.number() == i + 1);
    }

    // --- arrays --------------------------------------------------------------------------------------------------

    /// The elements of an array as rows.
    private Optional<Source> elements(Expr array, String alias) {
        return switch (array) {
            case Expr.Cast(var operand, var kind, var ignored)
            when kind == Expr.Cast.Kind.RELABEL || kind == Expr.Cast.Kind.COLLATE -> elements(operand, alias);
            case Expr.Inlined(var call, var body) ->
                elements(Rewriter.shift(body, 1), alias)
                        .map(inner -> new Source.Through(element(inner, array.type()), new Reader.Caller(call), alias));
            case Expr.Subquery(var kind, var ignored, var query, var type) ->
                kind == Expr.Subquery.Kind.ARRAY
                        ? Optional.of(new Source.Derived(query, alias))
                        : kind == Expr.Subquery.Kind.SCALAR && query.isBare()
                                ? elements(
                                        Rewriter.shift(
                                                query.targets().getFirst().expression(), -1),
                                        alias)
                                : Optional.empty();
            case Expr.Coalesce(var arguments, var ignored)
            when arguments.stream().skip(1).allMatch(Expansion::isEmpty) -> elements(arguments.getFirst(), alias);
            case Expr.Case(var subject, var whens, var otherwise, var ignored)
            when isOfRows(array) -> elements(whens.getFirst().result(), alias);
            case Expr.ArrayOf(var elements, var ignored) ->
                Optional.of(new Source.Values(elements.stream().map(List::of).toList(), alias));
            default -> Optional.empty();
        };
    }

    private Query element(Source source, long array) {
        var type = catalog.type(array).map(known -> known.elementType()).orElse(0L);
        var column = new Expr.Column(0, 1, 1, Optional.empty(), "", "", type);
        return select(List.of(source), column).flattened();
    }

    private static boolean isEmpty(Expr array) {
        return switch (NormalForm.bare(array)) {
            case Expr.ArrayOf(var elements, var ignored) -> elements.isEmpty();
            case Expr.Constant(Value.Array(var values), var ignored, var type) -> values.isEmpty();
            case Expr.Constant(Value.Null _, var ignored, var type) -> true;
            default -> false;
        };
    }

    /// Whether it is an array of the values of some rows, or NULL if there are none.
    private static boolean isOfRows(Expr array) {
        return array instanceof Expr.Case(var subject, var whens, var otherwise, var ignored)
                && subject.isEmpty()
                && otherwise.isEmpty()
                && whens.size() == 1
                && whens.getFirst().result() instanceof Expr.Subquery values
                && values.kind() == Expr.Subquery.Kind.ARRAY
                && whens.getFirst().condition() instanceof Expr.Subquery some
                && some.kind() == Expr.Subquery.Kind.EXISTS
                && some.query().withTargets(List.of()).equals(values.query().withTargets(List.of()));
    }

    // --- UNION ---------------------------------------------------------------------------------------------------

    /// The query with its set operations as one source. INTERSECT and EXCEPT have some rows of the first.
    private static Query united(Query query) {
        if (!query.shape().setOperation() || query.shape().combined() == Query.Combined.MIXED) {
            return query;
        }
        var ways = new ArrayList<Query>();
        var places = new ArrayList<Integer>();
        for (var i = 0; i < query.sources().size(); i++) {
            if (query.sources().get(i) instanceof Source.Derived(var way, var ignored)) {
                ways.add(way);
                places.add(i + 1);
            }
        }
        if (ways.isEmpty() || !ways.stream().allMatch(way -> isAlike(query, way, places.getFirst()))) {
            return query;
        }
        var narrows = query.shape().combined() == Query.Combined.NARROWING;
        var source = new Source.Union(narrows ? ways.subList(0, 1) : ways, "");
        var sources = new ArrayList<>(query.without(places).sources());
        sources.set(places.getFirst() - 1, source);
        var shape = query.shape().joined();
        return query.withSources(sources).withShape(narrows ? shape.limited() : shape);
    }

    /// Whether the query has the columns of one of its sources, with their types.
    private static boolean isAlike(Query query, Query way, int first) {
        var targets = way.targets().stream().filter(target -> !target.junk()).toList();
        return query.targets().stream()
                .filter(target -> !target.junk())
                .allMatch(target -> target.expression() instanceof Expr.Column column
                        && column.level() == 0
                        && column.source() == first
                        && column.number() >= 1
                        && column.number() <= targets.size()
                        && targets.get(column.number() - 1).expression().type() == column.type());
    }

    // --- joins ---------------------------------------------------------------------------------------------------

    /// The queries, merely rows of tables, among whose rows those of an expanded sub-select are, whoever reads
    /// them. Sources that are no tables are left out.
    static List<Query> joins(Query query) {
        var joins = List.of(query);
        for (var i = 0; i < query.sources().size(); i++) {
            var place = i;
            var sources = joined(query.sources().get(i));
            if (joins.size() * sources.size() <= MOST_JOINS) {
                joins = joins.stream()
                        .flatMap(join -> sources.stream().map(source -> {
                            var others = new ArrayList<>(join.sources());
                            others.set(place, source);
                            return join.withSources(others);
                        }))
                        .toList();
            }
        }
        return joins.stream().map(join -> withoutUnneeded(join).flattened()).toList();
    }

    /// The query without the sources that an outer join adds to rows that are there anyway.
    private static Query withoutUnneeded(Query query) {
        var used = Stream.concat(
                        query.where().stream(), query.targets().stream().map(Target::expression))
                .flatMap(Sessions::ownColumns)
                .map(Expr.Column::source)
                .collect(Collectors.toSet());
        var unneeded = query.shape().outer().stream()
                .filter(outer -> outer.nullable().stream().noneMatch(used::contains))
                .toList();
        var on = IntStream.range(0, query.on().size())
                .filter(i ->
                        unneeded.stream().noneMatch(outer -> outer.conditions().contains(i)))
                .mapToObj(query.on()::get)
                .toList();
        var places = unneeded.stream()
                .flatMap(outer -> outer.nullable().stream())
                .distinct()
                .toList();
        return query.without(places).joinedOn(on);
    }

    private static List<Source> joined(Source source) {
        var queries = switch (source) {
            case Source.Derived(var query, var ignored) -> List.of(query);
            case Source.Through(var query, var reader, var ignored) -> List.of(query);
            case Source.Union(var united, var ignored) -> united;
            case Source.Table _, Source.Functions _, Source.CommonUse _, Source.Values _, Source.Other _ ->
                List.<Query>of();
        };
        return queries.isEmpty()
                ? List.of(source instanceof Source.Table ? source : new Source.Other(List.of(), source.alias()))
                : queries.stream()
                        .flatMap(query -> joins(query).stream())
                        .<Source>map(query -> new Source.Derived(query, source.alias()))
                        .toList();
    }

    // --- aggregates ----------------------------------------------------------------------------------------------

    /// The query with the rows of which groups are made. Of those that HAVING leaves, there may be none.
    private static Query grouped(Query query) {
        var shape = query.shape();
        return shape.groups() && !shape.multiplied()
                ? query.withShape(
                        query.others().isEmpty()
                                ? shape.ungrouped()
                                : shape.ungrouped().limited())
                : query;
    }

    /// The one row of a query with aggregates and without GROUP BY.
    private Query aggregated(Query query) {
        var shape = query.shape();
        if (!shape.aggregates()
                || shape.groups()
                || shape.limits()
                || shape.multiplied()
                || !query.others().isEmpty()
                || !query.commons().isEmpty()) {
            return query;
        }
        var rows = Rewriter.shift(query, 1).withShape(shape.ungrouped());
        return select(List.of(), Expr.TRUE)
                .withTargets(query.targets().stream()
                        .filter(target -> !target.junk())
                        .map(target -> new Target(over(target.expression(), rows), target.name(), false))
                        .toList());
    }

    /// The value of an expression over aggregates.
    ///
    /// @param rows the rows that they are over, as seen from a sub-select in its place
    private Expr over(Expr expr, Query rows) {
        return switch (expr) {
            case Expr.Call call when isAggregate(call) -> aggregate(call, rows);
            case Expr.Column column when column.level() == 0 -> unknown(column.type());
            case Expr.Leaf leaf -> leaf;
            case Expr.Inlined(var call, var body) ->
                new Expr.Inlined(
                        (Expr.Call) call.with(call.arguments().stream()
                                .map(argument -> over(argument, rows))
                                .toList()),
                        over(body, rows));
            case Expr.Coalesce(var arguments, var ignored)
            when arguments.stream().skip(1).allMatch(Expansion::isEmptyArray)
                    && arguments.getFirst() instanceof Expr.Call call
                    && isNamed(call, Set.of("array_agg")) -> values(call, rows);
            default ->
                expr.children().isEmpty()
                        ? expr
                        : expr.with(expr.children().stream()
                                .map(child -> over(child, rows))
                                .toList());
        };
    }

    private static boolean isEmptyArray(Expr expr) {
        return !(NormalForm.bare(expr) instanceof Expr.Constant(Value.Null _, var ignored, var type)) && isEmpty(expr);
    }

    private boolean isAggregate(Expr.Call call) {
        return catalog.function(call.function())
                .filter(function -> function.kind() == Function.Kind.AGGREGATE)
                .isPresent();
    }

    private boolean isNamed(Expr.Call call, Set<String> names) {
        return isAggregate(call)
                && names.stream().anyMatch(name -> Sessions.isBuiltin(policies.names(), call.function(), name));
    }

    private Expr aggregate(Expr.Call call, Query rows) {
        var argument = call.arguments().stream().findFirst().map(Expansion::deeper);
        if (isNamed(call, Set.of("count"))) {
            var counted = argument.map(value -> rows.and(isKnown(value))).orElse(rows);
            var one = new Expr.Constant(Value.of(1), "", call.type());
            var some = new Expr.Extreme(true, List.of(one, unknown(call.type())), call.type());
            return choice(
                    List.of(new Expr.Case.When(exists(counted), some)),
                    Optional.of(new Expr.Constant(Value.of(0), "", call.type())),
                    call.type());
        }
        if (isNamed(call, SOME) || isNamed(call, EVERY)) {
            var decisive = isNamed(call, SOME) ? argument.orElseThrow() : new Expr.Not(argument.orElseThrow());
            var result = isNamed(call, SOME) ? Expr.TRUE : Expr.FALSE;
            var other = isNamed(call, SOME) ? Expr.FALSE : Expr.TRUE;
            return choice(
                    List.of(
                            new Expr.Case.When(exists(rows.and(decisive)), result),
                            new Expr.Case.When(exists(rows.and(isKnown(argument.orElseThrow()))), other)),
                    Optional.empty(),
                    call.type());
        }
        if (isNamed(call, Set.of("array_agg"))) {
            return choice(List.of(new Expr.Case.When(exists(rows), values(call, rows))), Optional.empty(), call.type());
        }
        return unknown(call.type());
    }

    /// An expression of a query as part of a sub-select over the same sources.
    private static Expr deeper(Expr expr) {
        return Rewriter.shift(select(List.of(), expr), 1).targets().getFirst().expression();
    }

    private static Query select(List<Source> sources, Expr target) {
        return new Query(
                Query.Command.SELECT,
                sources,
                List.of(),
                Optional.empty(),
                List.of(new Target(target, "", false)),
                List.of(),
                Shape.PLAIN,
                List.of(),
                Optional.empty());
    }

    private static Expr choice(List<Expr.Case.When> whens, Optional<Expr> otherwise, long type) {
        return new Expr.Case(Optional.empty(), whens, otherwise, type);
    }

    private static Expr isKnown(Expr value) {
        return new Expr.NullTest(value, false, false);
    }

    private static Expr exists(Query rows) {
        return new Expr.Subquery(Expr.Subquery.Kind.EXISTS, Optional.empty(), rows.withTargets(List.of()), 16);
    }

    private static Expr values(Expr.Call call, Query rows) {
        var target = new Target(deeper(call.arguments().getFirst()), "", false);
        return new Expr.Subquery(
                Expr.Subquery.Kind.ARRAY, Optional.empty(), rows.withTargets(List.of(target)), call.type());
    }

    /// A value that depends on many rows.
    private static Expr unknown(long type) {
        return new Expr.Opaque(AGGREGATE, List.of(), type);
    }
}
