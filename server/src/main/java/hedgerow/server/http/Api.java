package hedgerow.server.http;

import io.javalin.Javalin;
import io.javalin.config.JavalinConfig;
import io.javalin.http.Context;
import io.javalin.http.HttpResponseException;
import io.javalin.json.JavalinJackson3;
import io.javalin.util.JavalinException;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.lang.System.Logger.Level;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.BooleanSupplier;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.eclipse.jetty.server.HttpConfiguration;
import org.eclipse.jetty.server.NetworkConnectionLimit;
import org.eclipse.jetty.server.Server;
import org.eclipse.jetty.server.handler.GracefulHandler;
import org.eclipse.jetty.server.handler.MinimumDataRateHandler;
import tools.jackson.databind.json.JsonMapper;

/// The HTTP server.
public final class Api implements AutoCloseable {

    private final Javalin app;
    private final AtomicBoolean open;

    private Api(Javalin app, AtomicBoolean open) {
        this.app = app;
        this.open = open;
    }

    /// Starts the server of the API, which listens once it has answered its [FirstRequests].
    ///
    /// @param ready whether the database answers
    public static Api start(
            HttpSettings settings,
            Metrics metrics,
            BooleanSupplier ready,
            Authenticator authenticator,
            List<Routes> resources) {
        var limits = settings.limits();
        var mapper = ApiJson.mapper(limits);
        var contract = new Contract(ContractFiles.merged(mapper), mapper, limits);
        var gate = new Gate(authenticator, contract, new RateLimiter(limits.requestsPerMinute()), TenantScope::run);
        FirstRequests.send(
                contract,
                warming -> Javalin.create(config -> {
                    server(config, limits, mapper, contract);
                    config.router.handlerWrapper(warming);
                    resources.forEach(routes -> routes.register(config.routes));
                }));
        var open = new AtomicBoolean(true);
        var app = Javalin.create(config -> {
            server(config, limits, mapper, contract);
            config.router.handlerWrapper(gate);
            config.requestLogger.http((ctx, _) -> observe(ctx, metrics, settings.logRequests()));
            Stream.concat(
                            Stream.of(
                                    new ContractRoutes(contract, mapper),
                                    new DocsRoutes(),
                                    new OperationRoutes(
                                            metrics,
                                            settings.metricsToken(),
                                            () -> open.get() && ready.getAsBoolean())),
                            resources.stream())
                    .forEach(routes -> routes.register(config.routes));
        });
        requireDescribed(app, contract);
        return new Api(app.start(settings.host(), settings.port()), open);
    }

    /// Starts a server of `/healthz`, `/readyz`, `/metrics` and other public routes.
    public static Api operations(
            HttpSettings settings, int port, Metrics metrics, BooleanSupplier ready, Routes others) {
        var limits = settings.limits();
        var mapper = ApiJson.mapper(limits);
        var contract = new Contract(ContractFiles.merged(mapper), mapper, limits);
        var open = new AtomicBoolean(true);
        var app = Javalin.create(config -> {
            server(config, limits, mapper, contract);
            new OperationRoutes(metrics, settings.metricsToken(), () -> open.get() && ready.getAsBoolean())
                    .register(config.routes);
            others.register(config.routes);
        });
        return new Api(app.start(settings.host(), port), open);
    }

    private static void observe(Context ctx, Metrics metrics, boolean log) {
        metrics.request(ctx);
        if (log) {
            AccessLog.write(ctx);
        }
    }

    private static void server(JavalinConfig config, Limits limits, JsonMapper mapper, Contract contract) {
        config.appData(Contract.KEY, contract);
        config.routes.before(Headers::before);
        config.routes.after(Headers::after);
        config.routes.exception(Exception.class, Problems::answer);
        config.routes.exception(HttpResponseException.class, Problems::answer);
        config.startup.showJavalinBanner = false;
        config.concurrency.useVirtualThreads = true;
        config.jsonMapper(new JavalinJackson3(mapper, true));
        config.http.maxRequestSize = limits.bodyBytes();
        config.http.prefer405over404 = true;
        config.http.generateEtags = false;
        config.router.javaLangErrorHandler((response, error) -> fatal(response, error, mapper));
        config.jetty.modifyHttpConfiguration(http -> http(http, limits));
        config.jetty.modifyServer(server -> jetty(server, limits, mapper));
    }

    private static void http(HttpConfiguration http, Limits limits) {
        http.setRequestHeaderSize(limits.headerBytes());
        http.setIdleTimeout(limits.idle().toMillis());
        // Otherwise a token is mistaken for an earlier one of the connection if they differ only in case.
        http.setHeaderCacheCaseSensitive(true);
        http.setSendServerVersion(false);
        http.setSendXPoweredBy(false);
    }

    private static void jetty(Server server, Limits limits, JsonMapper mapper) {
        server.setErrorHandler(new HttpErrors(mapper));
        server.setStopTimeout(limits.drain().toMillis());
        server.setStopAtShutdown(false);
        server.addBean(new NetworkConnectionLimit(limits.connections(), server));
        var rate = new MinimumDataRateHandler(limits.minBytesPerSecond(), limits.minBytesPerSecond());
        server.setHandler(new HeadTimeout(
                limits.idle(), new GracefulHandler(new RequestScope(new GetForHead(new OrganizationPath(rate))))));
    }

    private static void fatal(HttpServletResponse response, Throwable error, JsonMapper mapper) {
        Log.failure("request failed", error);
        response.setStatus(500);
        response.setContentType(Problems.CONTENT_TYPE);
        try {
            var id = Exchange.current().id();
            response.getOutputStream()
                    .write(mapper.writeValueAsBytes(Problems.internal().document(id)));
        } catch (IOException e) {
            // The client is gone; the failure is in the log.
        }
    }

    /// Requires that the routes and the document describe the same operations; otherwise the server does
    /// not start.
    private static void requireDescribed(Javalin app, Contract contract) {
        var routes = app.unsafe.internalRouter.allHttpHandlers().stream()
                .map(parsed -> parsed.endpoint)
                .filter(endpoint -> endpoint.method.isHttpMethod())
                .map(endpoint -> Contract.name(endpoint.method.name(), endpoint.path))
                .collect(Collectors.toCollection(TreeSet::new));
        var described = contract.described();
        var undescribed = new TreeSet<>(routes);
        undescribed.removeAll(described);
        described.removeAll(routes);
        if (!undescribed.isEmpty() || !described.isEmpty()) {
            throw new IllegalStateException(
                    "routes without description: %s; descriptions without route: %s".formatted(undescribed, described));
        }
    }

    public int port() {
        return app.port();
    }

    /// Reports that it is not ready, accepts no more requests, and waits for those under way until the time
    /// limit.
    @Override
    public void close() {
        open.set(false);
        try {
            app.stop();
        } catch (JavalinException e) {
            if (!(e.getCause() instanceof TimeoutException)) {
                throw e;
            }
            Log.write(Level.WARNING, "requests were cut", Map.of("detail", "they took longer than the time to drain"));
        }
    }
}
