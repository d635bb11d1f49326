package hedgerow.server;

import com.zaxxer.hikari.HikariDataSource;
import hedgerow.mappers.Database;
import hedgerow.mappers.StatementFailure;
import hedgerow.mappers.work.TurnMapper;
import hedgerow.rls.bind.TenantDataSource;
import hedgerow.server.chain.Heads;
import hedgerow.server.http.Api;
import hedgerow.server.http.EventWriter;
import hedgerow.server.http.Log;
import hedgerow.server.http.Metrics;
import hedgerow.server.http.SecretBox;
import hedgerow.server.link.PaymentPages;
import hedgerow.server.provider.Checkouts;
import hedgerow.server.provider.ProviderWebhooks;
import hedgerow.server.settings.HexKey;
import hedgerow.server.work.Jobs;
import hedgerow.server.work.Worker;
import hedgerow.sql.DatabaseProblem;
import hedgerow.sql.DatabaseProblem.Code;
import java.lang.System.Logger.Level;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// The worker over its database: a pool of its own, as a login of its own, bound to one tenant at a time under the same
/// policies.
public final class Work implements AutoCloseable {

    private static final String NO_SUCH_FUNCTION = "42883";
    private static final String DENIED = "42501";

    private final HikariDataSource pool;
    private final Worker worker;
    private final Optional<Standalone> standalone;

    private record Standalone(Metrics metrics, Api operations) {}

    private Work(HikariDataSource pool, Worker worker, Optional<Standalone> standalone) {
        this.pool = pool;
        this.worker = worker;
        this.standalone = standalone;
    }

    /// Starts the worker in a process of its own, with `/healthz`, `/readyz`, `/metrics`, the address of
    /// providers' webhooks, and the pages of payment links.
    ///
    /// @throws DatabaseProblem if the database cannot be reached, or the worker cannot run on it safely
    public static Work start(ServiceSettings settings) {
        Log.adopt();
        var metrics = new Metrics(settings.http().metricsHistograms());
        try {
            var webhooks = new ProviderWebhooks();
            var pages = new PaymentPages(settings.http().trustedProxies());
            var alone = beside(settings, metrics, webhooks, pages);
            var operations = Api.operations(
                    settings.http(), settings.worker().workerPort(), metrics, alone.worker::isAlive, routes -> {
                        webhooks.register(routes);
                        pages.register(routes);
                    });
            return new Work(alone.pool, alone.worker, Optional.of(new Standalone(metrics, operations)));
        } catch (RuntimeException e) {
            metrics.close();
            throw e;
        }
    }

    /// Starts the worker in a process that serves the API as well, and reports both.
    ///
    /// @param webhooks accepts webhooks once the worker runs
    /// @param pages are served from then on
    static Work beside(ServiceSettings settings, Metrics metrics, ProviderWebhooks webhooks, PaymentPages pages) {
        var database = settings.worker()
                .database(settings.database(), settings.database().bindKey());
        var pool = Connections.pool(database, metrics, "worker");
        try {
            Service.reach(database);
            Inspection.requireFit(pool);
            var unbound = Database.over(pool);
            requireTurns(unbound);
            var bound = Database.over(TenantDataSource.over(pool, Service.bindCall(database), metrics));
            var secrets = new SecretBox(settings.credentialKey().map(HexKey::bytes));
            var worker = Jobs.of(
                            bound,
                            settings.http(),
                            settings.mail(),
                            secrets,
                            settings.worker().keepEvents(),
                            Duration.ofDays(settings.worker().keepAuditDays()),
                            settings.chain(),
                            settings.provider(),
                            metrics.registry())
                    .start(unbound);
            webhooks.open(unbound, bound, secrets);
            pages.open(
                    unbound,
                    bound,
                    settings.link(),
                    secrets,
                    new Checkouts(settings.provider()),
                    Heads.of(settings.chain()),
                    new EventWriter(settings.http().limits()));
            reportMail(settings);
            return new Work(pool, worker, Optional.empty());
        } catch (SQLException e) {
            pool.close();
            throw unfit("SQLSTATE " + e.getSQLState(), "read the database's log");
        } catch (IllegalStateException e) {
            pool.close();
            throw unfit(e.getMessage(), "follow the fix under each, and start again");
        } catch (RuntimeException e) {
            pool.close();
            throw e;
        }
    }

    private static void reportMail(ServiceSettings settings) {
        var summary = settings.mail().summary(settings.credentialKey().isPresent());
        Log.write(Level.INFO, "e-mail", Map.of("sends", summary));
    }

    /// Checks for a schema of another version, and for a login that is not the worker's.
    private static void requireTurns(Database unbound) {
        try {
            unbound.writeAlone(on -> on.get(TurnMapper.class).take(List.of(), 1, 1));
        } catch (StatementFailure e) {
            throw switch (e.sqlState()) {
                case NO_SUCH_FUNCTION ->
                    unfit("this database has no turns for a worker", "run `hedgerow migrate` of this version first");
                case DENIED ->
                    unfit("this login may take no turns", "connect the worker as hedgerow_worker: `worker-database`");
                default -> e;
            };
        }
    }

    private static DatabaseProblem unfit(String what, String hint) {
        return new DatabaseProblem(Code.UNSAFE_TO_SERVE, "the worker cannot run on this database", what, hint, null);
    }

    /// The port of `/healthz`, `/readyz` and `/metrics`.
    public int port() {
        return standalone.orElseThrow().operations().port();
    }

    /// Takes no more turns, waits for those under way, then closes the connections to the database.
    @Override
    public void close() {
        worker.close();
        standalone.ifPresent(alone -> alone.operations().close());
        pool.close();
        standalone.ifPresent(alone -> alone.metrics().close());
    }
}
