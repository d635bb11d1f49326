package hedgerow.server.http;

import io.javalin.config.RoutesConfig;
import io.javalin.http.Context;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.Map;
import java.util.Optional;
import java.util.function.BooleanSupplier;

/// The routes of `/healthz`, `/readyz` and `/metrics`, for operators.
final class OperationRoutes implements Routes {

    private final Metrics metrics;
    private final Optional<String> metricsToken;
    private final BooleanSupplier ready;

    /// The routes.
    ///
    /// @param ready whether the database answers
    OperationRoutes(Metrics metrics, Optional<String> metricsToken, BooleanSupplier ready) {
        this.metrics = metrics;
        this.metricsToken = metricsToken;
        this.ready = ready;
    }

    @Override
    public void register(RoutesConfig routes) {
        routes.get("/healthz", ctx -> ok(ctx, "alive"), Access.PUBLIC);
        routes.get("/readyz", this::ready, Access.PUBLIC);
        routes.get("/metrics", this::metrics, Access.PUBLIC);
    }

    private void ready(Context ctx) {
        if (!ready.getAsBoolean()) {
            throw SqlProblems.unavailable();
        }
        ok(ctx, "ready");
    }

    private static void ok(Context ctx, String status) {
        Answers.json(ctx, Map.of("status", status));
    }

    private void metrics(Context ctx) {
        if (!metricsToken
                .map(token -> equal("Bearer " + token, ctx.header("Authorization")))
                .orElse(true)) {
            throw new Problem(ProblemCode.UNAUTHENTICATED, "send the metrics token as a bearer token");
        }
        ctx.result(metrics.scrape().getBytes(StandardCharsets.UTF_8)).contentType("text/plain; version=0.0.4");
    }

    private static boolean equal(String wanted, String given) {
        return given != null
                && MessageDigest.isEqual(
                        wanted.getBytes(StandardCharsets.UTF_8), given.getBytes(StandardCharsets.UTF_8));
    }
}
