package hedgerow.server;

import hedgerow.sql.DatabaseUrl;
import java.sql.Connection;
import java.sql.SQLException;
import org.postgresql.ds.PGSimpleDataSource;

/// Connections whose first insert costs what the next ones do: a pool replaces its connections all day.
///
/// A server process begins with empty caches, and the first insert of an order reads some 2,300 pages of the
/// catalog. So each connection binds, and opens the tables that a payment writes and refers to, before anybody
/// waits for it: some 1,000 are left, for triggers. It is bound to no tenant and sees no row.
final class WarmConnections extends PGSimpleDataSource {

    private static final long serialVersionUID = 1;

    private static final String OPEN = """
        with none as (insert into app.payment_order (organization_id, livemode, created_by)
                      select null, null, null where false returning id)
        select from none, app.organization, app.customer, app.customer_payment_method, app.asset, app.payment_link,
                    app.product, app.price, app.subscription, app.agent, app.wallet, app.refund, app.outbox_event,
                    app.idempotency_key, app.audit_log, app.audit_block where false
        """;

    private static final String BIND = "select app.bind(null, 'system:sign-in', false)";

    private final boolean plain;

    /// Warms connections to a database.
    ///
    /// @param plain whether the database takes a bind without a token
    WarmConnections(DatabaseUrl url, boolean plain) {
        this.plain = plain;
        setUrl(url.jdbc());
    }

    @Override
    public Connection getConnection(String user, String password) throws SQLException {
        var connection = super.getConnection(user, password);
        try (var statement = connection.createStatement()) {
            statement.execute(OPEN);
            if (plain) {
                statement.execute(BIND);
            }
        } catch (SQLException e) {
            // Whatever is wrong, those who use the connection say it better.
        }
        return connection;
    }
}
