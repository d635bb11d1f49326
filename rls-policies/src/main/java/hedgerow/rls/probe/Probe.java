package hedgerow.rls.probe;

import hedgerow.rls.catalog.Catalog;
import hedgerow.rls.catalog.Relation;
import hedgerow.rls.catalog.Role;
import hedgerow.rls.logic.Model;
import hedgerow.rls.logic.Settings;
import hedgerow.rls.logic.Tenancy;
import hedgerow.rls.prove.Claim;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import java.util.stream.Stream;

/// Attacks a database as each login and all that it can become.
///
/// Rows of two near-identical tenants are made first. A read leaks if it differs once the other tenant's rows are
/// there; a write leaks if rows that are not the session's are changed, gone or new.
public final class Probe {

    private static final int MOST_SESSIONS_OF_NOBODY = 4;

    private final Arena arena;
    private final Model model;
    private final ProbeOptions options;
    private final Consumer<String> progress;
    private final Field field;
    private final Actors actors;
    private final Results results = new Results();
    private final Set<Long> shared;

    private Probe(Connection stage, Catalog catalog, Settings settings, ProbeOptions options, Consumer<String> progress)
            throws SQLException {
        this.options = options;
        this.progress = progress;
        this.arena = new Arena(stage, options.timeout().toMillis() + "ms");
        this.model = Model.of(catalog, settings, _ -> Optional.empty());
        var tenancy = new Tenancy(model);
        tenancy.alsoWritten(Ownership.writtenByTriggers(model));
        var links = new Links(model, tenancy);
        var facts = new Facts(stage);
        var samples = new Samples(catalog, facts);
        var hints = new Hints(model, tenancy, facts);
        var ownership = new Ownership(model, tenancy, links);
        this.shared = ownership.shared();
        var tenants = Actors.tenantRoles(model, tenancy, hints);
        var groups = new GroupValues(
                arena,
                catalog,
                links,
                samples,
                facts,
                Actors.stored(model, tenancy),
                tenants,
                table -> shared.contains(table.oid()));
        var maker = new RowMaker(arena, links, facts, samples, hints, groups, catalog::type);
        groups.with(maker);
        var truth = new Truth(arena, links, groups, tenancy, ownership.owned());
        var seeds = new Seeds(arena, catalog, links, hints, maker, ownership.all(), truth::owners);
        this.field = new Field(
                model, tenancy, links, groups, hints, truth, seeds, maker, ownership.attacked(), ownership.views());
        this.actors = new Actors(model, tenancy, samples, hints, groups, tenants);
    }

    /// @param stage in a transaction of a role that no policy binds and that may become any role. Rows are made there,
    ///     and the database's own triggers and functions run; all of it is undone
    /// @param progress gets a line for each stage
    /// @throws SQLException if the connection fails
    public static Attempts run(
            Connection stage, Catalog catalog, Settings settings, ProbeOptions options, Consumer<String> progress)
            throws SQLException {
        var before = stage.setSavepoint();
        try {
            return new Probe(stage, catalog, settings, options, progress).run();
        } finally {
            if (!stage.isClosed()) {
                stage.rollback(before);
            }
        }
    }

    private Attempts run() throws SQLException {
        arena.execute("set local search_path = pg_catalog, pg_temp");
        arena.execute("set local client_min_messages = notice");
        arena.becomeOneself();
        var roles = actors.roles().stream()
                .filter(role -> options.asksRole(role.name()))
                .toList();
        var bare = unset(roles);
        field.seeds().forget();
        field.truth().forget();
        arena.undone(() -> {
            bound(roles, !bare || hasMaterialized());
            return 0;
        });
        var gaps = new ArrayList<>(model.catalog().gaps());
        field.seeds()
                .gaps()
                .forEach((table, why) -> gaps.add("%s: no row could be made: %s"
                        .formatted(
                                model.catalog()
                                        .relation(table)
                                        .map(Relation::quoted)
                                        .orElse("?"),
                                why)));
        return new Attempts(results.cells(options), Assumptions.LINES, List.of(), gaps);
    }

    // --- stages --------------------------------------------------------------------------------------------------

    /// A setting that was set once in a session reads as the empty text from then on: sessions in which nothing was
    /// ever set come first, over rows that are made without any.
    ///
    /// @return whether all rows could be made
    private boolean unset(List<Role> roles) throws SQLException {
        var looks = new ArrayList<Look>();
        arena.undone(() -> {
            progress.accept("making rows");
            field.truth().note(Optional.empty());
            plant(Party.SHARED, false);
            plant(Party.OWN, false);
            plant(Party.FOREIGN, false);
            plant(Party.NEAR, false);
            for (var role : roles) {
                progress.accept("attacking as %s without an identity".formatted(role.name()));
                var actorsOfNobody =
                        some(actors.unbound(role, Actor.Kind.UNSET)).toList();
                var shots = shots(role);
                looks.add(new Look(arena, results, role.name(), shots, List.of(), List.of(), actorsOfNobody));
                new Strike(arena, field, results, role.name(), shots, List.of(), List.of(), actorsOfNobody).run();
            }
            for (var look : looks) {
                look.withAll();
            }
            return 0;
        });
        arena.undone(() -> {
            refresh();
            for (var look : looks) {
                look.without();
            }
            return 0;
        });
        looks.forEach(Look::judge);
        return field.seeds().gaps().isEmpty();
    }

