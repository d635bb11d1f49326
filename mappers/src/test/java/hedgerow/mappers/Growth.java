package hedgerow.mappers;

import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.HikariDataSource;
import hedgerow.mappers.payment.PaymentOrderMapper;
import hedgerow.rls.bind.BindCall;
import hedgerow.rls.bind.Tenant;
import hedgerow.rls.bind.TenantDataSource;
import hedgerow.sql.Crowd;
import hedgerow.sql.DatabaseUrl;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Random;

/// The cost of a request in a database that a [Crowd] fills, in pages and bytes, which are exact on any machine.
///
/// Through a pool that holds all of its connections, so that each request of a connection has it to itself.
public final class Growth implements AutoCloseable {

    /// The driver and the server keep a statement and its plan from then on.
    private static final int PREPARED = 12;

    private static final String FLUSH = "select pg_stat_force_next_flush()";

    /// Requests for one order, for the 20 newest, and for a new one.
    public enum Request {
        READ,
        LIST,
        INSERT
    }

    /// The cost of one request.
    ///
    /// @param buffers pages that the server touched per request
    /// @param walBytes bytes that it wrote into its log per request
    public record Cost(double buffers, double walBytes) {}

    private final Crowd crowd;
    private final Connection admin;
    private final HikariDataSource pool;
    private final Database database;
    private final List<Connection> held = new ArrayList<>();
    private final Random random = new Random(1);

    private Growth(DatabaseUrl admin, DatabaseUrl app, Crowd crowd, int connections) throws SQLException {
        this.crowd = crowd;
        this.admin = admin.connect();
        var config = new HikariConfig();
        config.setJdbcUrl(app.jdbc());
        config.setMaximumPoolSize(connections);
        config.setConnectionTimeout(120_000);
        this.pool = new HikariDataSource(config);
        this.database = Database.over(TenantDataSource.over(pool, BindCall.plain()));
        while (held.size() < connections) {
            held.add(pool.getConnection());
        }
    }

    /// Opens connections to a filled database.
    ///
    /// @param admin a database of the same server that nobody uses meanwhile
    /// @param app the crowd's database
    /// @param connections how many are open, and ask in turn
    public static Growth of(DatabaseUrl admin, DatabaseUrl app, Crowd crowd, int connections) throws SQLException {
        return new Growth(admin, app, crowd, connections);
    }

    /// Returns the cost of each request, on average over `requests` on each connection.
    public Map<Request, Cost> costs(int requests) throws SQLException {
        var costs = new EnumMap<Request, Cost>(Request.class);
        for (var request : Request.values()) {
            everyConnection(request, PREPARED);
            var before = counted();
            everyConnection(request, requests);
            var after = counted();
            var all = (double) requests * held.size();
            costs.put(
                    request,
                    new Cost((after.buffers() - before.buffers()) / all, (after.walBytes() - before.walBytes()) / all));
        }
        return costs;
    }

    /// Each is given back to the pool, which then has no other, and taken again.
    private void everyConnection(Request request, int requests) throws SQLException {
        for (var i = 0; i < held.size(); i++) {
            held.get(i).close();
            for (var done = 0; done < requests; done++) {
                send(request, random.nextInt(crowd.orders()));
            }
            var connection = pool.getConnection();
            held.set(i, connection);
            try (var statement = connection.createStatement()) {
                statement.execute(FLUSH);
            }
        }
    }

    private void send(Request request, int order) {
        var owner = crowd.tenantOf(order);
        var tenant = new TenantKey(owner, false);
        Tenant.of(owner, "user:" + owner, false).call(() -> switch (request) {
            case READ ->
                database.read(on -> on.get(PaymentOrderMapper.class)
                        .find(tenant, crowd.order(order))
                        .orElseThrow());
            case LIST ->
                database.read(on ->
                        on.get(PaymentOrderMapper.class).page(tenant, PaymentOrderMapper.Filter.ALL, Page.first(20)));
            case INSERT ->
                database.writeAlone(on -> on.get(PaymentOrderMapper.class).insert(tenant, created(order)));
        });
    }

    private PaymentOrderMapper.New created(int order) {
        return new PaymentOrderMapper.New(
                crowd.customerOf(order),
                null,
                null,
                null,
                null,
                null,
                1,
                "EUR",
                1999L,
                null,
                null,
                null,
                null,
                Json.EMPTY,
                null,
                null);
    }

    /// All databases, but this connection only asks here.
    private Cost counted() throws SQLException {
        try (var statement = admin.createStatement();
                var row = statement.executeQuery("select sum(blks_hit + blks_read), pg_current_wal_insert_lsn() - '0/0'"
                        + " from pg_stat_database where datname <> current_database()")) {
            row.next();
            return new Cost(row.getDouble(1), row.getDouble(2));
        }
    }

    @Override
    public void close() throws SQLException {
        for (var connection : held) {
            connection.close();
        }
        pool.close();
        admin.close();
    }
}
