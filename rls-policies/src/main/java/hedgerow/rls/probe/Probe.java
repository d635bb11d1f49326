package hedgerow.rls.probe;

import hedgerow.rls.catalog.Catalog;
import hedgerow.rls.catalog.Relation;
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
import java.util.TreeSet;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import java.util.function.Function;
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
    private final Share share;
    private final BooleanSupplier over;
    private final List<Results> results = new ArrayList<>();
    private final List<Regression.Group> held = new ArrayList<>();
    private final Set<String> risks = new TreeSet<>();
    private final Set<String> assumptions = new LinkedHashSet<>();
    private final List<String> gaps;
    private boolean scratch;

    private Probe(
            Connection stage,
            Ground ground,
            ProbeOptions options,
            Share share,
            BooleanSupplier over,
            Consumer<String> progress) {
        this.stage = stage;
        this.ground = ground;
        this.options = options;
        this.progress = progress;
        this.share = share;
        this.over = over;
        this.gaps = new ArrayList<>(ground.model().catalog().gaps());
    }

    private static Share share(Ground ground, int part, int parts) {
        var objects = Stream.concat(ground.ownership().attacked().stream(), ground.ownership().views().stream())
                .map(Relation::quoted)
                .toList();
        var roles = ground.entrants().roles().stream().map(Role::name).toList();
        return Share.of(part, parts, objects, roles);
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
        return run(List.of(new Theatre(stage, Optional.empty())), catalog, settings, options, progress);
    }

    /// Attacks as [#run(Connection, Catalog, Settings, ProbeOptions, Consumer)] does, in limited time.
    ///
    /// @param over whether the time is up: what is left could not be checked then
    static Attempts run(
            Connection stage,
            Catalog catalog,
            Settings settings,
            ProbeOptions options,
            BooleanSupplier over,
            Consumer<String> progress)
            throws SQLException {
        var ground = Ground.of(stage, catalog, settings, options);
        var probe = new Probe(stage, ground, options, share(ground, 0, 1), over, progress);
        probe.attack(Optional.empty());
        return attempts(List.of(probe), options);
    }

    /// Attacks equal databases at the same time, a share of the objects in each. The attempts are the same as
    /// those of a single one.
    ///
    /// @param theatres one or more, with the same object identifiers. Random statements are sent to the first
    /// @param progress gets a line for each stage, from one thread at a time
    /// @throws SQLException if a connection fails
    public static Attempts run(
            List<Theatre> theatres, Catalog catalog, Settings settings, ProbeOptions options, Consumer<String> progress)
            throws SQLException {
        var parts = options.fuzz() > 0 ? 1 : theatres.size();
        Consumer<String> inTurn = line -> {
            synchronized (theatres) {
                progress.accept(line);
            }
        };
        var probes = Parallel.of(parts, part -> {
            var theatre = theatres.get(part);
            var ground = Ground.of(theatre.stage(), catalog, settings, options);
            var probe = new Probe(theatre.stage(), ground, options, share(ground, part, parts), () -> false, inTurn);
            probe.attack(theatre.logins());
            return probe;
        });
        return attempts(probes, options);
    }

    private void attack(Optional<LoginSource> logins) throws SQLException {
        scratch = logins.isPresent();
        if (logins.isEmpty()) {
            onStageAlone();
        } else if (!ground.entrants().tenants().isEmpty()) {
            // Both tenants act in one transaction there, which no login can do for another.
            onStage(roles());
            rollBack();
        } else {
            var catalog = ground.model().catalog();
            try (var hands = Stagehands.on(stage, catalog, ground.ownership().all(), ground.marks())) {
                throughLogins(logins.get(), hands);
            }
        }
    }

    private void onStageAlone() throws SQLException {
        var before = stage.setSavepoint();
        try {
            onStage(roles());
        } finally {
            if (!stage.isClosed()) {
                stage.rollback(before);
            }
        }
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

    private static Attempts attempts(List<Probe> probes, ProbeOptions options) {
        return new Attempts(
                Results.cells(all(probes, probe -> probe.results), options),
                Stream.of(
                                Assumptions.LINES.stream(),
                                all(probes, probe -> probe.assumptions).stream(),
                                Stream.of("Rows follow from seed %d.".formatted(options.seed())))
                        .flatMap(each -> each)
                        .distinct()
                        .toList(),
                List.copyOf(new TreeSet<>(all(probes, probe -> probe.risks))),
                all(probes, probe -> probe.gaps).stream().distinct().toList(),
                new Regression(all(probes, probe -> probe.held)));
    }

    private static <T> List<T> all(List<Probe> probes, Function<Probe, Collection<T>> of) {
        return probes.stream().flatMap(probe -> of.apply(probe).stream()).toList();
    }

    private void onStage(List<Role> roles) throws SQLException {
        onStage(roles, options.fuzz());
    }

    private void onStage(List<Role> roles, long statements) throws SQLException {
        raid(
                stage,
                isSuperuser(stage) ? new Entry.Superuser() : new Entry.Member(),
                Optional.empty(),
                roles,
                statements);
    }

    static boolean isSuperuser(Connection stage) throws SQLException {
        if (stage.isClosed()) {
            return false;
        }
        try (var statement = stage.createStatement();
                var row = statement.executeQuery("select current_setting('is_superuser')::boolean")) {
            row.next();
            return row.getBoolean(1);
        }
    }

    private void throughLogins(LoginSource logins, Stagehands hands) throws SQLException {
        var left = new ArrayList<Role>();
        var logged = byLogin(left);
        var statements = statements(logged.size() + (left.isEmpty() ? 0 : 1));
        for (var each : logged.entrySet()) {
            var login = each.getKey();
            progress.accept("logging in as " + login.name());
            var session = open(logins, login);
            if (session.isEmpty()) {
                left.addAll(each.getValue());
                continue;
            }
            try (var connection = session.get()) {
                raid(connection, new Entry.Login(login, hands), Optional.of(login), each.getValue(), statements);
            }
        }
        if (!left.isEmpty()) {
            onStage(left.stream().distinct().toList(), statements);
            rollBack();
        }
    }

    private void rollBack() throws SQLException {
        if (!stage.isClosed()) {
            stage.rollback();
        }
    }

    /// The number of random statements of one login: the same for each.
    private long statements(int sessions) {
        return Math.ceilDiv(options.fuzz(), Math.max(1, sessions));
    }

    private Optional<Connection> open(LoginSource logins, Role login) {
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

    private void raid(Connection session, Entry entry, Optional<Role> login, List<Role> roles, long statements)
            throws SQLException {
        var arena = new Arena(session, entry, options.timeout().toMillis() + "ms", over);
        var own = options.fuzzing(statements, options.seed());
        var raid = new Raid(arena, ground, login, own, share, scratch, progress);
        results.add(raid.run(roles));
        gaps.addAll(raid.gaps());
        risks.addAll(raid.risks());
        assumptions.addAll(raid.assumptions());
        held.add(raid.held(login.map(Role::name).orElse("all logins")));
    }
}
