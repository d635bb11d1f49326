package hedgerow.rls.bind;

import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.HikariDataSource;
import hedgerow.sql.DatabaseUrl;
import hedgerow.sql.Wire;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.List;
import java.util.Optional;
import java.util.Queue;
import java.util.concurrent.Callable;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import java.util.stream.IntStream;

/// Tenants that work concurrently on few pooled connections, while backends are killed, statements
/// cancelled, the network reset, and the server restarted.
///
/// Each tenant knows which rows it must have: the acknowledged ones and no others. A superuser reads the
/// same rows with an explicit WHERE. The rows that the tenant sees under the policies must equal both.
///
/// Its public methods use JDK types only, so that a [Sabotage] can load it anew.
final class Fuzz implements Callable<List<String>> {

    private static final int TENANTS = 6;
    private static final int CONNECTIONS = 3;
    private static final int DISTURBANCE_EVERY = 400;
    private static final int RESTARTS = 4;

    private final String app;
    private final String admin;
    private final int statements;
    private final Sabotage sabotage;
    private final long seed;
    private final AtomicInteger done = new AtomicInteger();
    private final AtomicInteger disturbed = new AtomicInteger();
    private final AtomicInteger restarted = new AtomicInteger();
    private final Optional<Consumer<String>> restart;
    private final Queue<String> violations = new ConcurrentLinkedQueue<>();

    private TenantDataSource tenants;
    private HikariDataSource pool;
    private Wire wire;

    /// Prepares a run.
    ///
    /// @param app the URL of the application's login, with its password; `admin` that of a superuser
    /// @param restart of the server, by `pg_ctl` mode
    /// @param statements the number of statements to run, in all
    Fuzz(String app, String admin, Optional<Consumer<String>> restart, int statements, String sabotage, long seed) {
        this.app = app;
        this.admin = admin;
        this.restart = restart;
        this.statements = statements;
        this.sabotage = Sabotage.valueOf(sabotage);
        this.seed = seed;
    }

    /// Runs all tenants.
    ///
    /// @return the faults; empty if there were none
    @Override
    public List<String> call() throws Exception {
        try (var proxy = Wire.to(DatabaseUrl.parse(app));
                var connections = pool(proxy)) {
            wire = proxy;
            pool = connections;
            tenants = TenantDataSource.over(sabotage.wrap(connections), sabotage.call());
            prepare();
            runAll();
        }
        return List.copyOf(violations);
    }

    /// The disturbances and the tenants that they hit.
    String summary() {
        return "%d statements, %d disturbances, %d restarts, seed %d"
                .formatted(done.get(), disturbed.get(), restarted.get(), seed);
    }

    int restarts() {
        return restarted.get();
    }

    /// Makes acknowledged commits survive a crash.
    private void prepare() throws SQLException {
        try (var twin = twin()) {
            twin.strings("""
                do 'begin execute format($f$alter database %I set synchronous_commit = on$f$, current_database()); end'
                """);
            twin.strings(sabotage.damage());
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
        return new HikariDataSource(config);
    }

    TenantDataSource tenants() {
        return tenants;
    }

    /// A connection of the pool that nobody has bound.
    Connection unbound() throws SQLException {
        return pool.getConnection();
    }

    Twin twin() {
        return new Twin(admin);
    }

    boolean isOver() {
        return done.get() >= statements || !violations.isEmpty();
    }

    /// Counts statements that the server is to run.
    void count(int more) {
        done.addAndGet(more);
    }

    /// Disturbs all tenants if enough statements have been run since the last time.
    void disturbInTime(int kind, Twin twin) throws Exception {
        var so = disturbed.get();
        if (done.get() / DISTURBANCE_EVERY > so && disturbed.compareAndSet(so, so + 1)) {
            disturb(kind, twin);
        }
        var often = restarted.get();
        if (done.get() / (statements / (RESTARTS + 1)) > often
                && restart.isPresent()
                && often < RESTARTS
                && restarted.compareAndSet(often, often + 1)) {
            restart.get().accept(often % 2 == 0 ? "immediate" : "fast");
        }
    }

    void violated(String what) {
        violations.add(what);
    }

    /// Kills a backend, cancels its statement, or resets the network.
    private void disturb(int kind, Twin twin) throws Exception {
        if (kind == 0) {
            wire.cut();
            return;
        }
        twin.strings("""
            select %s(pid) from pg_stat_activity
             where usename = 'hedgerow_app' and datname = current_database() order by random() limit 1
            """.formatted(kind == 1 ? "pg_terminate_backend" : "pg_cancel_backend"));
    }
}
