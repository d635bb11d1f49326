package hedgerow.server.http;

import java.util.Optional;

/// How the server listens.
///
/// @param port 0 for a free one
/// @param logRequests one line per request
/// @param metricsToken who knows it may read `/metrics`; empty: everybody
public record HttpSettings(String host, int port, Limits limits, boolean logRequests, Optional<String> metricsToken) {

    public static HttpSettings of(Configuration configuration) {
        return new HttpSettings(
                configuration.text("host").orElse("127.0.0.1"),
                configuration.number("port", 0, 65_535, 8080),
                limits(configuration),
                configuration.flag("log-requests", true),
                configuration.text("metrics-token"));
    }

    private static Limits limits(Configuration configuration) {
        var otherwise = Limits.DEFAULT;
        return new Limits(
                configuration.number("max-body-bytes", 1_024, 10_000_000, otherwise.bodyBytes()),
                configuration.number("max-header-bytes", 1_024, 1_000_000, otherwise.headerBytes()),
                configuration.number("max-json-depth", 5, 1_000, otherwise.jsonDepth()),
                configuration.number("max-number-length", 20, 1_000, otherwise.numberLength()),
                configuration.duration("idle-timeout", otherwise.idle()),
                configuration.number("min-bytes-per-second", 0, 1_000_000, otherwise.minBytesPerSecond()),
                configuration.number("max-connections", 1, 1_000_000, otherwise.connections()),
                configuration.duration("drain-timeout", otherwise.drain()),
                configuration.number("requests-per-minute", 1, 100_000_000, otherwise.requestsPerMinute()));
    }
}
