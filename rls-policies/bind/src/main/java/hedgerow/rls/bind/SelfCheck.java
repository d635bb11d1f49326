package hedgerow.rls.bind;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import javax.sql.DataSource;
import org.postgresql.PGConnection;
import org.postgresql.jdbc.PreferQueryMode;

/// The check that an application makes before it serves its first tenant: row security binds its own login.
///
///     SelfCheck.reference().require(pool);
///     new SelfCheck(List.of("shop"), "shop_id").require(pool);
///
/// It sends two queries on one connection, as the login itself, and changes nothing.
///
/// @param schemas the schemas of the tenant tables
/// @param tenantColumn the column that holds the tenant of a row; a table that has it is a tenant table,
///     and so is the one whose key it refers to
public record SelfCheck(List<String> schemas, String tenantColumn) {

    private static final int OLDEST_SERVER = 15;
    private static final List<Integer> OLDEST_DRIVER = List.of(42, 7, 12);

    public SelfCheck {
        schemas = List.copyOf(schemas);
    }

    /// The check for the payments database.
    public static SelfCheck reference() {
        return new SelfCheck(List.of("app"), "organization_id");
    }

    /// A reason why the login may not serve.
    ///
    /// @param what the object, and what is wrong with it
    /// @param mend the remedy, as SQL where possible
    public record Problem(String what, String mend) {}

    /// Throws unless the login may serve.
    ///
    /// @param source the data source under [TenantDataSource], or that itself
    /// @throws IllegalStateException if there is any problem; its message lists all of them, each with its
    ///     remedy
    public void require(DataSource source) throws SQLException {
        requireNone(problems(source));
    }

    /// Throws if there are problems.
    ///
    /// @throws IllegalStateException if there is any problem, as [#require] does
    public static void requireNone(List<Problem> problems) {
        if (!problems.isEmpty()) {
            throw new IllegalStateException(problems.stream()
                    .map(problem -> "\n  " + problem.what() + "\n    fix: " + problem.mend())
                    .collect(Collectors.joining("", "this login must not serve tenants:", "")));
        }
    }

    /// All problems; none if the login may serve.
    public List<Problem> problems(DataSource source) throws SQLException {
        try (var connection = plain(source).getConnection()) {
            var problems = new ArrayList<Problem>();
            checkDriver(connection, problems);
            if (checkServer(connection, problems)) {
                checkDatabase(connection, problems);
                checkSettings(connection, problems);
            }
            return problems;
        }
    }

    /// The part of [#problems] that injected SQL can bring about while the application runs: settings
    /// stored on the role of the login, and row security turned off. One query over a small catalog, cheap
    /// enough for every readiness check.
    public static List<Problem> settingProblems(DataSource source) throws SQLException {
        try (var connection = plain(source).getConnection()) {
            var problems = new ArrayList<Problem>();
            checkSettings(connection, problems);
            return problems;
        }
    }

    private static DataSource plain(DataSource source) throws SQLException {
        return source.isWrapperFor(TenantDataSource.class)
                ? source.unwrap(TenantDataSource.class).source()
                : source;
    }

    private static void checkDriver(Connection connection, List<Problem> problems) throws SQLException {
        var version = connection.getMetaData().getDriverVersion();
        if (isOlder(version, OLDEST_DRIVER)) {
            problems.add(new Problem("the driver is pgJDBC " + version, "use 42.7.12 or later"));
        }
        if (connection.unwrap(PGConnection.class).getPreferQueryMode() == PreferQueryMode.SIMPLE) {
            problems.add(new Problem(TenantDataSource.SIMPLE, "remove it from the JDBC URL"));
        }
    }

    /// Whether a version is older, compared number by number; a version that does not consist of numbers
    /// counts as older.
    static boolean isOlder(String version, List<Integer> floor) {
        var numbers = Stream.of(version.split("\\."))
                .map(part -> part.matches("\\d{1,6}") ? Integer.parseInt(part) : -1)
                .toList();
        for (var i = 0; i < floor.size(); i++) {
            var number = i < numbers.size() ? numbers.get(i) : -1;
            if (number != floor.get(i)) {
                return number < floor.get(i);
            }
        }
        return false;
    }

    private static boolean checkServer(Connection connection, List<Problem> problems) throws SQLException {
        var version = connection.getMetaData().getDatabaseMajorVersion();
        if (version < OLDEST_SERVER) {
            problems.add(new Problem("the server is PostgreSQL " + version, "use 15 or later"));
        }
        return version >= OLDEST_SERVER;
    }

    private void checkDatabase(Connection connection, List<Problem> problems) throws SQLException {
        try (var query = connection.prepareStatement(sql("self_check.sql"))) {
            query.setArray(1, connection.createArrayOf("text", schemas.toArray()));
            query.setString(2, tenantColumn);
            add(query, problems);
        }
    }

    private static void checkSettings(Connection connection, List<Problem> problems) throws SQLException {
        try (var query = connection.prepareStatement(sql("setting_check.sql"))) {
            add(query, problems);
        }
    }

    private static void add(PreparedStatement query, List<Problem> problems) throws SQLException {
        try (var rows = query.executeQuery()) {
            while (rows.next()) {
                problems.add(new Problem(rows.getString("what"), rows.getString("mend")));
            }
        }
    }

    private static String sql(String name) {
        try (var in = SelfCheck.class.getResourceAsStream(name)) {
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
