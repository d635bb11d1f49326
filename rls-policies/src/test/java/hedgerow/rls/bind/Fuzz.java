package hedgerow.rls.bind;

import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.HikariDataSource;
import hedgerow.sql.DatabaseUrl;
import hedgerow.sql.Wire;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.Callable;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;

/// Tenants who work at once on few pooled connections, while backends are killed, statements cancelled, and the
/// network reset.
///
/// Each tenant knows which rows it must have: what was acknowledged, and no more. A superuser reads the same rows with
/// an explicit WHERE. What the tenant sees under the policies must equal both.
///
/// Made of types of the JDK at its edges, so that a [Sabotage] can load it anew.
final class Fuzz implements Callable<List<String>> {

    private static final int TENANTS = 6;
    private static final int CONNECTIONS = 3;
    private static final int DISTURBANCE_EVERY = 40;

    private final String app;
    private final String admin;
    private final int statements;
    private final Sabotage sabotage;
    private final long seed;
    private final AtomicInteger done = new AtomicInteger();
    private final AtomicInteger disturbed = new AtomicInteger();
    private final Queue<String> violations = new ConcurrentLinkedQueue<>();

    private TenantDataSource tenants;
    private HikariDataSource pool;
    private Wire wire;

    /// @param app the URL of the application's login, with its password; `admin` that of a superuser
    /// @param statements how many to run, in all
    Fuzz(String app, String admin, int statements, String sabotage, long seed) {
        this.app = app;
        this.admin = admin;
        this.statements = statements;
        this.sabotage = Sabotage.valueOf(sabotage);
        this.seed = seed;
    }

    /// @return what went wrong; empty if nothing did
    @Override
    public List<String> call() throws Exception {
        try (var proxy = Wire.to(DatabaseUrl.parse(app));
                var connections = pool(proxy)) {
            wire = proxy;
            pool = connections;
            tenants = TenantDataSource.over(sabotage.wrap(connections), sabotage.call());
            damage();
            runAll();
        }
        return List.copyOf(violations);
    }

    /// What has been done to whom.
    String summary() {
        return "%d statements, %d disturbances, seed %d".formatted(done.get(), disturbed.get(), seed);
    }

    private void damage() throws SQLException {
        if (!sabotage.damage().isEmpty()) {
            try (var connection = admin();
                    var statement = connection.createStatement()) {
                statement.execute(sabotage.damage());
            }
        }
    }

    private void runAll() throws Exception {
        try (var threads =
                Executors.newThreadPerTaskExecutor(Thread.ofPlatform().factory())) {
            var people = IntStream.range(0, TENANTS)
                    .mapToObj(i -> new FuzzTenant(this, "tenant" + i, seed + i))
                    .toList();
            for (var result : threads.invokeAll(people)) {
                result.get();
            }
        }
    }

    private static HikariDataSource pool(Wire wire) {
        var config = new HikariConfig();
        config.setDataSource(wire.dataSource("prepareThreshold=2"));
        config.setMaximumPoolSize(CONNECTIONS);
        config.setMinimumIdle(0);
        return new HikariDataSource(config);
    }

    TenantDataSource tenants() {
        return tenants;
    }

    /// A connection of the pool that nobody has bound.
    Connection unbound() throws SQLException {
        return pool.getConnection();
    }

    Connection admin() throws SQLException {
        return DatabaseUrl.parse(admin).connect();
    }

    boolean isOver() {
        return done.get() >= statements || !violations.isEmpty();
    }

    /// Counts a statement.
    ///
    /// @return whether it is time for a disturbance
    boolean count() {
        return done.incrementAndGet() % DISTURBANCE_EVERY == 0;
    }

    void violated(String what) {
        violations.add(what);
    }

    /// Kills a backend, cancels what one runs, or resets the network.
    void disturb(int kind, Connection admin) throws Exception {
        disturbed.incrementAndGet();
        if (kind == 0) {
            wire.cut();
            return;
        }
        Notes.strings(admin, """
            select %s(pid) from pg_stat_activity
             where usename = 'hedgerow_app' and datname = current_database() order by random() limit 1
            """.formatted(kind == 1 ? "pg_terminate_backend" : "pg_cancel_backend"));
    }

    /// The rows of a tenant, as a superuser finds them: `id title`.
    static List<String> twin(Connection admin, String tenant) throws SQLException {
        try (var query =
                admin.prepareStatement("select id || ' ' || title from notes.note where tenant = ? order by id")) {
            query.setString(1, tenant);
            var found = new ArrayList<String>();
            try (var rows = query.executeQuery()) {
                while (rows.next()) {
                    found.add(rows.getString(1));
                }
            }
            return found;
        }
    }
}
