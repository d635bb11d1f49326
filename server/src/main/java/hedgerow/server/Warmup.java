package hedgerow.server;

import com.zaxxer.hikari.HikariDataSource;
import hedgerow.mappers.Database;
import hedgerow.mappers.Page;
import hedgerow.mappers.ResourceMapper;
import hedgerow.mappers.StatementFailure;
import hedgerow.mappers.TenantKey;
import hedgerow.mappers.customer.CustomerMapper;
import hedgerow.mappers.payment.PaymentLinkMapper;
import hedgerow.mappers.payment.PaymentOrderMapper;
import hedgerow.mappers.payment.RefundMapper;
import hedgerow.mappers.webhook.OutboxEventMapper;
import hedgerow.rls.bind.Tenant;
import hedgerow.server.http.Log;
import java.lang.System.Logger.Level;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Map;
import java.util.UUID;

/// Sends the first requests on each connection of the pool, before the service accepts any.
///
/// Each connection binds and runs the statements of the ten most frequent routes, until the server keeps them
/// prepared. All of it is bound to no tenant and sees no row.
final class Warmup {

    /// The number of executions; the driver names a statement at its fifth.
    private static final int EXECUTIONS = 6;

    private static final int PAGE = 20;
    private static final Tenant NOBODY = Tenant.without("system:sign-in", false);
    private static final TenantKey NO_TENANT = new TenantKey(new UUID(0, 0), false);

    private final HikariDataSource pool;
    private final Database database;

    private Warmup(HikariDataSource pool, Database database) {
        this.pool = pool;
        this.database = database;
    }

    /// Warms every connection that the pool may have. A connection that cannot be opened, or that refuses,
    /// is left as it is: the first request notices.
    static void of(HikariDataSource pool, Database database) {
        new Warmup(pool, database).run();
    }

    /// Warms one connection. While the others are held, the pool can only hand out the one that was
    /// returned.
    private void run() {
        var held = new ArrayList<Connection>();
        try {
            while (held.size() < pool.getMaximumPoolSize()) {
                held.add(pool.getConnection());
            }
            for (var i = 0; i < held.size(); i++) {
                held.get(i).close();
                ask();
                held.set(i, pool.getConnection());
            }
        } catch (SQLException | StatementFailure e) {
            Log.write(Level.WARNING, "not every connection is warm", Map.of("connections", held.size()));
        } finally {
            held.forEach(Warmup::giveBack);
        }
    }

    private void ask() {
        NOBODY.call(() -> {
            for (var execution = 0; execution < EXECUTIONS; execution++) {
                ask(PaymentOrderMapper.class, PaymentOrderMapper.Filter.ALL);
                ask(CustomerMapper.class, CustomerMapper.Filter.ALL);
                ask(OutboxEventMapper.class, OutboxEventMapper.Filter.ALL);
                ask(PaymentLinkMapper.class, PaymentLinkMapper.Filter.ALL);
                ask(RefundMapper.class, RefundMapper.Filter.ALL);
            }
            return null;
        });
    }

    private <F, M extends ResourceMapper<?, F>> void ask(Class<M> resource, F filter) {
        database.read(on -> on.get(resource).find(NO_TENANT, NO_TENANT.organization()));
        database.read(on -> on.get(resource).page(NO_TENANT, filter, Page.first(PAGE)));
    }

    private static void giveBack(Connection connection) {
        try {
            connection.close();
        } catch (SQLException e) {
            Log.write(
                    Level.DEBUG,
                    "a connection was not given back",
                    Map.of("sqlstate", String.valueOf(e.getSQLState())));
        }
    }
}
