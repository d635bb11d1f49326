package hedgerow.server.http;

import static org.assertj.core.api.Assertions.assertThat;

import hedgerow.server.DemoKeys;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.net.InetAddress;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.sql.SQLException;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.logging.Level;
import java.util.logging.Logger;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.parallel.ResourceLock;
import org.junit.jupiter.api.parallel.Resources;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/// The server's behaviour before any resource is reached.
@ResourceLock(Resources.SYSTEM_ERR)
class HttpCoreTest {

    private static final HttpClient CLIENT = HttpClient.newHttpClient();

    @RegisterExtension
    static final ApiServer SERVER = new ApiServer();

    @Test
    void an_unknown_address_is_a_problem() throws Exception {
        var answer = send(request("/v1/nothing"));
        assertProblem(answer, 404, "route_not_found");
        assertThat(answer.headers().firstValue("X-Content-Type-Options")).contains("nosniff");
        assertThat(answer.headers().firstValue("Server-Timing")).isPresent();
        assertThat(answer.headers().firstValue("Server")).isEmpty();
        assertThat(answer.headers().firstValue("Access-Control-Allow-Origin")).isEmpty();
    }

    @Test
    void a_wrong_method_gets_the_list_of_right_ones() throws Exception {
        var answer = send(request("/openapi.json").DELETE());
        assertProblem(answer, 405, "method_not_allowed");
        assertThat(answer.headers().firstValue("Allow")).contains("GET");
        assertProblem(
                send(request("/openapi.json").method("OPTIONS", HttpRequest.BodyPublishers.noBody())),
                405,
                "method_not_allowed");
    }

    @Test
    void head_is_get_without_the_body() throws Exception {
        var head = send(request("/openapi.json").method("HEAD", HttpRequest.BodyPublishers.noBody()));
        assertThat(head.statusCode()).isEqualTo(200);
        assertThat(head.headers().firstValue("Content-Type")).contains("application/json");
        assertThat(head.body()).isEmpty();
        assertThat(send(request("/v1/nothing").method("HEAD", HttpRequest.BodyPublishers.noBody()))
                        .statusCode())
                .isEqualTo(404);
    }

    @Test
    void a_sane_request_id_is_kept_and_another_replaced() throws Exception {
        assertThat(id(send(request("/openapi.json").header("X-Request-Id", "order-7_b.2"))))
                .isEqualTo("order-7_b.2");
        assertThat(id(send(request("/openapi.json").header("X-Request-Id", "{\"admin\": true}"))))
                .matches("[0-9a-f-]{36}");
        assertThat(id(send(request("/openapi.json").header("X-Request-Id", "a".repeat(65)))))
                .matches("[0-9a-f-]{36}");
    }

    @Test
    void an_unknown_parameter_is_a_problem() throws Exception {
        var answer = send(request("/openapi.json?pretty=1"));
        assertProblem(answer, 400, "invalid_parameter");
        assertThat(json(answer).at("/errors/0/field").asString()).isEqualTo("pretty");
    }

    @Test
    void headers_have_a_limit() throws Exception {
        assertProblem(send(request("/openapi.json").header("X-Long", "a".repeat(20_000))), 431, "headers_too_large");
    }

    @Test
    void a_malformed_request_is_a_problem() throws Exception {
        assertThat(raw("GET /openapi.json HTTP/1.1\r\nHost: a\r\nHost: b\r\n\r\n"))
                .startsWith("HTTP/1.1 400")
                .contains("application/problem+json", "\"invalid_request\"")
                .doesNotContainIgnoringCase("jetty");
        assertThat(raw("GET /openapi.json HTTP/1.1\r\n\r\n"))
                .startsWith("HTTP/1.1 400")
                .doesNotContainIgnoringCase("jetty");
        assertThat(raw("GET /%2e%2e/openapi.json HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n"))
                .startsWith("HTTP/1.1 400")
                .doesNotContainIgnoringCase("jetty");
    }

    // --- bodies --------------------------------------------------------------------------------------------------

