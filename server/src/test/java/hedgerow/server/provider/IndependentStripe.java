package hedgerow.server.provider;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.BufferedReader;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.URLDecoder;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Assumptions;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/// The npm package `stripe-stateful-mock`, which others wrote: it keeps charges, refunds and idempotency keys, and
/// refuses what Stripe refuses. It knows no PaymentIntents, so a thin layer before it shows each of its charges as
/// the PaymentIntent that made it.
final class IndependentStripe implements AutoCloseable {

    private static final Path MODULE = Path.of("target", "stripe", "node_modules", "stripe-stateful-mock");
    private static final String START =
            "require(process.argv[1]).createExpressApp().listen(0, '127.0.0.1', function () {"
                    + " console.log(this.address().port) })";
    private static final Pattern ORDER = Pattern.compile("metadata\\['hedgerow_order'\\]:'([0-9a-f-]{36})'");
    private static final JsonMapper MAPPER = new JsonMapper();

    private final Process process;
    private final HttpClient client = HttpClient.newHttpClient();
    private final HttpServer intents;
    private final URI charges;
    private final AtomicInteger submissions = new AtomicInteger();

    private IndependentStripe(Process process, int port) throws IOException {
        this.process = process;
        this.charges = URI.create("http://127.0.0.1:" + port);
        this.intents = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 50);
        intents.setExecutor(Executors.newVirtualThreadPerTaskExecutor());
        intents.createContext("/", this::answer);
        intents.start();
    }

    /// Starts it, on loopback only; the test is skipped where the package or node is missing.
    static IndependentStripe start() throws IOException {
        Assumptions.assumeTrue(
                Files.isDirectory(MODULE), "NO STRIPE-STATEFUL-MOCK: Stripe's protocol is tested by ourselves alone");
        var node =
                new ProcessBuilder("node", "-e", START, MODULE.toAbsolutePath().toString());
        node.environment().put("LOG_LEVEL", "silent");
        Process process;
        try {
            process = node.redirectError(ProcessBuilder.Redirect.DISCARD).start();
        } catch (IOException e) {
            Assumptions.abort("NO NODE: Stripe's protocol is tested by ourselves alone");
            throw e;
        }
        BufferedReader output = process.inputReader();
        return new IndependentStripe(process, Integer.parseInt(output.readLine()));
    }

    /// Where PaymentIntents are understood.
    URI address() {
        return URI.create("http://127.0.0.1:" + intents.getAddress().getPort());
    }

    /// The number of times that a charge was requested, made or not.
    int submissions() {
        return submissions.get();
    }

    /// Where the package itself listens.
    URI charges() {
        return charges;
    }

    @Override
    public void close() {
        intents.stop(0);
        process.destroyForcibly();
        client.shutdownNow();
    }

    // --- PaymentIntents over charges -----------------------------------------------------------------------------

    private void answer(HttpExchange exchange) throws IOException {
        try (exchange) {
            var uri = exchange.getRequestURI();
            var body = new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8);
            var fields = fields(Optional.ofNullable(uri.getRawQuery()).orElse(body));
            var answer = switch (exchange.getRequestMethod() + " " + uri.getPath()) {
                case "POST /v1/payment_intents" -> charge(exchange, fields);
                case "GET /v1/payment_intents/search" -> search(exchange, fields);
                case "POST /v1/refunds" -> refund(exchange, fields);
                case "GET /v1/refunds" -> refunds(exchange, fields);
                default -> new Answered(404, MAPPER.createObjectNode());
            };
            var bytes = answer.json().toString().getBytes(StandardCharsets.UTF_8);
            exchange.getResponseHeaders().add("Content-Type", "application/json");
            exchange.sendResponseHeaders(answer.status(), bytes.length);
            exchange.getResponseBody().write(bytes);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private record Answered(int status, JsonNode json) {}

    private Answered charge(HttpExchange from, Map<String, String> fields) throws IOException, InterruptedException {
        submissions.incrementAndGet();
        var form = new LinkedHashMap<>(fields);
        form.keySet().removeIf(name -> !name.matches("amount|currency|metadata\\[.*"));
        form.put("source", fields.get("payment_method").replaceFirst("^pm_card_", "tok_"));
        var answer = call(from, "POST", "/v1/charges", form);
        if (answer.status() == 200) {
            return new Answered(200, intent(answer.json()));
        }
        var charge = answer.json().at("/error/charge").asString("");
        if (!charge.isEmpty()) {
            ((ObjectNode) answer.json().path("error"))
                    .putObject("payment_intent")
                    .put("id", id(charge));
        }
        return answer;
    }

    private Answered search(HttpExchange from, Map<String, String> fields) throws IOException, InterruptedException {
        var order = ORDER.matcher(fields.get("query"));
        if (!order.matches()) {
            return new Answered(400, MAPPER.createObjectNode());
        }
        var found = MAPPER.createObjectNode().put("object", "search_result").put("has_more", false);
        var data = found.putArray("data");
        call(from, "GET", "/v1/charges", Map.of())
                .json()
                .path("data")
                .valueStream()
                .filter(one -> one.at("/metadata/hedgerow_order").asString("").equals(order.group(1)))
                .forEach(one -> data.add(intent(one)));
        return new Answered(200, found);
    }

    private Answered refund(HttpExchange from, Map<String, String> fields) throws IOException, InterruptedException {
        return call(from, "POST", "/v1/refunds", ofCharge(fields));
    }

    private Answered refunds(HttpExchange from, Map<String, String> fields) throws IOException, InterruptedException {
        return call(from, "GET", "/v1/refunds", ofCharge(fields));
    }

    private static Map<String, String> ofCharge(Map<String, String> fields) {
        var form = new LinkedHashMap<>(fields);
        form.put("charge", form.remove("payment_intent").replaceFirst("^pi_", "ch_"));
        return form;
    }

    private static String id(String charge) {
        return charge.replaceFirst("^ch_", "pi_");
    }

    private static ObjectNode intent(JsonNode charge) {
        var paid = charge.path("status").asString().equals("succeeded");
        var intent = MAPPER.createObjectNode()
                .put("id", id(charge.path("id").asString()))
                .put("object", "payment_intent")
                .put("livemode", false)
                .put("status", paid ? "succeeded" : "requires_payment_method")
                .put("amount", charge.path("amount").asLong())
                .put("amount_received", paid ? charge.path("amount").asLong() : 0)
                .put("currency", charge.path("currency").asString());
        intent.set("metadata", charge.path("metadata"));
        if (!paid) {
            intent.putObject("last_payment_error")
                    .put("code", charge.path("failure_code").asString());
        }
        return intent;
    }

    // --- HTTP ----------------------------------------------------------------------------------------------------

    private Answered call(HttpExchange from, String verb, String path, Map<String, String> fields)
            throws IOException, InterruptedException {
        var encoded = fields.entrySet().stream()
                .map(field -> encoded(field.getKey()) + "=" + encoded(field.getValue()))
                .collect(Collectors.joining("&"));
        var isGet = verb.equals("GET");
        var request = HttpRequest.newBuilder(charges.resolve(isGet ? path + "?" + encoded : path))
                .method(verb, isGet ? BodyPublishers.noBody() : BodyPublishers.ofString(encoded));
        for (var name : new String[] {"Authorization", "Content-Type", "Idempotency-Key"}) {
            Optional.ofNullable(from.getRequestHeaders().getFirst(name))
                    .ifPresent(value -> request.header(name, value));
        }
        HttpResponse<String> answer = client.send(request.build(), BodyHandlers.ofString());
        return new Answered(answer.statusCode(), MAPPER.readTree(answer.body()));
    }

    private static Map<String, String> fields(String encoded) {
        var fields = new LinkedHashMap<String, String>();
        for (var field : encoded.split("&")) {
            var parts = field.split("=", 2);
            if (parts.length == 2) {
                fields.put(decoded(parts[0]), decoded(parts[1]));
            }
        }
        return fields;
    }

    private static String encoded(String text) {
        return URLEncoder.encode(text, StandardCharsets.UTF_8);
    }

    private static String decoded(String text) {
        return URLDecoder.decode(text, StandardCharsets.UTF_8);
    }
}
