package hedgerow.server.sandbox;

import hedgerow.server.provider.TimedSignature;
import hedgerow.server.provider.sandbox.SandboxProtocol;
import hedgerow.server.sandbox.Ledger.Entry;
import io.javalin.Javalin;
import io.javalin.http.Context;
import io.javalin.http.HttpResponseException;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.function.Predicate;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/// A provider that moves no money, and states this in each answer. It honours idempotency keys, keeps a
/// log of what it did, and misbehaves when a payment method asks for it ([Trouble]).
public final class Sandbox implements AutoCloseable {

    private static final JsonMapper MAPPER = new JsonMapper();
    private static final int MOST_BYTES = 1 << 16;
    private static final int CREATED = 201;
    private static final int DECIDES_AT_LOOK = 2;

    private final Ledger ledger;
    private final Duration hold;
    private final HttpClient client = HttpClient.newHttpClient();
    private final ExecutorService webhooks = Executors.newVirtualThreadPerTaskExecutor();
    private final Javalin app;
    private volatile Optional<Target> target;

    /// Where webhooks go.
    ///
    /// @param secret signs them
    public record Target(URI url, String secret) {}

    private Sandbox(int port, Optional<Path> log, Duration hold, Optional<Target> target) throws IOException {
        this.ledger = new Ledger(log);
        this.hold = hold;
        this.target = target;
        this.app = Javalin.create(config -> {
            config.startup.showJavalinBanner = false;
            config.concurrency.useVirtualThreads = true;
            config.http.maxRequestSize = MOST_BYTES;
            config.routes.before("/v1/*", Sandbox::requireSecret);
            config.routes.exception(JacksonException.class, (_, ctx) -> refuse(ctx, 400, "malformed_request"));
            config.routes.exception(
                    HttpResponseException.class, (e, ctx) -> refuse(ctx, e.getStatus(), "request_refused"));
            config.routes.get("/", ctx -> ctx.result(about().toString()).contentType("application/json"));
            config.routes.post("/v1/charges", ctx -> submit(ctx, charge(ctx)));
            config.routes.post("/v1/refunds", ctx -> submit(ctx, refund(ctx)));
            config.routes.get("/v1/charges", ctx -> look(ctx, "charge", ctx.queryParam("order")));
            config.routes.get("/v1/refunds", ctx -> look(ctx, "refund", ctx.queryParam("refund")));
            config.routes.post("/v1/refunds/{refund}/fail", this::failRefund);
            new CardPages(this::address, this::entered).register(config.routes);
            config.routes.get("/v1/log", ctx -> answer(ctx, 200, list(ledger.log())));
        });
        app.start("127.0.0.1", port);
    }

    /// Starts a provider.
    ///
    /// @param port 0 takes a free one
    /// @param log keeps what was charged over a restart; empty: in memory alone
    /// @param hold how long it leaves a caller without an answer who asked for a timeout
    /// @param target empty: no webhooks
    /// @throws IOException if the log cannot be read or written, or is not a sandbox's; the message names the file
    public static Sandbox start(int port, Optional<Path> log, Duration hold, Optional<Target> target)
            throws IOException {
        return new Sandbox(port, log, hold, target);
    }

    public URI address() {
        return URI.create("http://127.0.0.1:" + app.port());
    }

    /// Sends webhooks to another address from now on.
    public void notify(Target to) {
        target = Optional.of(to);
    }

    @Override
    public void close() {
        app.stop();
        webhooks.shutdownNow();
        client.shutdownNow();
    }

    // --- submissions ---------------------------------------------------------------------------------------------

    private static void requireSecret(Context ctx) {
        if (!String.valueOf(ctx.header("Authorization")).startsWith("Bearer " + SandboxProtocol.SECRET_PREFIX)) {
            refuse(ctx, 401, "secret_refused");
            ctx.skipRemainingHandlers();
        }
    }

    private static Entry charge(Context ctx) {
        var body = MAPPER.readTree(ctx.bodyAsBytes());
        var method = required(body, "method");
        var amount = body.path("amount_minor").asLong(0);
        var troubles = Trouble.of(method);
        var moved = troubles.contains(Trouble.WRONG_AMOUNT) ? amount + 1 : amount;
        var currency = required(body, "currency");
        var status = status(troubles, Trouble.DECLINED, Trouble.PENDING);
        return new Entry(
                "charge",
                Ledger.id("sc_"),
                key(ctx),
                required(body, "order"),
                body.path("attempt").asInt(0),
                null,
                null,
                method,
                troubles.contains(Trouble.WRONG_CURRENCY) ? another(currency) : currency,
                moved,
                status.equals("declined") ? null : Ledger.fee(moved),
                status,
                status.equals("declined") ? "card_declined" : null);
    }