    @Test
    void a_body_that_differs_from_the_document_is_a_problem() {
        var acme = SERVER.as("acme", "Owner");
        var path = "/v1/customers";
        acme.post(path, "{\"name\": ").problem(ProblemCode.INVALID_JSON);
        acme.post(path, "{\"name\": \"a\"} {}").problem(ProblemCode.INVALID_JSON);
        acme.post(path, "{\"name\": \"a\", \"name\": \"b\"}").problem(ProblemCode.INVALID_JSON);
        acme.post(path, "[".repeat(5_000) + "]".repeat(5_000)).problem(ProblemCode.INVALID_JSON);
        acme.post(path, "{\"name\": " + "1".repeat(200) + "}").problem(ProblemCode.INVALID_JSON);
        acme.post(path, "[]").problem(ProblemCode.INVALID_BODY);
        acme.post(path, "null").problem(ProblemCode.INVALID_BODY);
        acme.post(path, "{\"name\": \"" + "a".repeat(300_000) + "\"}").problem(ProblemCode.BODY_TOO_LARGE);
        acme.post(path, "{\"name\": \"a\\u0000b\"}").problem(ProblemCode.INVALID_BODY);
        acme.post(path, "{\"name\": \"a\", \"email\": \"A@B.example\"}").problem(ProblemCode.INVALID_BODY);
        var faults =
                acme.post(path, "{\"nmae\": \"a\", \"country\": \"Germany\"}").problem(ProblemCode.INVALID_BODY);
        assertThat(faults.body().path("errors").findValuesAsString("field")).contains("/name", "/nmae", "/country");
        acme.patch(path + "/" + "0".repeat(36), "{}").problem(ProblemCode.NOT_FOUND);
    }

    @Test
    void a_body_is_json_or_nothing() throws Exception {
        var text = request("/v1/customers")
                .header("Authorization", "Bearer " + DemoKeys.testKey("acme", "Owner"))
                .header("Content-Type", "text/plain")
                .POST(HttpRequest.BodyPublishers.ofString("{\"name\": \"a\"}"));
        assertProblem(send(text), 415, "unsupported_media_type");
    }

    /// The database names tables, columns, constraints and values; the response names none that the
    /// document does not.
    @Test
    void a_refusal_by_the_database_reveals_no_internals() {
        var acme = SERVER.as("acme", "Owner");
        var wallet = "{\"kind\": \"eoa\", \"chain\": \"eip155:84532\", \"address\": \"0x%040d\", \"label\": \"x\"}"
                .formatted(7);
        acme.post("/v1/wallets", wallet).is(201);
        var again = acme.post("/v1/wallets", wallet).problem(ProblemCode.ALREADY_EXISTS);
        var link = acme.post("/v1/payment-links", "{\"price_id\": \"%s\"}".formatted(new java.util.UUID(0, 1)))
                .problem(ProblemCode.INVALID_REFERENCE);
        for (var answer : List.of(again, link)) {
            assertThat(answer.response().body())
                    .doesNotContainIgnoringCase("organization_id", "constraint", "app.", "sql", "psql", "exception");
        }
    }

    @Test
    void an_unauthenticated_caller_gets_no_further() {
        SERVER.with("hk_test_nobody").get("/v1/customers").problem(ProblemCode.UNAUTHENTICATED);
        SERVER.with("").get("/v1/customers").problem(ProblemCode.UNAUTHENTICATED);
        SERVER.with("hk_test_nobody").get("/v1/customers?nonsense=1").problem(ProblemCode.UNAUTHENTICATED);
    }

    @Test
    void an_organization_may_be_picked_in_the_path() {
        var acme = SERVER.one("select id from app.organization where slug = 'acme'");
        var path = "/v1/organizations/" + acme + "/customers?limit=1";
        var found = SERVER.as("acme", "Owner").get(path).is(200);
        assertThat(found.body())
                .isEqualTo(
                        SERVER.as("acme", "Owner").get("/v1/customers?limit=1").body());
        SERVER.as("globex", "Owner").get(path).problem(ProblemCode.FORBIDDEN);
        SERVER.person("globex", "owner").get(path).problem(ProblemCode.INVALID_HEADER);
        SERVER.person("acme", "owner").get(path).is(200);
        SERVER.as("acme", "Owner").get("/v1/organizations/" + acme + "/nothing").problem(ProblemCode.ROUTE_NOT_FOUND);
        SERVER.as("acme", "Owner")
                .get("/v1/organizations/00000000-0000-7000-8000-000000000000/customers")
                .problem(ProblemCode.FORBIDDEN);
    }

