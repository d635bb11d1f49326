package hedgerow.server;

import com.zaxxer.hikari.HikariDataSource;
import com.zaxxer.hikari.metrics.micrometer.MicrometerMetricsTrackerFactory;
import hedgerow.server.http.Metrics;
import hedgerow.sql.DatabaseUrl;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;

/// Connections of the service, to which the settings of its login do not apply.
///
/// Any SQL that runs as the login, including injected SQL, may change the login's settings for all later
/// sessions (`alter role hedgerow_app set row_security = off`). Values in the start-up packet take
/// precedence over those. A pooler takes no such packet: there `app.settle()` sets them, in each
/// transaction.
final class Connections {

    /// Parameters of the driver. A statement may return four times the longest response; beyond that the
    /// driver closes the connection.
    private static final Map<String, String> DRIVER =
            Map.of("maxResultBuffer", "16M", "socketTimeout", "60", "tcpKeepAlive", "true");

    private static final Map<String, String> SETTINGS = new TreeMap<>(Map.ofEntries(
            Map.entry("row_security", "on"),
            Map.entry("search_path", "pg_catalog"),
            Map.entry("statement_timeout", "15s"),
            Map.entry("idle_in_transaction_session_timeout", "1min"),
            Map.entry("lock_timeout", "0"),
            Map.entry("idle_session_timeout", "0"),
            Map.entry("default_transaction_isolation", "read\\ committed"),
            Map.entry("default_transaction_read_only", "off"),
            Map.entry("default_transaction_deferrable", "off"),
            Map.entry("standard_conforming_strings", "on"),
            Map.entry("transform_null_equals", "off"),
            Map.entry("array_nulls", "on"),
            Map.entry("bytea_output", "hex"),
            Map.entry("IntervalStyle", "postgres"),
            Map.entry("local_preload_libraries", "")));

    private Connections() {}

    /// A pool that opens its connections on first use.
    static HikariDataSource pool(DatabaseSettings settings, Metrics metrics, String name) {
        var pool = new HikariDataSource();
        pool.setPoolName(name);
        if (settings.isPooled() || settings.isWorkers()) { // nobody waits for the first
            pool.setJdbcUrl(url(settings).jdbc());
        } else {
            pool.setDataSource(
                    new WarmConnections(url(settings), settings.bindKey().isEmpty()));
        }
        pool.setMaximumPoolSize(settings.poolSize());
        pool.setConnectionTimeout(settings.poolTimeout().toMillis());
        pool.setMetricsTrackerFactory(new MicrometerMetricsTrackerFactory(metrics.registry()));
        return pool;
    }

    /// The URL of each connection. Options of the operator's own URL come last, and so take precedence.
    static DatabaseUrl url(DatabaseSettings settings) {
        var url = settings.url()
                .withParameter("application_name", "hedgerow " + (settings.isWorkers() ? "work" : "serve"));
        for (var preset : DRIVER.entrySet()) {
            url = url.parameters().containsKey(preset.getKey())
                    ? url
                    : url.withParameter(preset.getKey(), preset.getValue());
        }
        return settings.isPooled()
                ? url
                : url.withParameter(
                        "options", (options() + " " + url.parameters().getOrDefault("options", "")).strip());
    }

    private static String options() {
        return SETTINGS.entrySet().stream()
                .map(setting -> "-c %s=%s".formatted(setting.getKey(), setting.getValue()))
                .collect(Collectors.joining(" "));
    }
}
