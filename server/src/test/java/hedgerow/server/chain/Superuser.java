package hedgerow.server.chain;

import hedgerow.mappers.TenantKey;
import hedgerow.rls.bind.BindCall;
import hedgerow.rls.bind.Tenant;
import hedgerow.rls.bind.TenantDataSource;
import hedgerow.sql.FirstColumn;
import hedgerow.sql.HedgerowDatabase;
import java.sql.SQLException;
import javax.sql.DataSource;
import org.postgresql.ds.PGSimpleDataSource;

/// The superuser of a test's database, who reads all rows, and changes those of a tenant bound to it, in sealed mode
/// without a token. Each call has a connection of its own, so that the server may die between two.
public final class Superuser {

    private final DataSource source;
    private final TenantDataSource bound;

    public Superuser(HedgerowDatabase database) {
        var simple = new PGSimpleDataSource();
        simple.setUrl(database.adminUrl().jdbc());
        this.source = simple;
        this.bound = TenantDataSource.over(simple, BindCall.plain());
    }

    /// The first value that a query returns.
    public String one(String sql) {
        try (var connection = source.getConnection()) {
            return FirstColumn.of(connection, sql).getFirst();
        } catch (SQLException e) {
            throw new IllegalStateException(e);
        }
    }

    public void run(String sql) throws SQLException {
        try (var connection = source.getConnection();
                var statement = connection.createStatement()) {
            statement.execute(sql);
        }
    }

    /// Runs statements in one transaction that is bound to a tenant.
    public void bound(TenantKey tenant, String statements) throws SQLException {
        var whom = Tenant.of(tenant.organization(), "system:test", tenant.livemode());
        try (var connection = bound.getConnection(whom)) {
            connection.setAutoCommit(false);
            try (var statement = connection.createStatement()) {
                for (var sql : statements.strip().split(";\\s*")) {
                    statement.execute(sql);
                }
            }
            connection.commit();
        }
    }
}
