package hedgerow.rls.prove;

import hedgerow.rls.catalog.Catalog;
import hedgerow.rls.catalog.Function;
import hedgerow.rls.catalog.Grant;
import hedgerow.rls.catalog.Policy.Command;
import hedgerow.rls.catalog.Relation;
import hedgerow.rls.catalog.Role;
import hedgerow.rls.expr.Query;
import hedgerow.rls.expr.Walk;
import hedgerow.rls.logic.Model;
import hedgerow.rls.logic.Settings;
import hedgerow.rls.logic.Tenancy;
import java.sql.Connection;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/// A database at one moment, for the search for patches.
final class State {

    private final Model model;
    private final Tenancy tenancy;
    private final Bodies bodies;
    private final Conditions conditions;

    State(Connection connection, Catalog catalog, Settings settings) {
        this.bodies = new Bodies(connection, catalog, settings);
        this.model = Model.of(catalog, settings, bodies::value);
        this.tenancy = new Tenancy(model);
        this.conditions = new Conditions(model, tenancy);
    }

    Model model() {
        return model;
    }

    Tenancy tenancy() {
        return tenancy;
    }

    Conditions conditions() {
        return conditions;
    }

    Optional<Relation> relation(String quoted) {
        return model.catalog().relations().values().stream()
                .filter(relation -> relation.quoted().equals(quoted))
                .findFirst();
    }

    Optional<Function> function(String quoted) {
        return model.catalog().functions().values().stream()
                .filter(function -> function.quoted().equals(quoted))
                .findFirst();
    }

    /// The function of a trigger.
    ///
    /// @param name in the spelling of cells: `note on app.invoice`
    Optional<Function> triggered(String name) {
        return model.catalog().relations().values().stream()
                .flatMap(relation -> relation.triggers().stream()
                        .filter(trigger -> name.equals("%s on %s".formatted(trigger.quoted(), relation.quoted()))))
                .findFirst()
                .flatMap(trigger -> model.catalog().function(trigger.function()));
    }

    Optional<Role> role(String name) {
        return model.catalog().roles().values().stream()
                .filter(role -> role.name().equals(name))
                .findFirst();
    }

    /// The use of a table by a body.
    record Use(Relation table, Command command) {}

    /// The uses of tables by a body itself, if it can be read.
    ///
    /// @param table whose trigger runs it; empty for a function
    Optional<List<Use>> uses(Function function, Optional<Relation> table) {
        var body = table.map(on -> bodies.of(function, on)).orElseGet(() -> bodies.of(function));
        return body.missing().isPresent()
                ? Optional.empty()
                : Optional.of(body.ways().stream()
                        .flatMap(way -> way.steps().stream())
                        .flatMap(step -> Stream.concat(
                                Bodies.query(step).stream(),
                                Bodies.expressions(step).stream().flatMap(Walk::queries)))
                        .flatMap(State::within)
                        .flatMap(this::uses)
                        .distinct()
                        .toList());
    }

    private Stream<Use> uses(Query query) {
        var result = query.change().map(Query.Change::result).orElse(0);
        return IntStream.rangeClosed(1, query.sources().size())
                .boxed()
                .flatMap(place -> query.sources().get(place - 1) instanceof Query.Source.Table source
                        ? model.catalog().relation(source.oid()).stream()
                                .flatMap(table -> (place == result ? commands(query) : Stream.of(Command.SELECT))
                                        .map(command -> new Use(table, command)))
                        : Stream.of());
    }

    private static Stream<Command> commands(Query query) {
        return switch (query.command()) {
            case INSERT ->
                query.change().flatMap(Query.Change::conflict).isEmpty()
                        ? Stream.of(Command.INSERT)
                        : Stream.of(Command.INSERT, Command.UPDATE, Command.SELECT);
            case UPDATE -> Stream.of(Command.UPDATE, Command.SELECT);
            case DELETE -> Stream.of(Command.DELETE, Command.SELECT);
            default -> Stream.of(Command.INSERT, Command.UPDATE, Command.DELETE, Command.SELECT);
        };
    }

    /// The query, and all queries within it.
    static Stream<Query> within(Query query) {
        var nested = Stream.concat(query.queries(), query.expressions().flatMap(Walk::queries));
        return Stream.concat(Stream.of(query), nested.flatMap(State::within));
    }

    /// The roles that have a privilege by a grant that reaches one of these roles; the owner, who can grant
    /// it to itself again, is left out.
    List<String> holders(List<Grant> grants, long owner, Predicate<String> privilege, List<String> roles) {
        var reached = roles.stream()
                .flatMap(name -> role(name).stream())
                .map(Role::oid)
                .toList();
        return grants.stream()
                .filter(grant -> grant.grantee() != owner && privilege.test(grant.privilege()))
                .map(Grant::grantee)
                .distinct()
                .filter(grantee ->
                        reached.stream().anyMatch(role -> model.gates().roles().reaches(List.of(grantee), role)))
                .flatMap(this::grantee)
                .toList();
    }

    private Stream<String> grantee(long oid) {
        return oid == 0 ? Stream.of("public") : model.catalog().role(oid).map(Role::quoted).stream();
    }
}