    @Test
    void metrics_and_health_contain_no_names() throws Exception {
        SERVER.as("acme", "Owner").get("/v1/customers?limit=1").is(200);
        assertThat(send(request("/healthz")).body()).isEqualTo("{\"status\":\"alive\"}");
        assertThat(send(request("/readyz")).body()).isEqualTo("{\"status\":\"ready\"}");
        assertThat(send(request("/metrics")).body())
                .contains("http_server_requests_seconds_count{method=\"GET\",route=\"/v1/customers\",status=\"200\"}")
                .contains("hikaricp_connections")
                .doesNotContain("acme", "http_server_requests_seconds_bucket");
        var docs = send(request("/docs"));
        assertThat(docs.body()).contains("swagger-ui-bundle.js");
        assertThat(docs.headers().firstValue("Content-Security-Policy").orElse(""))
                .contains("script-src 'self'")
                .doesNotContain("unsafe-eval");
        for (var file : List.of("docs.js", "swagger-ui-bundle.js", "swagger-ui.css")) {
            assertThat(docs.body()).contains("\"/docs/assets/" + file + "\"");
            assertThat(send(request("/docs/assets/" + file)).statusCode()).isEqualTo(200);
        }
        assertThat(send(request("/docs/assets/..%2findex.html")).statusCode()).isIn(400, 404);
    }

    @Test
    void a_caller_sees_how_long_and_how_often_the_request_waited() throws Exception {
        var acme = SERVER.as("acme", "Owner");
        var customer = acme.post("/v1/customers", "{\"name\": \"Ada\"}").text("/id");
        var before = roundTrips("true");
        assertThat(acme.get("/v1/customers/" + customer).header("Server-Timing"))
                .matches("auth;dur=[0-9.]+, db;dur=[0-9.]+;desc=\"round trips: 1\", total;dur=[0-9.]+");
        assertThat(roundTrips("true")).isEqualTo(before + 1);
        var commits = roundTrips("false");
        assertThat(acme.post("/v1/customers/" + customer + "/archive").is(200).header("Server-Timing"))
                .contains("round trips: 2"); // the change, and its event with the commit of both
        assertThat(roundTrips("true")).isEqualTo(before + 2);
        assertThat(roundTrips("false")).isEqualTo(commits + 1);
        assertThat(acme.with("Idempotency-Key", UUID.randomUUID().toString())
                        .post("/v1/customers/" + customer + "/restore")
                        .is(200)
                        .header("Server-Timing"))
                .contains("round trips: 3"); // the key; the change; its event and answer, with the commit of all
        assertThat(send(request("/metrics")).body())
                .contains("http_server_requests_round_trips_sum{method=\"GET\",route=\"/v1/customers/{id}\"}");
    }

    private static double roundTrips(String binding) throws Exception {
        var line = "hedgerow_db_round_trips_seconds_count{binding=\"" + binding + "\"} ";
        return send(request("/metrics"))
                .body()
                .lines()
                .filter(said -> said.startsWith(line))
                .mapToDouble(said -> Double.parseDouble(said.substring(line.length())))
                .sum();
    }

    @Test
    void an_unauthenticated_caller_sees_no_timing() {
        var acme = SERVER.as("acme", "Owner");
        var made = acme.post("/v1/api-keys", "{\"name\": \"Shop\", \"role\": \"viewer\"}")
                .is(201);
        var shop = SERVER.with(made.text("/secret"));
        shop.get("/v1/customers?limit=1").is(200);
        acme.post("/v1/api-keys/" + made.text("/id") + "/revoke").is(200);
        for (var nobody : List.of(shop, SERVER.with("hk_test_nobody"))) {
            var refused = nobody.get("/v1/customers?limit=1").problem(ProblemCode.UNAUTHENTICATED);
            assertThat(refused.header("Server-Timing")).matches("total;dur=[0-9.]+");
        }
    }

    /// In YAML a comma ends an unquoted description, and the rest becomes another key.
    @Test
    void no_sentence_of_the_document_is_torn() {
        assertThat(names(SERVER.document())).isNotEmpty().noneMatch(name -> name.matches("[^/]* [^/]*"));
    }

    // --- the log -------------------------------------------------------------------------------------------------

