package hedgerow.server.http;

import io.javalin.http.Context;
import io.micrometer.core.instrument.binder.jvm.JvmMemoryMetrics;
import io.micrometer.core.instrument.binder.jvm.JvmThreadMetrics;
import io.micrometer.core.instrument.binder.system.ProcessorMetrics;
import io.micrometer.core.instrument.binder.system.UptimeMetrics;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import java.time.Duration;

/// What `/metrics` tells. No label names a tenant or an actor.
public final class Metrics implements AutoCloseable {

    private final PrometheusMeterRegistry registry = new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);

    public Metrics() {
        new JvmMemoryMetrics().bindTo(registry);
        new JvmThreadMetrics().bindTo(registry);
        new ProcessorMetrics().bindTo(registry);
        new UptimeMetrics().bindTo(registry);
    }

    /// For what else measures itself, such as a connection pool.
    public PrometheusMeterRegistry registry() {
        return registry;
    }

    /// By route and status, never by address: there are as many addresses as callers care to make up.
    void request(Context ctx) {
        var exchange = Exchange.of(ctx);
        registry.timer(
                        "http.server.requests",
                        "method",
                        exchange.route().isEmpty() ? "other" : ctx.method().name(),
                        "route",
                        exchange.route().orElse("none"),
                        "status",
                        Integer.toString(ctx.statusCode()))
                .record(Duration.ofNanos((long) (exchange.elapsedMillis() * 1e6)));
    }

    String scrape() {
        return registry.scrape();
    }

    @Override
    public void close() {
        registry.close();
    }
}
