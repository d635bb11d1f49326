package hedgerow.server;

import hedgerow.rls.bind.SelfCheck;
import hedgerow.rls.bind.Tenant;
import hedgerow.rls.bind.TenantDataSource;
import hedgerow.server.http.Log;
import hedgerow.server.http.Metrics;
import hedgerow.sql.DatabaseProblem;
import hedgerow.sql.DatabaseProblem.Code;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import javax.sql.DataSource;

/// The facts that a service finds out about its database before it serves it.
///
/// @param server its version
/// @param login that the service has
/// @param pooled whether a pooler stands between
/// @param sealed whether the database is in sealed mode and accepts the key
/// @param demo whether the demo data, with its [DemoKeys], is there
/// @param openDoors functions of PostgreSQL that the login may call although the service does not rely on
///     them
/// @param loginSettings settings that the login was given by `alter role ... set`
/// @param mail the kinds of e-mail that are sent, or the settings that are missing
public record Inspection(
        String server,
        String login,
        boolean pooled,
        boolean sealed,
        boolean demo,
        List<String> openDoors,
        List<String> loginSettings,
        String mail) {

    private static final String REFUSED = "28000";
    private static final String NO_SUCH_FUNCTION = "42883";

    /// The query for open doors: set_config() inside a query can change the tenant half-way through it;
    /// large objects have no row security.
    private static final String OPEN_DOORS = """
        select distinct proname from pg_catalog.pg_proc
         where pronamespace = 'pg_catalog'::regnamespace
           and (proname = 'set_config' or proname like 'lo\\_%' or proname in ('loread', 'lowrite'))
           and pg_catalog.has_function_privilege(oid, 'execute')
         order by proname
        """;

    /// Connects, reads, and disconnects.
    ///
    /// @throws DatabaseProblem if the database cannot be reached, or cannot be served safely
    public static Inspection of(ServiceSettings settings) {
        Log.adopt();
        Service.reach(settings.database());
        try (var metrics = new Metrics(false);
                var pool = Connections.pool(settings.database(), metrics, "hedgerow")) {
            return of(settings, pool, TenantDataSource.over(pool, Service.bindCall(settings.database())));
        }
    }

    /// Inspects a database. A login that row security does not bind is refused, and so is one that cannot
    /// be bound; and well-known keys open no real data.
    static Inspection of(ServiceSettings settings, DataSource pool, TenantDataSource bound) {
        try {
            requireFit(pool);
            var found = read(settings, pool);
            bind(bound);
            if (found.demo() && !settings.demo()) {
                throw unsafe(
                        "the demo data is in this database, and everybody knows its API keys",
                        "serve a database without it, or set `demo` to true where nobody else can connect");
            }
            return found;
        } catch (IllegalStateException e) {
            throw unsafe(e.getMessage(), "follow the fix under each, and start again");
        } catch (SQLException e) {
            throw unsafe("SQLSTATE " + e.getSQLState(), "read the database's log");
        }
    }

    /// Refuses an unfit login. Settings that the login has stored do not prevent the start, because one
    /// injected statement could store them: [Connections] and the bind take precedence over them, and
    /// [Readiness] reports them.
    static void requireFit(DataSource pool) throws SQLException {
        var problems = new ArrayList<>(SelfCheck.reference().problems(pool));
        problems.removeAll(SelfCheck.settingProblems(pool));
        SelfCheck.requireNone(problems);
    }

    private static Inspection read(ServiceSettings settings, DataSource pool) throws SQLException {
        try (var connection = pool.getConnection();
                var statement = connection.createStatement()) {
            if (!settings.database().isPooled()) {
                requireStartUpSettings(only(statement.executeQuery(
                        "select source from pg_catalog.pg_settings where name = 'statement_timeout'")));
            }
            return new Inspection(
                    connection.getMetaData().getDatabaseProductVersion(),
                    only(statement.executeQuery("select session_user")),
                    settings.database().isPooled(),
                    settings.database().bindKey().isPresent(),
                    DemoKeys.arePresent(connection),
                    texts(statement.executeQuery(OPEN_DOORS)),
                    texts(statement.executeQuery(Readiness.LOGIN_SETTINGS)),
                    settings.mail().summary(settings.credentialKey().isPresent()));
        }
    }

    /// Checks that the start-up settings took effect: a pooler that is configured to ignore them does so
    /// silently.
    private static void requireStartUpSettings(String source) {
        if (!source.equals("client")) {
            throw unsafe(
                    "the database does not get the settings that the service sends when it connects",
                    "set `pooler` to true if a pooler such as PgBouncer stands between");
        }
    }

    private static String only(ResultSet rows) throws SQLException {
        rows.next();
        return rows.getString(1);
    }

    private static List<String> texts(ResultSet rows) throws SQLException {
        var texts = Stream.<String>builder();
        while (rows.next()) {
            texts.add(rows.getString(1));
        }
        return texts.build().toList();
    }

    private static void bind(TenantDataSource bound) throws SQLException {
        try (var connection = bound.getConnection(Tenant.without("system:sign-in", false));
                var statement = connection.createStatement()) {
            statement.execute("select 1");
        } catch (SQLException e) {
            if (REFUSED.equals(e.getSQLState())) {
                throw unsafe(
                        "the database refuses to bind a session",
                        "set `bind-key` for a database in sealed mode, to a key that is not retired; leave it out for"
                                + " plain mode");
            } else if (NO_SUCH_FUNCTION.equals(e.getSQLState())) {
                throw unsafe("the schema is older than this service", "run `hedgerow migrate` on the database");
            }
            throw e;
        }
    }

    private static DatabaseProblem unsafe(String what, String hint) {
        return new DatabaseProblem(Code.UNSAFE_TO_SERVE, "not safe to serve", what, hint, null);
    }

    /// The advice on open doors; empty if there are none.
    public Optional<String> advice() {
        if (openDoors.isEmpty()) {
            return Optional.empty();
        }
        return Optional.of(
                sealed
                        ? "Sealed mode keeps tenants apart without them, but large objects belong to no tenant."
                                + " Ask whoever has superuser rights to revoke EXECUTE on them from PUBLIC."
                        : "SQL injected into the service could use them to change its tenant. Use sealed mode, which"
                                + " does not rely on them, or have a superuser revoke EXECUTE on them from PUBLIC.");
    }

    /// A summary for a terminal.
    @Override
    public String toString() {
        var lines = Stream.of(
                "server          PostgreSQL %s, %s".formatted(server, pooled ? "through a pooler" : "directly"),
                "login           %s; row security binds it".formatted(login),
                "mode            %s".formatted(sealed ? "sealed" : "plain"),
                "demo data       %s".formatted(demo ? "present; everybody knows its API keys" : "none"),
                "login settings  %s".formatted(names(loginSettings.stream().map(Readiness::name))),
                "e-mail          %s".formatted(mail),
                "open doors      %s".formatted(names(openDoors.stream().map("%s()"::formatted))));
        return Stream.concat(lines, advice().map("                "::concat).stream())
                .collect(Collectors.joining(System.lineSeparator()));
    }

    private static String names(Stream<String> names) {
        var text = names.collect(Collectors.joining(", "));
        return text.isEmpty() ? "none" : text;
    }
}
