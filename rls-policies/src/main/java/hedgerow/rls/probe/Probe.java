package hedgerow.rls.probe;

import hedgerow.rls.catalog.Catalog;
import hedgerow.rls.catalog.Role;
import hedgerow.rls.logic.Settings;
import hedgerow.rls.prove.LiveStage;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import java.util.stream.Stream;

/// Attacks a database as each login and each role that it can become.
///
/// Rows of two near-identical tenants are made first. A read leaks if its result differs when the other
/// tenant's rows exist; a write leaks if rows of others are changed, gone or new.
public final class Probe {

    /// The largest live database, in bytes of all tables.
    private static final long LARGEST = 64L << 20;

    private static final String SIZE = """
        select coalesce(sum(pg_catalog.pg_table_size(oid)), 0)
          from pg_catalog.pg_class
         where relkind in ('r', 'm') and relnamespace::regnamespace::text !~ '^(pg_|information_schema$)'
        """;

    private final Connection stage;
    private final Ground ground;
    private final ProbeOptions options;
    private final Consumer<String> progress;
    private final List<Results> results = new ArrayList<>();
    private final List<Regression.Group> held = new ArrayList<>();
    private final Set<String> risks = new LinkedHashSet<>();
    private final Set<String> assumptions = new LinkedHashSet<>();
    private final List<String> gaps;

    private Probe(Connection stage, Ground ground, ProbeOptions options, Consumer<String> progress) {
        this.stage = stage;
        this.ground = ground;
        this.options = options;
        this.progress = progress;
        this.gaps = new ArrayList<>(ground.model().catalog().gaps());
    }

    /// Attacks in one transaction, in which the session becomes each login: as if it had logged in if the
    /// stage is a superuser's, and by SET ROLE otherwise.
    ///
    /// @param stage in a transaction of a role that no policy binds and that may become any role. Rows are
    ///     made there, and the database's own triggers and functions run; all effects are undone
    /// @param progress gets a line for each stage
    /// @throws SQLException if the connection fails
    public static Attempts run(
            Connection stage, Catalog catalog, Settings settings, ProbeOptions options, Consumer<String> progress)
            throws SQLException {
        var before = stage.setSavepoint();
        try {
            var probe = new Probe(stage, Ground.of(stage, catalog, settings, options), options, progress);
            probe.onStage(probe.roles());
            return probe.attempts();
        } finally {
            if (!stage.isClosed()) {
                stage.rollback(before);
            }
        }
    }

    /// Attacks a scratch database through real logins, in a transaction each that is rolled back.
    ///
    /// @param stage of a role that no policy binds, that may become any role, and that may make a schema.
    ///     Functions are committed there, and dropped at the end
    /// @param logins for each login of the catalog
    /// @throws SQLException if a connection fails
    public static Attempts run(
            Connection stage,
            Logins logins,
            Catalog catalog,
            Settings settings,
            ProbeOptions options,
            Consumer<String> progress)
            throws SQLException {
        var probe = new Probe(stage, Ground.of(stage, catalog, settings, options), options, progress);
        if (!probe.ground.entrants().tenants().isEmpty()) {
            // Both tenants act in one transaction there, which no login can do for another.
            probe.onStage(probe.roles());
            probe.rollBack();
            return probe.attempts();
        }
        try (var hands = Stagehands.on(stage, catalog, probe.ground.ownership().all(), probe.ground.marks())) {
            probe.throughLogins(logins, hands);
        }
        return probe.attempts();
    }

    /// The reasons against attacks on a live database, even if they are rolled back.
    ///
    /// @param roles oids of the attackers
    /// @return one line each; empty if there are none
    public static List<String> hindrances(Connection connection, Collection<Long> roles) throws SQLException {
        var hindrances = new ArrayList<>(LiveStage.hindrances(connection, roles));
        try (var statement = connection.createStatement();
                var row = statement.executeQuery(SIZE)) {
            row.next();
            if (row.getLong(1) > LARGEST) {
                hindrances.add(
                        "its tables take %d MB, and each attack reads all of them".formatted(row.getLong(1) >> 20));
            }
        }
        return hindrances;
    }

