package hedgerow.server.work;

import java.io.IOException;
import java.net.ConnectException;
import java.net.InetAddress;
import java.net.Proxy;
import java.net.SocketTimeoutException;
import java.net.UnknownHostException;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;
import java.util.function.UnaryOperator;
import javax.net.ssl.SSLException;
import okhttp3.ConnectionPool;
import okhttp3.Headers;
import okhttp3.MediaType;
import okhttp3.OkHttpClient;
import okhttp3.Protocol;
import okhttp3.Request;
import okhttp3.RequestBody;
import okhttp3.Response;

/// Sends one delivery. It follows no redirect, uses no proxy, reads only the status and `Retry-After` of a
/// response, and waits at most 15 seconds, whatever the receiver does.
final class WebhookSender {

    private static final Duration PATIENCE = Duration.ofSeconds(15);
    /// The connections that wait for their next delivery: as many as several busy endpoints use at once, so that each
    /// is not greeted anew for every event.
    private static final int MOST_IDLE = 128;

    private static final Duration IDLE = Duration.ofSeconds(30);
    private static final MediaType JSON = MediaType.get("application/json; charset=utf-8");

    private final OkHttpClient client;

    /// A sender.
    ///
    /// @param allowed the addresses to which it may connect
    /// @param tls adds certificates that are trusted besides those of Java
    WebhookSender(Predicate<InetAddress> allowed, UnaryOperator<OkHttpClient.Builder> tls) {
        client = tls.apply(new OkHttpClient.Builder())
                .socketFactory(new GuardedSockets(allowed))
                .proxy(Proxy.NO_PROXY)
                .followRedirects(false)
                .followSslRedirects(false)
                .retryOnConnectionFailure(false)
                .protocols(List.of(Protocol.HTTP_1_1))
                .connectionPool(new ConnectionPool(MOST_IDLE, IDLE.toSeconds(), TimeUnit.SECONDS))
                .callTimeout(PATIENCE)
                .build();
    }

    Attempt send(String url, Headers headers, String body) {
        try {
            var request = new Request.Builder()
                    .url(url)
                    .headers(headers)
                    .post(RequestBody.create(body, JSON))
                    .build();
            try (var answer = client.newCall(request).execute()) {
                return answered(answer);
            }
        } catch (IOException e) {
            return Attempt.failed(reason(e));
        } catch (IllegalArgumentException e) {
            return Attempt.failed("invalid_url");
        }
    }

    private static Attempt answered(Response answer) {
        var status = answer.code();
        var error = answer.isSuccessful()
                ? Optional.<String>empty()
                : Optional.of(answer.isRedirect() ? "redirect" : "http_" + status);
        return new Attempt(Optional.of(status), error, retryAfter(answer.header("Retry-After")));
    }

    /// Reads seconds or a date (RFC 9110); anything else is ignored.
    static Optional<Duration> retryAfter(String header) {
        try {
            if (header == null) {
                return Optional.empty();
            } else if (header.matches("[0-9]{1,9}")) {
                return Optional.of(Duration.ofSeconds(Long.parseLong(header)));
            }
            var date = ZonedDateTime.parse(header, DateTimeFormatter.RFC_1123_DATE_TIME);
            return Optional.of(Duration.between(Instant.now(), date.toInstant()))
                    .filter(Duration::isPositive);
        } catch (DateTimeException e) {
            return Optional.empty();
        }
    }

    /// The kind of failure: the messages of exceptions contain addresses.
    private static String reason(IOException e) {
        return switch (e) {
            case GuardedSockets.Refused _ -> "address_not_allowed";
            case UnknownHostException _ -> "name_unknown";
            case SSLException _ -> "tls";
            case SocketTimeoutException _ -> "timeout";
            case ConnectException _ -> "connection_refused";
            default -> e instanceof java.io.InterruptedIOException ? "timeout" : "connection_lost";
        };
    }
}
