package hedgerow.server;

import com.zaxxer.hikari.HikariDataSource;
import hedgerow.mappers.Database;
import hedgerow.rls.bind.BindCall;
import hedgerow.rls.bind.TenantDataSource;
import hedgerow.server.auth.Auth;
import hedgerow.server.http.Api;
import hedgerow.server.http.ApiRoutes;
import hedgerow.server.http.HttpSettings;
import hedgerow.server.http.Log;
import hedgerow.server.http.Metrics;
import hedgerow.server.http.Routes;
import hedgerow.server.link.PaymentPages;
import hedgerow.server.provider.ProviderWebhooks;
import hedgerow.server.settings.HexKey;
import hedgerow.sql.Connector;
import hedgerow.sql.DatabaseProblem;
import hedgerow.sql.DatabaseProblem.Code;
import io.javalin.util.JavalinBindException;
import java.lang.System.Logger.Level;
import java.net.URI;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.function.Supplier;
import java.util.stream.Stream;

/// The API over its database: pool, binder, statements and HTTP server, started in this order and stopped
/// in reverse. It listens once its connections are warm.
public final class Service implements AutoCloseable {

    /// The time to wait for a database: a suspended compute is back within seconds.
    private static final Duration PATIENCE = Duration.ofSeconds(30);

    private final HikariDataSource pool;
    private final Metrics metrics;
    private final Api api;
    private final Inspection inspection;
    private final Optional<Work> work;

    private Service(HikariDataSource pool, Metrics metrics, Api api, Inspection inspection, Optional<Work> work) {
        this.pool = pool;
        this.metrics = metrics;
        this.api = api;
        this.inspection = inspection;
        this.work = work;
    }

    /// Starts the service.
    ///
    /// @throws hedgerow.sql.DatabaseProblem if the database cannot be reached, or cannot be served safely
    public static Service start(ServiceSettings settings) {
        Log.adopt();
        var metrics = new Metrics(settings.http().metricsHistograms());
        var pool = Connections.pool(settings.database(), metrics, "hedgerow");
        try {
            var bound = TenantDataSource.over(pool, bindCall(settings.database()), metrics);
            var statements = CompletableFuture.supplyAsync(() -> Database.over(bound)); // while we wait for the server
            reach(settings.database());
            var inspection = Inspection.of(settings, pool, bound);
            report(inspection);
            var database = statements.join();
            if (!settings.database().isPooled()) { // behind a pooler, server processes change
                Warmup.of(pool, database);
            }
            var auth = Auth.over(database, settings.auth(), settings.http().trustedProxies());
            var webhooks = new ProviderWebhooks();
            var pages = new PaymentPages(settings.http().trustedProxies());
            var api = Api.start(
                    settings.http(),
                    metrics,
                    new Readiness(bound, inspection.loginSettings()),
                    auth.authenticator(),
                    routes(settings, bound, database, auth, List.of(webhooks, pages)));
            if (settings.demo()) {
                ownOrigins(api.port()).forEach(auth::allow);
            }
            var work = settings.worker().worker()
                    ? Optional.of(besides(api, () -> Work.beside(settings, metrics, webhooks, pages)))
                    : Optional.<Work>empty();
            return new Service(pool, metrics, api, inspection, work);
        } catch (RuntimeException e) {
            pool.close();
            metrics.close();
            throw e instanceof JavalinBindException ? busy(settings.http(), e) : e;
        }
    }

    /// Starts the worker beside an API. If the worker cannot start, the API is stopped as well.
    private static Work besides(Api api, Supplier<Work> starter) {
        try {
            return starter.get();
        } catch (RuntimeException e) {
            api.close();
            throw e;
        }
    }

    private static List<Routes> routes(
            ServiceSettings settings, TenantDataSource bound, Database database, Auth auth, List<Routes> others) {
        var resources = ApiRoutes.over(
                bound,
                database,
                settings.http().limits(),
                settings.cursorKey().map(HexKey::bytes),
                settings.credentialKey().map(HexKey::bytes),
                settings.chain().walletKey().map(HexKey::bytes),
                settings.chain().signer(),
                settings.http().allowPrivateWebhooks(),
                settings.mail().sendsInvitations() && settings.credentialKey().isPresent(),
                auth.tokens());
        return Stream.of(auth.routes(), resources, others)
                .<Routes>flatMap(List::stream)
                .toList();
    }

    /// The URLs at which a browser on this machine finds the service.
    private static Stream<URI> ownOrigins(int port) {
        return Stream.of("127.0.0.1", "localhost").map(host -> URI.create("http://%s:%d".formatted(host, port)));
    }

    private static void report(Inspection inspection) {
        inspection
                .advice()
                .ifPresent(advice -> Log.write(
                        Level.WARNING, "open doors", Map.of("functions", inspection.openDoors(), "hint", advice)));
        if (!inspection.loginSettings().isEmpty()) {
            var names = inspection.loginSettings().stream().map(Readiness::name).toList();
            Log.write(Level.WARNING, "login has settings of its own", Map.of("settings", names));
        }
    }

    private static DatabaseProblem busy(HttpSettings http, RuntimeException cause) {
        return new DatabaseProblem(
                Code.PORT_BUSY,
                "port %d on %s is in use, or needs more rights".formatted(http.port(), http.host()),
                "",
                "stop the program that listens there, or choose another port for the API",
                cause);
    }

    /// Connects as the pool will, and waits for a suspended database.
    static void reach(DatabaseSettings settings) {
        try (var connection = Connector.await(
                Connections.url(settings),
                PATIENCE,
                line -> Log.write(Level.INFO, "waiting for the database", Map.of("detail", line)))) {
            connection.isValid(1);
        } catch (DatabaseProblem e) {
            throw String.valueOf(e.getCause()).contains("startup parameter") ? pooled(settings, e) : e;
        } catch (SQLException e) {
            throw new IllegalStateException(e);
        }
    }

    /// Explains a refusal by a pooler of a connection parameter, most likely one of our settings.
    private static DatabaseProblem pooled(DatabaseSettings settings, DatabaseProblem refusal) {
        return new DatabaseProblem(
                Code.DATABASE_UNREACHABLE,
                "cannot connect to %s: a pooler stands in front of it".formatted(settings.database()),
                refusal.getCause().getMessage(),
                settings.isPooled()
                        ? "let the pooler ignore that parameter (PgBouncer: ignore_startup_parameters), or take it out"
                                + " of the database URL"
                        : "set `pooler` to true (HEDGEROW_POOLER=true, or `pooler: true` in the file)",
                refusal);
    }

    /// The bind call. Through a pooler it includes the settings that [Connections] would otherwise send.
    static BindCall bindCall(DatabaseSettings settings) {
        if (!settings.isPooled()) {
            return settings.bindKey().map(key -> BindCall.sealed(key.bytes())).orElseGet(BindCall::plain);
        }
        var call = settings.bindKey()
                .map(key -> BindCall.sealedThroughPooler(key.bytes()))
                .orElseGet(BindCall::plain);
        return new BindCall(call.sql() + " from app.settle()", call.arguments(), call.variables(), call.prepared());
    }

    /// Whether the demo data, with its [DemoKeys], is there.
    public boolean hasDemo() {
        return inspection.demo();
    }

    public int port() {
        return api.port();
    }

    /// Accepts no more requests, waits for those under way, then closes the connections to the database.
    @Override
    public void close() {
        api.close();
        work.ifPresent(Work::close);
        pool.close();
        metrics.close();
    }
}
