package hedgerow.server.http;

import io.javalin.http.Context;
import java.util.Map;

/// What every answer says. There is no CORS header: browsers of other origins get nothing.
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
        ctx.header(RequestId.HEADER, Exchange.of(ctx).id());
    }

    static void after(Context ctx) {
        ctx.header("Server-Timing", "total;dur=%.1f".formatted(Exchange.of(ctx).elapsedMillis()));
    }
}
