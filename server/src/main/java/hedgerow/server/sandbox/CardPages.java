package hedgerow.server.sandbox;

import io.javalin.config.RoutesConfig;
import io.javalin.http.Context;
import io.javalin.http.HttpResponseException;
import java.net.URI;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Supplier;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/// The page on which a payer of the sandbox chooses a card by its behaviour. It takes no card number.
final class CardPages {

    private static final JsonMapper MAPPER = new JsonMapper();
    private static final int MOST = 10_000;
    private static final String PLACEHOLDER = "{CHECKOUT_SESSION_ID}";
    private static final Set<String> METHODS = Set.of("pm_card", "pm_declined", "pm_error_after");
    private static final String PAGE = """
        <!doctype html>
        <html lang="en">
        <head>
          <meta charset="utf-8">
          <meta name="viewport" content="width=device-width, initial-scale=1">
          <meta name="color-scheme" content="light dark">
          <title>Sandbox: choose a card</title>
        </head>
        <body>
          <main>
            <h1>Choose a card</h1>
            <p>This is the sandbox of Hedgerow. It moves no money and takes no card number.</p>
            <p>{text}</p>
            <form method="post">
              <p><button name="method" value="pm_card">A card that pays</button></p>
              <p><button name="method" value="pm_declined">A card that is declined</button></p>
              <p><button name="method" value="pm_error_after">A card that pays while the provider fails</button></p>
            </form>
            <p><a href="{without}">Back to the seller</a></p>
          </main>
        </body>
        </html>
        """;

    private final Map<String, ObjectNode> sessions = new ConcurrentHashMap<>();
    private final Supplier<URI> address;

    /// The pages of a sandbox.
    ///
    /// @param address the sandbox's own
    CardPages(Supplier<URI> address) {
        this.address = address;
    }

    void register(RoutesConfig routes) {
        routes.post("/v1/checkouts", this::open);
        routes.get(
                "/v1/checkouts/{id}",
                ctx -> ctx.contentType("application/json").result(session(ctx).toString()));
        routes.get("/checkouts/{id}", this::show);
        routes.post("/checkouts/{id}", this::choose);
    }

    private void open(Context ctx) {
        if (sessions.size() >= MOST) {
            throw new HttpResponseException(429, "too many sessions", Map.of());
        }
        var id = Ledger.id("sh_");
        var session = (ObjectNode) MAPPER.readTree(ctx.bodyAsBytes());
        session.put("sandbox", true).put("id", id).put("page", address.get() + "/checkouts/" + id);
        sessions.put(id, session);
        ctx.status(201).contentType("application/json").result(session.toString());
    }

    private ObjectNode session(Context ctx) {
        return Optional.ofNullable(sessions.get(ctx.pathParam("id")))
                .orElseThrow(() -> new HttpResponseException(404, "no such session", Map.of()));
    }

    private void show(Context ctx) {
        var session = session(ctx);
        ctx.html(PAGE.replace("{text}", escaped(session.path("text").asString("")))
                        .replace("{without}", escaped(session.path("without").asString(""))))
                .header("Content-Security-Policy", "default-src 'none'; frame-ancestors 'none'")
                .header("Cache-Control", "no-store");
    }

    private void choose(Context ctx) {
        var session = session(ctx);
        var method = String.valueOf(ctx.formParam("method"));
        if (!METHODS.contains(method)) {
            throw new HttpResponseException(422, "no such card", Map.of());
        }
        session.put("method", method);
        ctx.status(303)
                .header(
                        "Location",
                        session.path("back")
                                .asString("")
                                .replace(PLACEHOLDER, session.path("id").asString()));
    }

    private static String escaped(String text) {
        return text.replace("&", "&amp;")
                .replace("<", "&lt;")
                .replace(">", "&gt;")
                .replace("\"", "&quot;");
    }
}
