package hedgerow.server.sandbox;

import io.javalin.config.RoutesConfig;
import io.javalin.http.Context;
import io.javalin.http.HttpResponseException;
import java.net.URI;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;
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
    private final Map<String, ObjectNode> asked = new HashMap<>();
    private final Supplier<URI> address;
    private final Consumer<ObjectNode> entered;

    /// The pages of a sandbox.
    ///
    /// @param address the sandbox's own
    /// @param entered is told of each session in which a card was chosen
    CardPages(Supplier<URI> address, Consumer<ObjectNode> entered) {
        this.address = address;
        this.entered = entered;
    }

    void register(RoutesConfig routes) {
        routes.post("/v1/checkouts", this::open);
        routes.get("/v1/checkouts", this::list);
        routes.get(
                "/v1/checkouts/{id}",
                ctx -> ctx.contentType("application/json").result(session(ctx).toString()));
        routes.post("/v1/checkouts/{id}/expire", this::expire);
        routes.get("/checkouts/{id}", this::show);
        routes.post("/checkouts/{id}", this::choose);
    }

    private void open(Context ctx) {
        if (sessions.size() >= MOST) {
            throw new HttpResponseException(429, "too many sessions", Map.of());
        }
        var key = Optional.ofNullable(ctx.header("Idempotency-Key"))
                .orElseThrow(() -> new HttpResponseException(400, "no idempotency key", Map.of()));
        var session = opened(key, (ObjectNode) MAPPER.readTree(ctx.bodyAsBytes()));
        ctx.status(201).contentType("application/json").result(session.toString());
    }

    /// The session of a key; there is one, however often it is asked for.
    private synchronized ObjectNode opened(String key, ObjectNode wanted) {
        var before = asked.putIfAbsent(key, wanted.deepCopy());
        if (before != null && !before.equals(wanted)) {
            throw new HttpResponseException(400, "the key was used for another session", Map.of());
        }
        return sessions.values().stream()
                .filter(one -> one.path("key").asString("").equals(key))
                .findFirst()
                .orElseGet(() -> {
                    var id = Ledger.id("sh_");
                    wanted.put("sandbox", true).put("id", id).put("page", address.get() + "/checkouts/" + id);
                    sessions.put(id, wanted.put("key", key));
                    return wanted;
                });
    }

    /// Ends a session in which no card was chosen.
    private void expire(Context ctx) {
        var session = session(ctx);
        synchronized (session) {
            if (!session.has("method")) {
                session.put("expired", true);
            }
        }
        ctx.contentType("application/json").result(session.toString());
    }

    /// All sessions of a link.
    private void list(Context ctx) {
        var found = MAPPER.createObjectNode().put("sandbox", true);
        var data = found.putArray("data");
        sessions.values().stream()
                .filter(one -> one.path("link").asString("").equals(ctx.queryParam("link")))
                .forEach(data::add);
        ctx.contentType("application/json").result(found.toString());
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
        synchronized (session) {
            if (session.path("expired").asBoolean(false)) {
                throw new HttpResponseException(410, "the session has expired", Map.of());
            }
            session.put("method", method);
        }
        entered.accept(session);
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
