package hedgerow.server.cli;

import hedgerow.server.DemoKeys;
import hedgerow.server.sandbox.Sandbox;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.util.HexFormat;
import java.util.Map;
import java.util.concurrent.ThreadLocalRandom;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/// Has a sandbox charge an order of the demo tenant acme, by requests that anybody can send to the API.
final class DemoSandbox {

    private static final JsonMapper MAPPER = new JsonMapper();

    private final HttpClient client = HttpClient.newHttpClient();
    private final String api;

    /// Configures the demo tenants through their API.
    ///
    /// @param api the address of the HTTP API
    DemoSandbox(String api) {
        this.api = api;
    }

    /// Signals that the API refused a request, by its answer: what is kept from an earlier start may differ.
    static final class Refused extends RuntimeException {
        private static final long serialVersionUID = 1L;

        Refused(String message) {
            super(message);
        }
    }

    /// Gives acme a credential for the sandbox, and the sandbox the address for its webhooks.
    ///
    /// @return the id of an order that the sandbox charges
    /// @throws Refused if the API refuses any of it
    String open(Sandbox sandbox) {
        var known = call("GET", "/v1/provider-credentials?provider=sandbox&status=active&limit=1", Map.of());
        var credential = known.path("data").isEmpty()
                ? call(
                        "POST",
                        "/v1/provider-credentials",
                        Map.of("provider", "sandbox", "label", "Sandbox", "secret", "sk_sandbox_" + random()))
                : known.at("/data/0");
        var path = "/v1/provider-credentials/" + credential.path("id").asString();
        var secret = "whsec_" + random();
        call("POST", path + "/webhook-secret", Map.of("secret", secret));
        var way = call("POST", path + "/webhook", Map.of()).path("webhook_path").asString();
        sandbox.notify(new Sandbox.Target(URI.create(api + way), secret));
        return order();
    }

    private String order() {
        var customer = call("POST", "/v1/customers", Map.of("name", "Grace Hopper", "country", "DE"))
                .path("id")
                .asString();
        var method = call(
                        "POST",
                        "/v1/payment-methods",
                        Map.of(
                                "customer_id",
                                customer,
                                "kind",
                                "card",
                                "provider",
                                "sandbox",
                                "provider_token",
                                "pm_card",
                                "brand",
                                "visa",
                                "last4",
                                "4242",
                                "expires_month",
                                12,
                                "expires_year",
                                2099))
                .path("id")
                .asString();
        var order = call(
                        "POST",
                        "/v1/payment-orders",
                        Map.of(
                                "customer_id",
                                customer,
                                "payment_method_id",
                                method,
                                "currency",
                                "EUR",
                                "amount_minor",
                                4_200))
                .path("id")
                .asString();
        call("POST", "/v1/payment-orders/" + order + "/confirm", Map.of());
        return order;
    }

    private static String random() {
        var bytes = new byte[16];
        ThreadLocalRandom.current().nextBytes(bytes);
        return HexFormat.of().formatHex(bytes);
    }

    private JsonNode call(String verb, String path, Map<String, ?> body) {
        try {
            var request = HttpRequest.newBuilder(URI.create(api + path))
                    .header("Authorization", "Bearer " + DemoKeys.testKey("acme", "Owner"));
            if (!body.isEmpty()) {
                request.header("Content-Type", "application/json");
            }
            var sent = body.isEmpty()
                    ? HttpRequest.BodyPublishers.noBody()
                    : HttpRequest.BodyPublishers.ofString(MAPPER.writeValueAsString(body));
            var answer = client.send(request.method(verb, sent).build(), BodyHandlers.ofString());
            if (answer.statusCode() / 100 != 2) {
                throw new Refused("%s %s: %s".formatted(verb, path, answer.body()));
            }
            return MAPPER.readTree(answer.body());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }
}
