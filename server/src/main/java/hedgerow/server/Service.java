package hedgerow.server;

import com.zaxxer.hikari.HikariDataSource;
import com.zaxxer.hikari.metrics.micrometer.MicrometerMetricsTrackerFactory;
import hedgerow.mappers.Database;
import hedgerow.rls.bind.BindCall;
import hedgerow.rls.bind.SelfCheck;
import hedgerow.rls.bind.Tenant;
import hedgerow.rls.bind.TenantDataSource;
import hedgerow.server.auth.Auth;
import hedgerow.server.http.Api;
import hedgerow.server.http.ApiRoutes;
import hedgerow.server.http.HttpSettings;
import hedgerow.server.http.Log;
import hedgerow.server.http.Metrics;
import hedgerow.server.http.Routes;
import hedgerow.sql.Connector;
import hedgerow.sql.DatabaseProblem;
import hedgerow.sql.DatabaseProblem.Code;
import io.javalin.util.JavalinBindException;
import java.lang.System.Logger.Level;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Stream;

/// The API over its database: pool, binder, statements and HTTP server, started in this order and stopped in
/// reverse.
public final class Service implements AutoCloseable {

    /// A suspended compute is back within seconds.
    private static final Duration PATIENCE = Duration.ofSeconds(30);

    private static final String REFUSED = "28000";
    private static final int STATEMENT_SECONDS = 15;
    private static final int SOCKET_SECONDS = 60;

    private final HikariDataSource pool;
    private final Metrics metrics;
    private final Api api;
    private final boolean demo;

    private Service(HikariDataSource pool, Metrics metrics, Api api, boolean demo) {
        this.pool = pool;
        this.metrics = metrics;
        this.api = api;
        this.demo = demo;
    }

    /// @throws hedgerow.sql.DatabaseProblem if the database cannot be reached, or cannot be served safely
    public static Service start(ServiceSettings settings) {
        Log.adopt();
        var metrics = new Metrics();
        var pool = pool(settings, metrics);
        try {
            var bound = TenantDataSource.over(pool, bindCall(settings), metrics);
            var statements = CompletableFuture.supplyAsync(() -> Database.over(bound)); // while we wait for the server
            reach(settings);
            var demo = check(settings, pool, bound);
            var database = statements.join();
            var auth = Auth.over(database, settings.auth());
            var api = Api.start(
                    settings.http(),
                    metrics,
                    () -> isReady(pool),
                    auth.authenticator(),
                    routes(settings, bound, database, auth));
            return new Service(pool, metrics, api, demo);
        } catch (RuntimeException e) {
            pool.close();
            metrics.close();
            throw e instanceof JavalinBindException ? busy(settings.http(), e) : e;
        }
    }

    private static List<Routes> routes(ServiceSettings settings, TenantDataSource bound, Database database, Auth auth) {
        var resources = ApiRoutes.over(
                bound,
                database,
                settings.http().limits(),
                settings.cursorKey(),
                settings.credentialKey(),
                auth.tokens());
        return Stream.concat(auth.routes().stream(), resources.stream()).toList();
    }

    /// A login that row security does not bind serves nobody, nor does one that cannot be bound; and keys
    /// that everybody knows open no real data.
    ///
    /// @return whether the demo data is there
    private static boolean check(ServiceSettings settings, HikariDataSource pool, TenantDataSource bound) {
        try {
            SelfCheck.reference().require(pool);
            bind(bound);
            var demo = DemoKeys.arePresent(pool);
            if (demo && !settings.demo()) {
                throw unsafe(
                        "the demo data is in this database, and everybody knows its API keys",
                        "serve a database without it, or set `demo` to true where nobody else gets");
            }
            return demo;
        } catch (IllegalStateException e) {
            throw unsafe(e.getMessage(), "mend it, and start again");
        } catch (SQLException e) {
            throw unsafe("SQLSTATE " + e.getSQLState(), "look into the log of the database");
        }
    }

    private static void bind(TenantDataSource bound) throws SQLException {
        try (var connection = bound.getConnection(Tenant.without("system:sign-in", false));
                var statement = connection.createStatement()) {
            statement.execute("select 1");
        } catch (SQLException e) {
            if (REFUSED.equals(e.getSQLState())) {
                throw unsafe(
                        "the database refuses to be bound",
                        "set `bind-key` for a database in sealed mode, to a key that is not retired; leave it out for"
                                + " plain");
            }
            throw e;
        }
    }

    private static DatabaseProblem unsafe(String what, String hint) {
        return new DatabaseProblem(Code.UNSAFE_TO_SERVE, "not safe to serve", what, hint, null);
    }

    private static DatabaseProblem busy(HttpSettings http, RuntimeException cause) {
        return new DatabaseProblem(
                Code.PORT_BUSY,
                "port %d on %s is taken, or not ours to take".formatted(http.port(), http.host()),
                "",
                "stop the program that listens there, or choose another port for the API",
                cause);
    }

    private static void reach(ServiceSettings settings) {
        try (var connection = Connector.await(
                settings.database(),
                PATIENCE,
                line -> Log.write(Level.INFO, "waiting for the database", Map.of("detail", line)))) {
            connection.isValid(1);
        } catch (SQLException e) {
            throw new IllegalStateException(e);
        }
    }

    /// It connects when it is first asked to.
    private static HikariDataSource pool(ServiceSettings settings, Metrics metrics) {
        var url = settings.database();
        var pool = new HikariDataSource();
        pool.setPoolName("hedgerow");
        pool.setJdbcUrl(url.withParameter("ApplicationName", "hedgerow serve").jdbc());
        pool.setMaximumPoolSize(settings.poolSize());
        pool.setConnectionTimeout(settings.poolTimeout().toMillis());
        pool.addDataSourceProperty("socketTimeout", Integer.toString(SOCKET_SECONDS));
        pool.addDataSourceProperty("tcpKeepAlive", "true");
        pool.setMetricsTrackerFactory(new MicrometerMetricsTrackerFactory(metrics.registry()));
        if (!settings.pooler()) {
            pool.addDataSourceProperty("options", "-c statement_timeout=%ds".formatted(STATEMENT_SECONDS));
        }
        return pool;
    }

    private static BindCall bindCall(ServiceSettings settings) {
        return settings.bindKey()
                .map(key -> settings.pooler() ? BindCall.sealedThroughPooler(key) : BindCall.sealed(key))
                .orElseGet(BindCall::plain);
    }

    private static boolean isReady(HikariDataSource pool) {
        try (var connection = pool.getConnection()) {
            return connection.isValid(1);
        } catch (SQLException e) {
            return false;
        }
    }

    /// Whether the demo data is there, with its [DemoKeys].
    public boolean hasDemo() {
        return demo;
    }

    public int port() {
        return api.port();
    }

    /// Takes no more requests, waits for those under way, then lets the database go.
    @Override
    public void close() {
        api.close();
        pool.close();
        metrics.close();
    }
}
