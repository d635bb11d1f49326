package hedgerow.server.http;

import hedgerow.server.settings.Configuration;
import hedgerow.server.settings.Setting;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;

/// The limits of one request, one connection and one tenant.
@Setting.Group("Limits")
public record Limits(
        @Setting(
                name = "max-body-bytes",
                value = "Maximum size of a request body, in bytes; a larger one gets 413.",
                preset = "262144",
                least = 1_024,
                most = 10_000_000,
                example = "1000000")
        int bodyBytes,

        @Setting(
                name = "max-header-bytes",
                value = "Maximum size of the request line and all headers, in bytes; larger ones get 431.",
                preset = "16384",
                least = 1_024,
                most = 1_000_000,
                example = "8192")
        int headerBytes,

        @Setting(
                name = "max-json-depth",
                value = "Maximum depth of nesting in a body.",
                preset = "32",
                least = 5,
                most = 1_000,
                example = "16")
        int jsonDepth,

        @Setting(
                name = "max-number-length",
                value = "Maximum number of characters in a number in a body.",
                preset = "100",
                least = 20,
                most = 1_000,
                example = "40")
        int numberLength,

        @Setting(
                name = "idle-timeout",
                value = "How long a connection may be silent, and how long it may take to send the headers "
                        + "of a request.",
                preset = "30s",
                example = "10s")
        Duration idle,

        @Setting(
                value = "Minimum speed of a request or response body, in bytes per second; a slower one is ended.",
                preset = "100",
                most = 1_000_000,
                example = "1000")
        int minBytesPerSecond,

        @Setting(
                name = "max-connections",
                value = "Maximum number of open connections.",
                preset = "10000",
                least = 1,
                most = 1_000_000,
                example = "1000")
        int connections,

        @Setting(
                name = "drain-timeout",
                value = "How long a server that stops waits for requests in progress before it ends them.",
                preset = "20s",
                example = "1m")
        Duration drain,

        @Setting(
                value = "Requests that each tenant may send to this process per minute, or all at once; more get 429"
                        + " with `Retry-After`.",
                preset = "6000",
                least = 1,
                most = 100_000_000,
                example = "600")
        int requestsPerMinute) {

    public static final Limits DEFAULT =
            Configuration.of(Map.of(), Map.of(), Optional.empty()).read(Limits.class);
}
