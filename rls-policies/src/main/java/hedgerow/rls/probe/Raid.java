package hedgerow.rls.probe;

import hedgerow.rls.catalog.Policy.Command;
import hedgerow.rls.catalog.Relation;
import hedgerow.rls.catalog.Role;
import hedgerow.rls.logic.SqlText;
import hedgerow.rls.prove.Claim;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import java.util.stream.Stream;

/// All attacks from one session: of one login, or of several roles that it can become.
final class Raid {

    private static final int MOST_SESSIONS_OF_NOBODY = 4;

    private static final String SEQUENCES = """
        select array[pg_catalog.format('alter sequence %I.%I restart with %s',
                                       schemaname, sequencename, coalesce(last_value + increment_by, start_value))]
          from pg_catalog.pg_sequences where not cycle order by schemaname, sequencename
        """;

    private final Arena arena;
    private final Ground ground;
    private final ProbeOptions options;
    private final Consumer<String> progress;
    private final Field field;
    private final Actors actors;
    private final Results results = new Results();
    private final Set<Long> shared;
    private final List<String> ownRows = new ArrayList<>();
    private final List<String> foreignRows = new ArrayList<>();
    private final List<Regression.Case> refused = new ArrayList<>();
    private final Oracles oracles;
    private final Share share;
    private final List<String> failures = new ArrayList<>();
    private final Map<String, Boolean> settable = new HashMap<>();
    private final boolean scratch;
    private List<String> restarts = List.of();
    private String allRows = "";

    /// A raid of one login.
    ///
    /// @param login whose session the arena's is; empty if it can become any
    /// @param share of the attacks that are its own
    /// @param scratch whether nobody else uses the database
    Raid(
            Arena arena,
            Ground ground,
            Optional<Role> login,
            ProbeOptions options,
            Share share,
            boolean scratch,
            Consumer<String> progress) {
        this.share = share;
        this.scratch = scratch;
        this.arena = arena;
        this.ground = ground;
        this.options = options;
        this.progress = progress;
        this.shared = ground.ownership().shared();
        var groups = new GroupValues(arena, ground);
        var maker = new RowMaker(arena, ground, groups);
        groups.with(maker);
        var truth = new Truth(arena, ground, groups);
        var seeds = new Seeds(arena, ground, maker, truth::owners);
        this.field = new Field(
                ground.model(),
                ground.tenancy(),
                ground.links(),
                groups,
                ground.hints(),
                truth,
                seeds,
                maker,
                ground.ownership().attacked(),
                ground.ownership().views());
        this.actors = new Actors(ground, groups, login);
        this.oracles = new Oracles(arena, field, share);
    }

    /// Runs all attacks. If they cannot go on, as in a session that the database's own code ended, nothing
    /// that is left could be checked.
    Results run(List<Role> roles) {
        try {
            return attack(roles);
        } catch (SQLException e) {
            roles.forEach(role -> leaveOpen(role, Arena.line(e)));
            return results;
        } finally {
            arena.leave();
        }
    }

    private Results attack(List<Role> roles) throws SQLException {
        arena.execute("set local search_path = pg_catalog, pg_temp");
        arena.execute("set local client_min_messages = notice");
        arena.becomeOneself();
        if (options.fuzz() > 0) {
            return fuzz(roles);
        }
        if (scratch) {
            restarts = restarts();
        }
        var bare = unset(roles);
        field.seeds().forget();
        field.truth().forget();
        field.groups().bind();
        arena.undone(() -> {
            bound(roles, !bare || hasMaterialized());
            return 0;
        });
        return results;
    }

    /// The tables for which no row could be made, and what else failed, one line each.
    List<String> gaps() {
        var unfilled = field.seeds().gaps().entrySet().stream()
                .map(gap -> "%s: no row could be made: %s"
                        .formatted(
                                ground.model()
                                        .catalog()
                                        .relation(gap.getKey())
                                        .map(Relation::quoted)
                                        .orElse("?"),
                                gap.getValue()));
        return Stream.concat(unfilled, failures.stream()).toList();
    }

    /// The tables whose rows exist only without their triggers, one sentence each.
    List<String> assumptions() {
        return field.seeds().untriggered().entrySet().stream()
                .map(each -> "Rows of %s were made without its triggers, which refused them: %s."
                        .formatted(each.getKey(), each.getValue()))
                .toList();
    }

    /// The facts that roles learn about other tenants although no claim is broken, one sentence each.
    Set<String> risks() {
        return oracles.found();
    }