    private List<Role> roles() {
        return ground.entrants().roles().stream()
                .filter(role ->
                        options.asksRole(role.name()) && ground.entrants().isAsked(role))
                .toList();
    }

    private Attempts attempts() {
        return new Attempts(
                Results.cells(results, options),
                Stream.of(
                                Assumptions.LINES.stream(),
                                assumptions.stream(),
                                Stream.of("Rows follow from seed %d.".formatted(options.seed())))
                        .flatMap(each -> each)
                        .toList(),
                List.copyOf(risks),
                gaps.stream().distinct().toList(),
                new Regression(held));
    }

    private void onStage(List<Role> roles) throws SQLException {
        onStage(roles, options.fuzz());
    }

    private void onStage(List<Role> roles, long share) throws SQLException {
        raid(stage, isSuperuser() ? new Entry.Superuser() : new Entry.Member(), Optional.empty(), roles, share);
    }

    private boolean isSuperuser() throws SQLException {
        if (stage.isClosed()) {
            return false;
        }
        try (var statement = stage.createStatement();
                var row = statement.executeQuery("select current_setting('is_superuser')::boolean")) {
            row.next();
            return row.getBoolean(1);
        }
    }

    private void throughLogins(Logins logins, Stagehands hands) throws SQLException {
        var left = new ArrayList<Role>();
        var logged = byLogin(left);
        var share = share(logged.size() + (left.isEmpty() ? 0 : 1));
        for (var each : logged.entrySet()) {
            var login = each.getKey();
            progress.accept("logging in as " + login.name());
            var session = open(logins, login);
            if (session.isEmpty()) {
                left.addAll(each.getValue());
                continue;
            }
            try (var connection = session.get()) {
                raid(connection, new Entry.Login(login, hands), Optional.of(login), each.getValue(), share);
            }
        }
        if (!left.isEmpty()) {
            onStage(left.stream().distinct().toList(), share);
            rollBack();
        }
    }

    private void rollBack() throws SQLException {
        if (!stage.isClosed()) {
            stage.rollback();
        }
    }

    /// The number of random statements of one login: the same for each.
    private long share(int sessions) {
        return Math.ceilDiv(options.fuzz(), Math.max(1, sessions));
    }

    private Optional<Connection> open(Logins logins, Role login) {
        if (!login.login()) {
            // Such as the role that a gateway switches to.
            assumptions.add("%s may not log in, and was played by SET ROLE.".formatted(login.name()));
            return Optional.empty();
        }
        try {
            var session = logins.open(login.name());
            session.setAutoCommit(false);
            try (var statement = session.createStatement()) {
                statement.execute("set transaction read write");
            }
            return Optional.of(session);
        } catch (SQLException e) {
            gaps.add("%s could not log in, and was played by SET ROLE: %s".formatted(login.name(), Arena.line(e)));
            return Optional.empty();
        }
    }

    /// The roles by login.
    ///
    /// @param left gets the roles that no login can become
    private Map<Role, List<Role>> byLogin(List<Role> left) {
        var all = new LinkedHashMap<Role, List<Role>>();
        for (var role : roles()) {
            var from = ground.entrants().of(role);
            from.forEach(
                    login -> all.computeIfAbsent(login, _ -> new ArrayList<>()).add(role));
            if (from.isEmpty()) {
                left.add(role);
            }
        }
        return all;
    }

    private void raid(Connection session, Entry entry, Optional<Role> login, List<Role> roles, long share)
            throws SQLException {
        var arena = new Arena(session, entry, options.timeout().toMillis() + "ms");
        var raid = new Raid(arena, ground, login, options, share, progress);
        results.add(raid.run(roles));
        gaps.addAll(raid.gaps());
        risks.addAll(raid.risks());
        assumptions.addAll(raid.assumptions());
        held.add(raid.held(login.map(Role::name).orElse("all logins")));
    }
}
