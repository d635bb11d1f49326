package hedgerow.rls.prove;

import hedgerow.rls.body.Body;
import hedgerow.rls.body.BodyReader;
import hedgerow.rls.body.Step;
import hedgerow.rls.body.Way;
import hedgerow.rls.catalog.Catalog;
import hedgerow.rls.catalog.Fault;
import hedgerow.rls.catalog.Function;
import hedgerow.rls.catalog.Relation;
import hedgerow.rls.expr.Expr;
import hedgerow.rls.expr.Query;
import hedgerow.rls.expr.Walk;
import hedgerow.rls.logic.CatalogNames;
import hedgerow.rls.logic.Policies;
import java.sql.Connection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Supplier;
import java.util.stream.Stream;

/// Bodies of functions and triggers, each read once.
final class Bodies {

    private final Catalog catalog;
    private final BodyReader reader;
    private final Map<Long, Body> functions = new HashMap<>();
    private final Map<List<Long>, Body> triggers = new HashMap<>();

    Bodies(Connection connection, Catalog catalog) {
        this.catalog = catalog;
        this.reader = new BodyReader(connection, catalog, new CatalogNames(catalog));
    }

    Body of(Function function) {
        return functions.computeIfAbsent(function.oid(), _ -> guarded(function, () -> reader.read(function)));
    }

    Body of(Function function, Relation table) {
        return triggers.computeIfAbsent(
                List.of(function.oid(), table.oid()), _ -> guarded(function, () -> reader.read(function, table)));
    }

    /// One body at which reading fails ends nothing.
    private static Body guarded(Function function, Supplier<Body> reading) {
        try {
            return reading.get();
        } catch (RuntimeException | StackOverflowError e) {
            return new Body(function, List.of(), List.of(), Optional.of("it cannot be read: " + Fault.line(e)));
        }
    }

    /// The queries that a function consists of, where its body is one expression or one query.
    Optional<List<Query>> expression(long oid) {
        return catalog.function(oid)
                .filter(function -> !function.schema().equals("pg_catalog")
                        && function.extension().isEmpty()
                        && List.of("sql", "plpgsql").contains(function.language()))
                .map(this::of)
                .filter(body -> body.missing().isEmpty() && body.ways().size() == 1)
                .flatMap(body -> returned(body.ways().getFirst()));
    }

    private static Optional<List<Query>> returned(Way way) {
        return way.steps().size() == 1
                        && way.steps().getFirst() instanceof Step.Return(var query, var kind)
                        && kind == Step.Kind.VALUE
                        && query.filter(it -> it.change().isEmpty()).isPresent()
                ? Optional.of(List.of(query.get()))
                : Optional.empty();
    }

    /// The first function that a step calls and that is not followed, although it may touch rows. One
    /// that is inlined is followed into its body.
    ///
    /// @param policies inline what can be
    Optional<String> unfollowed(Step step, Policies policies) {
        var inQueries = query(step).map(policies::inline).stream().flatMap(Walk::over);
        var alone = expressions(step).stream().map(policies::inline).flatMap(Walk::over);
        return Stream.concat(inQueries, alone)
                .flatMap(place -> place.node() instanceof Expr.Call call ? Stream.of(call.function()) : Stream.empty())
                .distinct()
                .flatMap(oid -> catalog.function(oid).stream())
                .filter(function -> touchesRows(function, new HashSet<>()))
                .map(Function::quoted)
                .findFirst();
    }

    private boolean touchesRows(Function function, Set<Long> open) {
        if (function.schema().equals("pg_catalog") || function.extension().isPresent() || !open.add(function.oid())) {
            return false;
        }
        var body = of(function);
        return body.missing().isPresent()
                || body.ways().stream().flatMap(way -> way.steps().stream()).anyMatch(step -> touchesRows(step, open));
    }

    private boolean touchesRows(Step step, Set<Long> open) {
        var queries = Stream.concat(
                query(step).stream().flatMap(Bodies::within),
                expressions(step).stream().flatMap(Walk::queries));
        var reads = queries.anyMatch(query -> query.tables().findAny().isPresent());
        return reads
                || Stream.concat(
                                query(step).stream().flatMap(Walk::over),
                                expressions(step).stream().flatMap(Walk::over))
                        .flatMap(place ->
                                place.node() instanceof Expr.Call call ? Stream.of(call.function()) : Stream.empty())
                        .flatMap(oid -> catalog.function(oid).stream())
                        .anyMatch(called -> touchesRows(called, open));
    }

    /// A query and all within it.
    private static Stream<Query> within(Query query) {
        return Stream.of(
                        Stream.of(query),
                        query.queries().flatMap(Bodies::within),
                        query.expressions().flatMap(Walk::queries))
                .flatMap(part -> part);
    }

    /// Every expression of a step.
    static List<Expr> expressions(Step step) {
        return switch (step) {
            case Step.Guard(var condition, var ignored) -> List.of(condition);
            case Step.Assign(var ignored, var value) -> List.of(value);
            default -> List.of();
        };
    }

    /// The query of a step.
    static Optional<Query> query(Step step) {
        return switch (step) {
            case Step.Into(var ignored, var query) -> Optional.of(query);
            case Step.Each(var ignored, var query) -> Optional.of(query);
            case Step.Perform(var query) -> Optional.of(query);
            case Step.Write(var query, var ignored) -> Optional.of(query);
            case Step.Return(var query, var ignored) -> query;
            case Step.Guard _, Step.Assign _, Step.Unknown _, Step.Raise _ -> Optional.empty();
        };
    }
}