    /// The attacks that held, as tests.
    ///
    /// @param name of the group
    Regression.Group held(String name) {
        var cases = new ArrayList<>(results.held());
        cases.addAll(refused);
        return new Regression.Group(name, ownRows, foreignRows, allRows, cases);
    }

    /// Notes the commands for which a role has no privilege, whichever tenant it is bound to.
    private void noteRefused(Role role, Actor actor) {
        var gates = ground.model().gates();
        for (var table : field.tables()) {
            if (!share.has(table.quoted())) {
                continue;
            }
            if (!gates.mayTruncate(role.oid(), table)) {
                refused.add(Regression.Case.refused(actor, table, "TRUNCATE", "truncate " + table.quoted()));
            }
            if (!gates.may(role.oid(), table, Command.DELETE)) {
                refused.add(Regression.Case.refused(actor, table, "DELETE", "delete from " + table.quoted()));
            }
            if (!gates.may(role.oid(), table, Command.SELECT)) {
                refused.add(Regression.Case.refused(actor, table, "SELECT", "select count(*) from " + table.quoted()));
            }
        }
    }

    // --- stages --------------------------------------------------------------------------------------------------

    /// The statements that give sequences back their first state, which no rollback does: rows must not depend
    /// on how many attacks ran before. They lock the sequences until the end.
    private List<String> restarts() throws SQLException {
        return arena.rows(SEQUENCES).stream().map(List::getFirst).toList();
    }

