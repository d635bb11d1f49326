package hedgerow.server.http;

import io.javalin.http.Context;
import java.lang.System.Logger.Level;
import java.util.LinkedHashMap;

/// Writes one line per request, without query, headers and bodies: they hold cursors, e-mail addresses and
/// keys.
final class AccessLog {

    private AccessLog() {}

    static void write(Context ctx) {
        var exchange = Exchange.current();
        var fields = new LinkedHashMap<String, Object>();
        fields.put("method", ctx.method().name());
        fields.put("path", path(ctx, exchange));
        fields.put("status", ctx.statusCode());
        fields.put("ms", Math.round(exchange.elapsedMillis() * 10) / 10.0);
        fields.put("round_trips", exchange.roundTrips());
        Log.write(Level.INFO, "request", fields);
    }

    /// The path, or the registered one if a part of the path is a secret.
    private static String path(Context ctx, Exchange exchange) {
        return exchange.route()
                .map(route -> route.contains("{token}") ? route : ctx.path())
                .orElse("(unknown)");
    }
}