    private static String status(Set<Trouble> troubles, Trouble declined, Trouble pending) {
        return troubles.contains(declined) ? "declined" : troubles.contains(pending) ? "pending" : "succeeded";
    }

    private static String another(String currency) {
        return currency.equals("USD") ? "EUR" : "USD";
    }

    private Entry refund(Context ctx) {
        var body = MAPPER.readTree(ctx.bodyAsBytes());
        var charge = ledger.find(one -> one.id().equals(body.path("charge").asString(""))).stream()
                .findFirst()
                .orElseThrow(() -> new HttpResponseException(422, "no such charge", Map.of()));
        var troubles = Trouble.of(charge.method());
        var status = status(troubles, Trouble.REFUND_DECLINED, Trouble.REFUND_PENDING);
        var amount = body.path("amount_minor").asLong(0);
        return new Entry(
                "refund",
                Ledger.id("sr_"),
                key(ctx),
                charge.order(),
                0,
                required(body, "refund"),
                charge.id(),
                charge.method(),
                charge.currency(),
                troubles.contains(Trouble.REFUND_WRONG_AMOUNT) ? amount + 1 : amount,
                null,
                status,
                status.equals("declined") ? "refund_declined" : null);
    }

    private static String key(Context ctx) {
        return Optional.ofNullable(ctx.header("Idempotency-Key"))
                .orElseThrow(() -> new HttpResponseException(400, "no idempotency key", Map.of()));
    }

    private static String required(JsonNode body, String field) {
        return Optional.of(body.path(field).asString(""))
                .filter(text -> !text.isEmpty())
                .orElseThrow(() -> new HttpResponseException(422, "no " + field, Map.of()));
    }

    /// Submits a request. If its answer gets lost, the charge remains: another try under the key finds it.
    private void submit(Context ctx, Entry asked) {
        var troubles = ledger.submitted(asked.key()) == 1 ? Trouble.of(asked.method()) : Set.<Trouble>of();
        if (troubles.contains(Trouble.TOO_MANY)) {
            refuse(ctx.header("Retry-After", "1"), 429, "too_many_requests");
        } else if (troubles.contains(Trouble.TIMEOUT_BEFORE)) {
            leave(ctx);
        } else if (troubles.contains(Trouble.ERROR_BEFORE)) {
            refuse(ctx, 500, "sandbox_failed");
        } else {
            ledger.make(asked)
                    .ifPresentOrElse(
                            made -> tell(ctx, made, troubles), () -> refuse(ctx, 400, "idempotency_key_reused"));
        }
    }

    private void tell(Context ctx, Entry made, Set<Trouble> troubles) {
        report(made, troubles);
        if (troubles.contains(Trouble.TIMEOUT_AFTER)) {
            leave(ctx);
        } else if (troubles.contains(Trouble.ERROR_AFTER)) {
            refuse(ctx, 500, "sandbox_failed");
        } else if (troubles.contains(Trouble.MALFORMED)) {
            ctx.status(CREATED).contentType("application/json").result("{\"sandbox\": true, \"id\": \"" + made.id());
        } else {
            if (troubles.contains(Trouble.SLOW)) {
                pause(hold.dividedBy(4));
            }
            var told = lie(made, troubles);
            answer(ctx, told.status().equals("declined") ? 422 : CREATED, shown(told));
        }
    }

    private static Entry lie(Entry made, Set<Trouble> troubles) {
        var told = troubles.contains(Trouble.ANOTHER_ORDER) ? ofAnotherOrder(made) : made;
        return troubles.contains(Trouble.SAYS_DECLINED) ? told.with("declined", "card_declined") : told;
    }

    private static Entry ofAnotherOrder(Entry entry) {
        return new Entry(
                entry.kind(),
                Ledger.id(entry.kind().equals("charge") ? "sc_" : "sr_"),
                entry.key(),
                UUID.randomUUID().toString(),
                entry.attempt(),
                entry.refund() == null ? null : UUID.randomUUID().toString(),
                entry.charge(),
                entry.method(),
                entry.currency(),
                entry.amountMinor(),
                entry.feeMinor(),
                entry.status(),
                entry.code());
    }

    private void leave(Context ctx) {
        pause(hold);
        refuse(ctx, 504, "sandbox_held");
    }

