package hedgerow.rls.bind;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import javax.sql.DataSource;
import org.postgresql.PGConnection;
import org.postgresql.jdbc.PreferQueryMode;

/// What an application makes sure of before it serves its first tenant: that row security binds its own login.
///
///     SelfCheck.reference().require(pool);
///     new SelfCheck(List.of("shop"), "shop_id").require(pool);
///
/// One statement on one connection, as the login itself. It asks what is, and changes nothing.
///
/// @param schemas where the tenant tables are
/// @param tenantColumn the column that says whose a row is; a table that has it is a tenant table, and so is the one
///     whose key it refers to
public record SelfCheck(List<String> schemas, String tenantColumn) {

    private static final int OLDEST_SERVER = 15;
    private static final List<Integer> OLDEST_DRIVER = List.of(42, 7, 12);

    public SelfCheck {
        schemas = List.copyOf(schemas);
    }

    /// For the payments database.
    public static SelfCheck reference() {
        return new SelfCheck(List.of("app"), "organization_id");
    }

    /// @param what is wrong
    /// @param mend what to do about it, where possible as SQL
    public record Problem(String what, String mend) {}

    /// @param source what [TenantDataSource] is laid over, or that itself
    /// @throws IllegalStateException if there is any problem; its message names all of them, and what mends each
    public void require(DataSource source) throws SQLException {
        var problems = problems(source);
        if (!problems.isEmpty()) {
            throw new IllegalStateException(problems.stream()
                    .map(problem -> "\n  " + problem.what() + "\n    fix: " + problem.mend())
                    .collect(Collectors.joining("", "this login must not serve tenants:", "")));
        }
    }

    /// Every problem; none if the login may serve.
    public List<Problem> problems(DataSource source) throws SQLException {
        var plain = source.isWrapperFor(TenantDataSource.class)
                ? source.unwrap(TenantDataSource.class).source()
                : source;
        try (var connection = plain.getConnection()) {
            var problems = new ArrayList<Problem>();
            checkDriver(connection, problems);
            if (checkServer(connection, problems)) {
                checkDatabase(connection, problems);
            }
            return problems;
        }
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

    /// Compares number by number; a version that is not made of numbers counts as older.
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
        try (var query = connection.prepareStatement(sql())) {
            query.setArray(1, connection.createArrayOf("text", schemas.toArray()));
            query.setString(2, tenantColumn);
            try (var rows = query.executeQuery()) {
                while (rows.next()) {
                    problems.add(new Problem(rows.getString("what"), rows.getString("mend")));
                }
            }
        }
    }

    private static String sql() {
        try (var in = SelfCheck.class.getResourceAsStream("self_check.sql")) {
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
