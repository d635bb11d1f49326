package hedgerow.server.provider;

import java.io.IOException;
import java.net.ConnectException;
import java.net.SocketTimeoutException;
import java.net.URI;
import java.net.UnknownHostException;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import javax.net.ssl.SSLException;
import okhttp3.Headers;
import okhttp3.MediaType;
import okhttp3.OkHttpClient;
import okhttp3.Request;
import okhttp3.RequestBody;

/// Sends a call to the address of its provider, once: it follows no redirect, waits for a bounded time whatever the
/// provider does, and reads a bounded answer.
final class Client {

    private static final int MOST_BYTES = 1 << 20;
    private static final int DIGITS = 6;

    private final OkHttpClient http;

    Client(Duration patience) {
        http = new OkHttpClient.Builder()
                .followRedirects(false)
                .followSslRedirects(false)
                .retryOnConnectionFailure(false)
                .protocols(List.of(okhttp3.Protocol.HTTP_1_1))
                .callTimeout(patience)
                .readTimeout(patience)
                .build();
    }

    /// Thrown if no whole answer came: the request may have arrived all the same.
    static final class NoAnswer extends Exception {

        private static final long serialVersionUID = 1;

        NoAnswer(String code) {
            super(code, null, false, false);
        }
    }

    Answer send(URI address, Call call) throws NoAnswer {
        var request = new Request.Builder().url(address + call.path()).headers(Headers.of(call.headers()));
        call.body()
                .ifPresent(body -> request.post(RequestBody.create(body.text().getBytes(UTF_8), type(body))));
        try (var answer = http.newCall(request.build()).execute()) {
            var source = answer.body().source();
            if (source.request(MOST_BYTES + 1L)) {
                throw new NoAnswer("answer_too_long");
            }
            return new Answer(answer.code(), retryAfter(answer.header("Retry-After")), source.readByteArray());
        } catch (IOException e) {
            throw new NoAnswer(reason(e));
        }
    }

    private static final java.nio.charset.Charset UTF_8 = java.nio.charset.StandardCharsets.UTF_8;

    private static MediaType type(Call.Body body) {
        return MediaType.get(body.type());
    }

    private static Optional<Duration> retryAfter(String header) {
        return Optional.ofNullable(header)
                .filter(seconds -> seconds.matches("[0-9]{1," + DIGITS + "}"))
                .map(seconds -> Duration.ofSeconds(Long.parseLong(seconds)));
    }

    /// The kind of failure: the messages of exceptions name addresses.
    private static String reason(IOException e) {
        return switch (e) {
            case UnknownHostException _ -> "name_unknown";
            case SSLException _ -> "tls";
            case SocketTimeoutException _ -> "timeout";
            case ConnectException _ -> "connection_refused";
            default -> e instanceof java.io.InterruptedIOException ? "timeout" : "connection_lost";
        };
    }
}