    private static void pause(Duration time) {
        try {
            Thread.sleep(time);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    // --- look-ups ------------------------------------------------------------------------------------------------

    private void look(Context ctx, String kind, String subject) {
        Predicate<Entry> about =
                one -> one.kind().equals(kind) && (kind.equals("charge") ? one.order() : one.refund()).equals(subject);
        var found = ledger.find(about);
        if (found.isEmpty()) {
            answer(ctx, 200, list(found));
            return;
        }
        var look = ledger.lookedUp(kind + " " + subject);
        var troubles = Trouble.of(found.getFirst().method());
        if (look == 1 && troubles.contains(Trouble.LOST_LOOKUP)) {
            answer(ctx, 200, list(List.of()));
            return;
        }
        var shown = new ArrayList<Entry>();
        if (troubles.contains(Trouble.ANOTHER_ORDER)) {
            shown.add(ofAnotherOrder(found.getFirst()));
        }
        found.forEach(one -> shown.add(decided(one, look)));
        answer(ctx, 200, list(shown));
    }

    private Entry decided(Entry entry, int look) {
        if (entry.status().equals("pending") && look >= DECIDES_AT_LOOK) {
            return told(ledger.move(entry, "succeeded", null));
        }
        return entry;
    }

    /// Has a refund fail that had succeeded.
    private void failRefund(Context ctx) {
        var refund = ctx.pathParam("refund");
        var failed = ledger
                .find(one -> refund.equals(one.refund()) && one.status().equals("succeeded"))
                .stream()
                .map(one -> told(ledger.move(one, "declined", "refund_failed")))
                .toList();
        answer(ctx, 200, list(failed));
    }

    private Entry told(Entry moved) {
        report(moved, Set.of());
        return moved;
    }

    // --- answers -------------------------------------------------------------------------------------------------

    private static ObjectNode about() {
        return MAPPER.createObjectNode()
                .put("sandbox", true)
                .put("name", "Hedgerow's sandbox, a provider that moves no money");
    }

    private static ObjectNode shown(Entry entry) {
        ObjectNode tree = MAPPER.valueToTree(entry);
        var shown = MAPPER.createObjectNode().put("sandbox", true);
        tree.properties().forEach(field -> shown.set(snake(field.getKey()), field.getValue()));
        return shown;
    }

    private static String snake(String name) {
        return name.replaceAll("([A-Z])", "_$1").toLowerCase(java.util.Locale.ROOT);
    }

    private static ObjectNode list(List<Entry> entries) {
        var tree = MAPPER.createObjectNode().put("sandbox", true);
        var data = tree.putArray("data");
        entries.forEach(one -> data.add(shown(one)));
        return tree;
    }

    private static void answer(Context ctx, int status, ObjectNode body) {
        ctx.status(status).contentType("application/json").result(body.toString());
    }

    private static void refuse(Context ctx, int status, String code) {
        answer(ctx, status, MAPPER.createObjectNode().put("sandbox", true).put("code", code));
    }

    // --- webhooks ------------------------------------------------------------------------------------------------

    private void report(Entry entry, Set<Trouble> troubles) {
        target.ifPresent(to -> {
            var event = event(entry);
            if (troubles.contains(Trouble.WEBHOOK_FORGED)) {
                var forged = event(entry.with("declined", "forged"));
                webhooks.execute(() -> post(to.url(), forged, "not-" + to.secret(), Instant.now()));
            }
            if (troubles.contains(Trouble.WEBHOOK_FIRST)) {
                post(to.url(), event, to.secret(), Instant.now()); // before the answer
                var earlier = event(entry.with("pending", null));
                webhooks.execute(() -> post(to.url(), earlier, to.secret(), Instant.now()));
            } else {
                webhooks.execute(() -> post(to.url(), event, to.secret(), Instant.now()));
            }
            if (troubles.contains(Trouble.WEBHOOK_TWICE)) {
                webhooks.execute(() -> post(to.url(), event, to.secret(), Instant.now()));
            }
        });
    }

    /// Reports a card that was chosen.
    private void entered(ObjectNode session) {
        var event = event(
                "checkout.completed",
                session.path("order").asString(),
                session.path("id").asString());
        target.ifPresent(to -> webhooks.execute(() -> post(to.url(), event, to.secret(), Instant.now())));
    }

    private static byte[] event(Entry entry) {
        return event(entry.kind() + "." + entry.status(), entry.order(), entry.id());
    }

    private static byte[] event(String type, String order, String subject) {
        return MAPPER.createObjectNode()
                .put("sandbox", true)
                .put("id", Ledger.id("se_"))
                .put("type", type)
                .put("order", order)
                .put("subject", subject)
                .toString()
                .getBytes(StandardCharsets.UTF_8);
    }

    private void post(URI url, byte[] body, String secret, Instant at) {
        try {
            var request = HttpRequest.newBuilder(url)
                    .timeout(Duration.ofSeconds(5))
                    .header("Content-Type", "application/json")
                    .header(SandboxProtocol.SIGNATURE, TimedSignature.of(body, secret, at))
                    .POST(HttpRequest.BodyPublishers.ofByteArray(body))
                    .build();
            client.send(request, BodyHandlers.discarding());
        } catch (IOException e) {
            // A webhook is a hint: whoever does not get it looks up.
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
