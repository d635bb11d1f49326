package hedgerow.server.http;

import hedgerow.rls.bind.RoundTripListener;
import io.javalin.http.Context;
import io.micrometer.core.instrument.Tags;
import io.micrometer.core.instrument.Timer;
import io.micrometer.core.instrument.binder.jvm.JvmMemoryMetrics;
import io.micrometer.core.instrument.binder.jvm.JvmThreadMetrics;
import io.micrometer.core.instrument.binder.system.ProcessorMetrics;
import io.micrometer.core.instrument.binder.system.UptimeMetrics;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import java.time.Duration;
import java.util.stream.IntStream;

/// The metrics of `/metrics`. No label names a tenant or an actor.
public final class Metrics implements RoundTripListener, AutoCloseable {

    private static final Duration[] BUCKETS = IntStream.of(5, 10, 25, 50, 100, 250, 500, 1_000, 2_500, 5_000, 10_000)
            .mapToObj(Duration::ofMillis)
            .toArray(Duration[]::new);

    private final Duration[] buckets;
    private final PrometheusMeterRegistry registry = new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);
    private final Timer binding = roundTrips(true);
    private final Timer further = roundTrips(false);

    /// The metrics of a process.
    ///
    /// @param histogram whether the durations of requests are counted by bucket, for quantiles over several
    ///     servers
    public Metrics(boolean histogram) {
        this.buckets = histogram ? BUCKETS : new Duration[0];
        new JvmMemoryMetrics().bindTo(registry);
        new JvmThreadMetrics().bindTo(registry);
        new ProcessorMetrics().bindTo(registry);
        new UptimeMetrics().bindTo(registry);
    }

    /// The registry, for other parts that measure themselves, such as a connection pool.
    public PrometheusMeterRegistry registry() {
        return registry;
    }

    private Timer roundTrips(boolean binding) {
        return Timer.builder("hedgerow.db.round.trips")
                .description("Time spent waiting for the database; binding: including the bind call")
                .tag("binding", Boolean.toString(binding))
                .register(registry);
    }

    @Override
    public void waited(boolean binds, Duration time) {
        (binds ? binding : further).record(time);
        Exchange.underway().ifPresent(exchange -> exchange.recordWait(time));
    }

    /// Records a request by route and status, never by address: callers can invent any number of addresses.
    void request(Context ctx) {
        var exchange = Exchange.current();
        var route = Tags.of(
                "method",
                exchange.route().isEmpty() ? "other" : ctx.method().name(),
                "route",
                exchange.route().orElse("none"));
        Timer.builder("http.server.requests")
                .tags(route.and("status", Integer.toString(ctx.statusCode())))
                .serviceLevelObjectives(buckets)
                .register(registry)
                .record(Duration.ofNanos((long) (exchange.elapsedMillis() * 1e6)));
        registry.summary("http.server.requests.round.trips", route).record(exchange.roundTrips());
    }

    String scrape() {
        return registry.scrape();
    }

    @Override
    public void close() {
        registry.close();
    }
}