    private void bound(List<Role> roles, boolean settled) throws SQLException {
        var looks = new ArrayList<Look>();
        progress.accept("making rows");
        field.truth().note(Optional.empty());
        plant(Party.SHARED, settled);
        plant(Party.OWN, settled);
        arena.undone(() -> {
            plant(Party.FOREIGN, settled);
            plant(Party.NEAR, settled);
            for (var role : roles) {
                progress.accept("attacking as " + role.name());
                var own = actors.bound(role, Actor.Kind.OWN);
                var foreign = actors.bound(role, Actor.Kind.FOREIGN);
                var unbound = Stream.of(Actor.Kind.EMPTY, Actor.Kind.MALFORMED)
                        .flatMap(kind -> some(actors.unbound(role, kind)))
                        .toList();
                var shots = shots(role);
                looks.add(new Look(arena, results, role.name(), shots, own, foreign, unbound));
                new Strike(arena, field, results, role.name(), shots, own, foreign, unbound).run();
            }
            for (var look : looks) {
                look.withAll();
            }
            climb(roles, settled);
            return 0;
        });
        for (var look : looks) {
            look.without();
        }
        looks.forEach(Look::judge);
    }

    private static Stream<Actor> some(List<Actor> sessions) {
        return sessions.stream().limit(MOST_SESSIONS_OF_NOBODY);
    }

    private void climb(List<Role> roles, boolean settled) throws SQLException {
        if (!options.asks(Claim.MEMBERSHIP_EARNED) || field.hints().trusted().isEmpty()) {
            return;
        }
        plant(Party.JUNIOR, settled);
        for (var role : roles) {
            progress.accept("joining the other tenant as " + role.name());
            new Climb(
                            arena,
                            field,
                            results,
                            role,
                            actors.bound(role, Actor.Kind.OWN),
                            actors.bound(role, Actor.Kind.JUNIOR),
                            actors.bound(role, Actor.Kind.FOREIGN))
                    .run();
        }
    }

    /// Makes the rows of a party. Triggers may want to know whose they are.
    private void plant(Party party, boolean settled) throws SQLException {
        var carried = settled && party != Party.SHARED ? carried(party) : Map.<String, String>of();
        for (var setting : carried.entrySet()) {
            arena.execute("set local %s = %s".formatted(Sql.setting(setting.getKey()), Sql.quote(setting.getValue())));
        }
        field.seeds().fill(party, table -> isFilled(table, party));
        refresh();
        for (var setting : carried.keySet()) {
            arena.execute("set local %s = ''".formatted(Sql.setting(setting)));
        }
        field.truth().note(party == Party.SHARED ? Optional.empty() : Optional.of(party));
    }

    private boolean isFilled(Relation table, Party party) {
        return switch (party) {
            case SHARED -> shared.contains(table.oid());
            case OWN, FOREIGN, NEAR -> !shared.contains(table.oid());
            case JUNIOR ->
                table.columns().stream()
                        .anyMatch(column -> field.links()
                                .anchor(new Links.At(table.oid(), column.number()))
                                .isPresent());
        };
    }

    private Map<String, String> carried(Party party) throws SQLException {
        var kind = party == Party.OWN ? Actor.Kind.OWN : Actor.Kind.FOREIGN;
        var role = actors.roles().stream().findFirst();
        return role.isEmpty()
                ? Map.of()
                : actors.bound(role.get(), kind).stream()
                        .findFirst()
                        .map(Actor::settings)
                        .map(settings -> {
                            var custom = new LinkedHashMap<>(settings);
                            custom.keySet().removeIf(name -> !name.contains("."));
                            return (Map<String, String>) custom;
                        })
                        .orElse(Map.of());
    }

    /// REFRESH may be bound by policies too.
    private boolean hasMaterialized() {
        return field.views().stream().anyMatch(view -> view.kind() == Relation.Kind.MATERIALIZED_VIEW);
    }

    private void refresh() throws SQLException {
        for (var view : field.views()) {
            if (view.kind() == Relation.Kind.MATERIALIZED_VIEW) {
                try {
                    arena.whole(() -> {
                        arena.execute("refresh materialized view " + view.quoted());
                        return 0;
                    });
                } catch (SQLException e) {
                    field.seeds().gaps().putIfAbsent(view.oid(), Arena.line(e));
                }
            }
        }
    }

    private List<Shot> shots(Role role) throws SQLException {
        var shots = new ArrayList<Shot>();
        for (var attack : Attack.ALL) {
            attack.shots(field, role).stream()
                    .filter(shot -> options.asksObject(shot.object()))
                    .forEach(shots::add);
        }
        return shots;
    }
}