    /// Runs the attacks of sessions in which nothing was ever set. A setting that was once set in a session
    /// reads as the empty text from then on, so they come first, over rows that are made without any.
    ///
    /// @return whether all rows could be made with their triggers
    private boolean unset(List<Role> roles) throws SQLException {
        var looks = new ArrayList<Look>();
        arena.undone(() -> {
            progress.accept("making rows");
            arena.changeAll(restarts);
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
                var strike =
                        new Strike(arena, field, results, role.name(), shots, List.of(), List.of(), actorsOfNobody);
                guarded(strike::run, strike::leaveOpen);
            }
            for (var look : looks) {
                guarded(look::withAll, look::leaveOpen);
            }
            return 0;
        });
        arena.undone(() -> {
            refresh();
            for (var look : looks) {
                guarded(look::without, look::leaveOpen);
            }
            return 0;
        });
        looks.forEach(Look::judge);
        return field.seeds().gaps().isEmpty() && field.seeds().untriggered().isEmpty();
    }

    private void bound(List<Role> roles, boolean settled) throws SQLException {
        var looks = new ArrayList<Look>();
        progress.accept("making rows");
        arena.changeAll(restarts);
        field.truth().note(Optional.empty());
        plant(Party.SHARED, settled);
        plant(Party.OWN, settled);
        arena.undone(() -> {
            plant(Party.FOREIGN, settled);
            plant(Party.NEAR, settled);
            noteRows(settled);
            for (var role : roles) {
                progress.accept("attacking as " + role.name());
                var own = actors.bound(role, Actor.Kind.OWN);
                var foreign = actors.bound(role, Actor.Kind.FOREIGN);
                var unbound = Stream.of(Actor.Kind.EMPTY, Actor.Kind.MALFORMED)
                        .flatMap(kind -> some(actors.unbound(role, kind)))
                        .toList();
                var shots = shots(role);
                looks.add(new Look(arena, results, role.name(), shots, own, foreign, unbound));
                var strike = new Strike(arena, field, results, role.name(), shots, own, foreign, unbound);
                guarded(strike::run, strike::leaveOpen);
                own.stream()
                        .findFirst()
                        .filter(actor -> actor.grants().isEmpty())
                        .ifPresent(actor -> noteRefused(role, actor));
                guarded(
                        () -> oracles.ask(role, own, foreign),
                        reason -> failures.add(
                                "what %s learns beside rows could not be tried: %s".formatted(role.name(), reason)));
            }
            for (var look : looks) {
                guarded(look::withAll, look::leaveOpen);
            }
            climb(roles, settled);
            return 0;
        });
        arena.undone(() -> {
            // Materialized views hold what the last planter was shown, here without the other tenant's rows.
            carrying(Party.NEAR, settled && hasMaterialized(), this::refresh);
            for (var look : looks) {
                guarded(look::without, look::leaveOpen);
            }
            return 0;
        });
        looks.forEach(Look::judge);
    }

    private interface Part {
        void run() throws SQLException;
    }

    /// Runs a part of the attacks, whose error does not end the others.
    ///
    /// @param failed gets the error
    private void guarded(Part part, Consumer<String> failed) throws SQLException {
        try {
            arena.whole(() -> {
                part.run();
                return 0;
            });
        } catch (SQLException e) {
            failed.accept(arena.failed(e).reason());
        }
    }

    /// Notes that nothing about a role could be checked.
    private void leaveOpen(Role role, String reason) {
        var actor = new Actor(role, List.of(), role, Actor.Kind.OWN, 0, Map.of(), Map.of());
        field.objects()
                .filter(object -> field.isOpen(role, object, Command.SELECT))
                .flatMap(object -> Stream.of(Claim.values())
                        .map(claim -> Shot.read("any", object.quoted(), "SELECT", "table " + object.quoted())
                                .about(claim)))
                .filter(this::isAsked)
                .forEach(shot -> results.note(role.name(), shot, actor, new Results.Try.Error(reason)));
    }

    private Results fuzz(List<Role> roles) throws SQLException {
        var isOfRoles = !ground.entrants().tenants().isEmpty();
        var fuzz = new Fuzz(arena, field, ground.facts(), actors, options, isOfRoles, progress);
        return arena.undone(() -> {
            progress.accept("making rows");
            field.truth().note(Optional.empty());
            for (var party : List.of(Party.SHARED, Party.OWN, Party.FOREIGN, Party.NEAR)) {
                plant(party, true);
            }
            results.add(fuzz.run(roles, options.fuzz()));
            return results;
        });
    }

    private void noteRows(boolean settled) throws SQLException {
        ownRows.add("set constraints all deferred");
        ownRows.addAll(field.seeds().statements(Party.SHARED));
        ownRows.addAll(carried(Party.OWN, settled));
        foreignRows.addAll(carried(Party.FOREIGN, settled));
        foreignRows.addAll(carried(Party.NEAR, settled));
        allRows = field.truth().query();
    }

    private List<String> carried(Party party, boolean settled) throws SQLException {
        var statements = new ArrayList<String>();
        var carried = settled ? carried(party) : Map.<String, String>of();
        carried.forEach((name, value) ->
                statements.add("set local %s = %s".formatted(SqlText.setting(name), SqlText.quote(value))));
        statements.addAll(field.seeds().statements(party));
        carried.keySet().forEach(name -> statements.add("set local %s = ''".formatted(SqlText.setting(name))));
        return statements;
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
            if (!share.has(role)) {
                continue;
            }
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

    /// Makes the rows of a party.
    private void plant(Party party, boolean settled) throws SQLException {
        carrying(party, settled, () -> {
            field.seeds().fill(party, table -> isFilled(table, party));
            refresh();
        });
        field.truth().note(party == Party.SHARED ? Optional.empty() : Optional.of(party));
    }

    /// Runs a part with the identity of a party, which triggers may require.
    private void carrying(Party party, boolean settled, Part part) throws SQLException {
        var carried = settled && party != Party.SHARED ? carried(party) : Map.<String, String>of();
        for (var setting : carried.entrySet()) {
            arena.execute("set local %s = %s"
                    .formatted(SqlText.setting(setting.getKey()), SqlText.quote(setting.getValue())));
        }
        part.run();
        for (var setting : carried.keySet()) {
            arena.execute("set local %s = ''".formatted(SqlText.setting(setting)));
        }
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
        var role = ground.entrants().roles().stream().findFirst();
        return role.isEmpty()
                ? Map.of()
                : actors.bound(role.get(), kind).stream()
                        .findFirst()
                        .map(Actor::settings)
                        .map(settings -> {
                            var custom = new LinkedHashMap<>(settings);
                            custom.keySet().removeIf(name -> !name.contains(".") || !isSettable(name));
                            return (Map<String, String>) custom;
                        })
                        .orElse(Map.of());
    }

    /// Whether the server lets anybody set it: not a name that it takes for a mistake or keeps for itself.
    private boolean isSettable(String name) {
        return settable.computeIfAbsent(name, _ -> {
            try {
                return arena.undone(() -> {
                    arena.execute("set local %s = ''".formatted(SqlText.setting(name)));
                    return true;
                });
            } catch (SQLException e) {
                return false;
            }
        });
    }

    /// Whether there are materialized views; policies may bind REFRESH too.
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

    private boolean isAsked(Shot shot) {
        return options.asksObject(shot.object()) && share.has(shot.object());
    }

    private List<Shot> shots(Role role) throws SQLException {
        var shots = new ArrayList<Shot>();
        for (var attack : Attack.ALL) {
            guarded(
                    () -> attack.shots(field, role).stream()
                            .filter(this::isAsked)
                            .forEach(shots::add),
                    reason -> leaveOpen(role, reason));
        }
        return shots;
    }
}
