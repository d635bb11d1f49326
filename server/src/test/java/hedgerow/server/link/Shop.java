package hedgerow.server.link;

import static org.assertj.core.api.Assertions.assertThat;

import hedgerow.server.DemoKeys;
import hedgerow.server.Service;
import hedgerow.server.ServiceSettings;
import hedgerow.server.sandbox.Sandbox;
import hedgerow.server.settings.Configuration;
import hedgerow.sql.FirstColumn;
import hedgerow.sql.HedgerowDatabase;
import hedgerow.sql.Logins;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.sql.SQLException;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.regex.Pattern;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/// A seller: acme of the demo data, with an API, a worker, and an account at the sandbox.
final class Shop implements AutoCloseable {

    private static final HttpClient HTTP = HttpClient.newHttpClient();
    private static final JsonMapper MAPPER = new JsonMapper();
    private static final Pattern CONTINUE = Pattern.compile("class=\"button\" href=\"([^\"]+)\"");

    final Sandbox sandbox = sandbox();
    private final HedgerowDatabase database;
    private final AtomicInteger payers = new AtomicInteger();
    private final Service service;

    private static Sandbox sandbox() {
        try {
            return Sandbox.start(0, Optional.empty(), Duration.ofMillis(500), Optional.empty());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    Shop(HedgerowDatabase database, Map<String, String> special) {
        this.database = database;
        var settings = new HashMap<>(Map.of(
                "port",
                "0",
                "database",
                database.url(Logins.APP).libpq(),
                "worker",
                "true",
                "worker-database",
                database.url(Logins.WORKER).libpq(),
                "provider-urls",
                "sandbox=" + sandbox.address(),
                "credential-key",
                "5a".repeat(32),
                "demo",
                "true",
                "trusted-proxies",
                "127.0.0.1/32",
                "log-requests",
                "false"));
        settings.putAll(special);
        service = Service.start(ServiceSettings.of(Configuration.of(settings, Map.of(), Optional.empty())));
    }

    /// Gives acme an account at the sandbox.
    Shop withAccount() {
        made("/v1/provider-credentials", """
            {"provider": "sandbox", "label": "Sandbox", "secret": "sk_sandbox_acme"}\
            """);
        return this;
    }

    URI address(String path) {
        return URI.create("http://127.0.0.1:%d%s".formatted(service.port(), path));
    }

    // --- the seller ----------------------------------------------------------------------------------------------

    /// A link to a price of a new product, in euros.
    Link link(String product, long minor, String more) {
        return link(product, "\"currency\": \"EUR\", \"unit_amount_minor\": " + minor, more);
    }

    Link link(String product, String price, String more) {
        var productId = made("/v1/products", MAPPER.writeValueAsString(Map.of("name", product)))
                .path("id")
                .asString();
        var priceId = made(
                        "/v1/prices", "{\"product_id\": \"%s\", \"kind\": \"one_off\", %s}".formatted(productId, price))
                .path("id")
                .asString();
        var link = made("/v1/payment-links", "{\"price_id\": \"%s\"%s}".formatted(priceId, more));
        return new Link(link.path("id").asString(), link.path("token").asString(), priceId);
    }

    record Link(String id, String token, String price) {
        String path() {
            return "/pay/" + token;
        }
    }

    JsonNode made(String path, String body) {
        var answer = owner("POST", path, body);
        assertThat(answer.statusCode()).as(answer.body()).isBetween(200, 201);
        return MAPPER.readTree(answer.body());
    }

    HttpResponse<String> owner(String method, String path, String body) {
        return with(DemoKeys.testKey("acme", "Owner"), method, path, body);
    }

    /// Sends a request with an API key, and perhaps more headers: name, value, name, value...
    HttpResponse<String> with(String key, String method, String path, String body, String... headers) {
        var request = HttpRequest.newBuilder(address(path))
                .header("Authorization", "Bearer " + key)
                .header("Content-Type", "application/json")
                .method(method, BodyPublishers.ofString(body));
        return send(headers.length == 0 ? request : request.headers(headers));
    }

    // --- the payer -----------------------------------------------------------------------------------------------

    HttpResponse<String> get(String path) {
        return send(HttpRequest.newBuilder(address(path)));
    }

    /// Sends a request of a payer whom no other request comes from: one address begins few payments in a minute.
    HttpResponse<String> post(String path) {
        var payer = payers.getAndIncrement();
        return post(path, "198.18.%d.%d".formatted(payer / 250, 1 + payer % 250));
    }

    HttpResponse<String> post(String path, String payer) {
        return send(HttpRequest.newBuilder(address(path))
                .header("X-Forwarded-For", payer)
                .POST(BodyPublishers.noBody()));
    }

    /// Begins a payment by card; returns the page of the provider.
    URI begin(Link link) {
        var leaving = post(link.path());
        assertThat(leaving.statusCode()).as(leaving.body()).isEqualTo(200);
        var found = CONTINUE.matcher(leaving.body());
        assertThat(found.find()).as(leaving.body()).isTrue();
        return URI.create(found.group(1));
    }

    /// Begins a payment from a wallet; returns the page of the request.
    URI request(Link link) {
        var begun = post(link.path());
        assertThat(begun.statusCode()).as(begun.body()).isEqualTo(303);
        return address(link.path())
                .resolve(begun.headers().firstValue("Location").orElseThrow());
    }

    /// Chooses a card on the page of the provider; returns the address to return to.
    static URI choose(URI page, String method) {
        var chosen = send(HttpRequest.newBuilder(page)
                .header("Content-Type", "application/x-www-form-urlencoded")
                .POST(BodyPublishers.ofString("method=" + method)));
        assertThat(chosen.statusCode()).as(chosen.body()).isEqualTo(303);
        return URI.create(chosen.headers().firstValue("Location").orElseThrow());
    }

    static HttpResponse<String> get(URI address) {
        return send(HttpRequest.newBuilder(address));
    }

    static UUID order(URI returning) {
        return UUID.fromString(returning.getPath().replaceAll(".*/", ""));
    }

    private static HttpResponse<String> send(HttpRequest.Builder request) {
        try {
            return HTTP.send(request.build(), BodyHandlers.ofString());
        } catch (IOException e) {
            throw new AssertionError(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new AssertionError(e);
        }
    }

    // --- the database --------------------------------------------------------------------------------------------

    /// Runs SQL as the superuser, bound to a tenant.
    void run(String tenant, boolean livemode, String sql) {
        try (var connection = database.admin();
                var statement = connection.createStatement()) {
            statement.execute(
                    "begin; select app.bind(id, 'system:test', %s) from app.organization where slug = '%s'; %s; commit"
                            .formatted(livemode, tenant, sql));
        } catch (SQLException e) {
            throw new AssertionError(sql, e);
        }
    }

    String one(String sql) {
        try (var connection = database.admin()) {
            return FirstColumn.of(connection, sql).getFirst();
        } catch (SQLException e) {
            throw new AssertionError(sql, e);
        }
    }

    @Override
    public void close() {
        service.close();
        sandbox.close();
    }
}
