package hedgerow.server.http;

import java.time.Duration;

/// How much one request, one connection and one tenant may ask of the server.
///
/// @param bodyBytes of a request, at most
/// @param headerBytes the request line and all headers, at most
/// @param jsonDepth how deep a body may be nested
/// @param numberLength how many characters a number in a body may have
/// @param idle how long a connection may say nothing, and how long a request may take to say what it wants
/// @param minBytesPerSecond a body that comes, or is taken, more slowly is given up
/// @param connections open at once
/// @param drain how long a server that stops waits for the requests under way
/// @param requestsPerMinute of one tenant, with as many at once
public record Limits(
        int bodyBytes,
        int headerBytes,
        int jsonDepth,
        int numberLength,
        Duration idle,
        int minBytesPerSecond,
        int connections,
        Duration drain,
        int requestsPerMinute) {

    public static final Limits DEFAULT = new Limits(
            256 * 1024, 16 * 1024, 32, 100, Duration.ofSeconds(30), 100, 10_000, Duration.ofSeconds(20), 6_000);
}
