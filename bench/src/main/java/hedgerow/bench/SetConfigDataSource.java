package hedgerow.bench;

import java.io.PrintWriter;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.SQLFeatureNotSupportedException;
import java.util.UUID;
import java.util.function.Supplier;
import java.util.logging.Logger;
import javax.sql.DataSource;

/// Begins a transaction on each connection that it lends, and sets the session variables there.
final class SetConfigDataSource implements DataSource {

    private static final String SET = """
        select set_config('app.organization_id', ?, true), set_config('app.actor', ?, true),
               set_config('app.role', 'owner', true), set_config('app.livemode', 'false', true)\
        """;

    private static final String CHECK = """
        select role from app.membership where organization_id = ?::uuid and user_id = ?::uuid and status = 'active'\
        """;

    private static final ScopedValue<UUID> TENANT = ScopedValue.newInstance();

    private final DataSource pool;
    private final boolean checks;

    /// A data source that sets the tenant by `set_config`.
    ///
    /// @param checks whether it reads the actor's membership in the tenant
    SetConfigDataSource(DataSource pool, boolean checks) {
        this.pool = pool;
        this.checks = checks;
    }

    <T> T with(UUID tenant, Supplier<T> work) {
        return ScopedValue.where(TENANT, tenant).call(work::get);
    }

    @Override
    public Connection getConnection() throws SQLException {
        var connection = pool.getConnection();
        try {
            connection.setAutoCommit(false);
            var tenant = TENANT.get().toString();
            set(connection, tenant);
            if (checks) {
                check(connection, tenant);
            }
            return connection;
        } catch (SQLException | RuntimeException e) {
            connection.close();
            throw e;
        }
    }

    private static void check(Connection connection, String tenant) throws SQLException {
        try (var statement = connection.prepareStatement(CHECK)) {
            statement.setString(1, tenant);
            statement.setString(2, tenant);
            try (var member = statement.executeQuery()) {
                if (!member.next()) {
                    throw new SQLException("no member", "28000");
                }
            }
        }
    }

    private static void set(Connection connection, String tenant) throws SQLException {
        try (var statement = connection.prepareStatement(SET)) {
            statement.setString(1, tenant);
            statement.setString(2, "user:" + tenant);
            statement.execute();
        }
    }

    @Override
    public Connection getConnection(String user, String password) throws SQLException {
        throw new SQLFeatureNotSupportedException();
    }

    @Override
    public PrintWriter getLogWriter() throws SQLException {
        return pool.getLogWriter();
    }

    @Override
    public void setLogWriter(PrintWriter out) throws SQLException {
        pool.setLogWriter(out);
    }

    @Override
    public void setLoginTimeout(int seconds) throws SQLException {
        pool.setLoginTimeout(seconds);
    }

    @Override
    public int getLoginTimeout() throws SQLException {
        return pool.getLoginTimeout();
    }

    @Override
    public Logger getParentLogger() throws SQLFeatureNotSupportedException {
        return pool.getParentLogger();
    }

    @Override
    public <T> T unwrap(Class<T> type) throws SQLException {
        return pool.unwrap(type);
    }

    @Override
    public boolean isWrapperFor(Class<?> type) throws SQLException {
        return pool.isWrapperFor(type);
    }
}