    /// The pool sees that the connection is closed, but the database has not failed.
    @Test
    void a_refused_bind_is_no_failure_in_the_log() {
        var acme = SERVER.as("acme", "Owner");
        var made = acme.post("/v1/api-keys", "{\"name\": \"Shop\", \"role\": \"viewer\"}")
                .is(201);
        var shop = SERVER.with(made.text("/secret"));
        shop.get("/v1/customers?limit=1").is(200);
        acme.post("/v1/api-keys/" + made.text("/id") + "/revoke").is(200);
        assertThat(captured(() -> shop.get("/v1/customers?limit=1").problem(ProblemCode.UNAUTHENTICATED)))
                .isEmpty();
    }

    @Test
    void a_lost_connection_is_one() {
        var pool = Logger.getLogger("com.zaxxer.hikari.pool.ProxyConnection");
        assertThat(captured(() -> pool.log(Level.WARNING, "broken", new SQLException("reset", "08006"))))
                .contains("\"broken\"", "reset");
    }

    @Test
    void every_log_line_names_its_request_and_actor() {
        var acme = SERVER.one("select id from app.organization where slug = 'acme'");
        SERVER.run("alter table app.chain rename column name to name_of_old");
        try {
            var said = captured(() -> SERVER.as("acme", "Owner")
                    .with("X-Request-Id", "order-7")
                    .get("/v1/chains")
                    .problem(ProblemCode.INTERNAL_ERROR));
            var line = new JsonMapper().readTree(said);
            assertThat(line.path("level").asString()).isEqualTo("error");
            assertThat(line.path("request_id").asString()).isEqualTo("order-7");
            assertThat(line.path("tenant").asString()).isEqualTo(acme);
            assertThat(line.path("actor").asString()).startsWith("key:");
            assertThat(said).doesNotContain("hk_test_");
        } finally {
            SERVER.run("alter table app.chain rename column name_of_old to name");
        }
    }

    @Test
    void a_warning_of_a_library_is_a_warning_of_the_request_that_it_comes_with() {
        var library = Logger.getLogger("org.example.library");
        var broken = new SQLException("reset", "08006");
        var said = captured(() -> Exchange.call("order-8", () -> {
            library.log(Level.WARNING, "broken", broken);
            return null;
        }));
        var line = new JsonMapper().readTree(said);
        assertThat(line.path("level").asString()).isEqualTo("warn");
        assertThat(line.path("request_id").asString()).isEqualTo("order-8");
        assertThat(line.path("stack").asString()).contains("reset");
        assertThat(captured(() -> library.log(Level.SEVERE, "broken", broken)))
                .contains("\"error\"")
                .doesNotContain("request_id");
    }

    // --- helpers -------------------------------------------------------------------------------------------------

    private static Stream<String> names(JsonNode node) {
        return Stream.concat(
                node.propertyStream().map(Map.Entry::getKey), node.valueStream().flatMap(HttpCoreTest::names));
    }

    /// The output on standard error during some work.
    private static String captured(Runnable work) {
        var before = System.err;
        var said = new ByteArrayOutputStream();
        System.setErr(new PrintStream(said, true, StandardCharsets.UTF_8));
        try {
            work.run();
        } finally {
            System.setErr(before);
        }
        return said.toString(StandardCharsets.UTF_8);
    }

    private static HttpRequest.Builder request(String path) {
        return HttpRequest.newBuilder(URI.create("http://127.0.0.1:%d%s".formatted(SERVER.port(), path)));
    }

    private static HttpResponse<String> send(HttpRequest.Builder request) throws IOException, InterruptedException {
        return CLIENT.send(request.build(), BodyHandlers.ofString());
    }

    private static String raw(String text) throws IOException {
        try (var socket = new Socket(InetAddress.getLoopbackAddress(), SERVER.port())) {
            socket.setSoTimeout(10_000);
            socket.getOutputStream().write(text.getBytes(StandardCharsets.ISO_8859_1));
            return new String(socket.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        }
    }

    private static String id(HttpResponse<String> answer) {
        return answer.headers().firstValue("X-Request-Id").orElseThrow();
    }

    private static JsonNode json(HttpResponse<String> answer) {
        return new JsonMapper().readTree(answer.body());
    }

    private static void assertProblem(HttpResponse<String> answer, int status, String code) {
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(status);
        assertThat(answer.headers().firstValue("Content-Type")).contains("application/problem+json");
        assertThat(json(answer).path("code").asString()).isEqualTo(code);
        assertThat(json(answer).path("request_id").asString()).isEqualTo(id(answer));
    }
}
