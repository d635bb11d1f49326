package hedgerow.server.http;

import io.javalin.http.Context;
import io.javalin.http.HttpStatus;
import java.util.Map;

/// Sets the headers of every response. There is no CORS header: browsers of other origins get nothing.
final class Headers {

    static final Map<String, String> SECURITY = Map.of(
            "X-Content-Type-Options", "nosniff",
            "X-Frame-Options", "DENY",
            "Content-Security-Policy", "default-src 'none'; frame-ancestors 'none'",
            "Cross-Origin-Resource-Policy", "same-origin",
            "Referrer-Policy", "no-referrer",
            "Cache-Control", "no-store");

    private Headers() {}

    static void before(Context ctx) {
        SECURITY.forEach(ctx::header);
        ctx.header(RequestId.HEADER, Exchange.current().id());
    }

    static void after(Context ctx) {
        ctx.header("Server-Timing", timing(Exchange.current(), ctx.status()));
    }

    /// The `Server-Timing` header. An unauthenticated caller learns no more than they can measure
    /// themselves.
    private static String timing(Exchange exchange, HttpStatus status) {
        var total = "total;dur=%.1f".formatted(exchange.elapsedMillis());
        if (exchange.caller().isEmpty() || status == HttpStatus.UNAUTHORIZED) {
            return total;
        }
        return "auth;dur=%.1f, db;dur=%.1f;desc=\"round trips: %d\", %s"
                .formatted(
                        Exchange.millis(exchange.authentication()),
                        Exchange.millis(exchange.waited()),
                        exchange.roundTrips(),
                        total);
    }
}
