package hedgerow.server.http;

import static org.assertj.core.api.Assertions.assertThat;

import hedgerow.server.DemoKeys;
import hedgerow.sql.Logins;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.Writer;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.parallel.ResourceLock;
import org.junit.jupiter.api.parallel.Resources;
import tools.jackson.databind.json.JsonMapper;

/// The cost of one request is bounded, however much a tenant has stored: the length of its response, and
/// the memory of the server, which other tenants need as well.
@ResourceLock(Resources.SYSTEM_ERR)
class BoundedAnswersTest {

    @RegisterExtension
    static final ApiServer SERVER = new ApiServer();

    private static final int MOST = 4 * 1024 * 1024;
    private static final int GREEDY = 24;
    private static final String EXPANSIONS =
            "&expand=executing_agent,customer,price.product,payment_link.executing_agent,payment_link.price";

    private static ApiServer.Client acme;
    private static String orders;

    /// Stores 104 agents of 160 KB each, and 100 orders that refer to one of them, and to a large customer
    /// and product.
    @BeforeAll
    static void store() throws Exception {
        acme = SERVER.as("acme", "Owner");
        var agents = all(
                104,
                () -> acme.post("/v1/agents", """
                    {"name": "%s", "model_provider": "x", "model_name": "y",
                     "system_prompt": "%s", "tools": [{"a": "%s"}]}
                    """.formatted(UUID.randomUUID(), fat(20_000), fat(19_900)))
                        .is(201)
                        .text("/id"));
        var customer = acme.post(
                        "/v1/customers", "{\"name\": \"c\", \"metadata\": {\"m\": \"%s\"}}".formatted(fat(19_900)))
                .is(201)
                .text("/id");
        var product = acme.post(
                        "/v1/products", "{\"name\": \"p\", \"metadata\": {\"m\": \"%s\"}}".formatted(fat(19_900)))
                .is(201)
                .text("/id");
        var price = acme.post("/v1/prices", """
            {"product_id": "%s", "kind": "one_off", "currency": "EUR", "unit_amount_minor": 5}
            """.formatted(product)).is(201).text("/id");
        var link = acme.post(
                        "/v1/payment-links",
                        "{\"price_id\": \"%s\", \"executing_agent_id\": \"%s\"}".formatted(price, agents.getFirst()))
                .is(201)
                .text("/id");
        all(
                100,
                () -> acme.post(
                                "/v1/payment-orders",
                                "{\"payment_link_id\": \"%s\", \"customer_id\": \"%s\"}".formatted(link, customer))
                        .is(201)
                        .text("/id"));
        orders = "/v1/payment-orders?payment_link_id=" + link + "&limit=";
    }

    private static List<String> all(int times, Callable<String> work) throws InterruptedException {
        try (var threads = Executors.newFixedThreadPool(4)) {
            return threads
                    .invokeAll(IntStream.range(0, times).mapToObj(_ -> work).toList())
                    .stream()
                    .map(Future::resultNow)
                    .toList();
        }
    }

    private static String fat(int characters) {
        return "\ud83d\ude00".repeat(characters);
    }

    @Test
    void rows_that_are_expanded_many_times_are_refused_before_the_answer_is_too_long() {
        assertThat(acme.get(orders + 100).is(200).response().body()).hasSizeLessThan(MOST / 10);
        var refused = acme.get(orders + 100 + EXPANSIONS).problem(ProblemCode.ANSWER_TOO_LARGE);
        assertThat(refused.text("/detail")).contains("`limit`", "expand", "`fields`");
        var fits = acme.get(orders + 5 + EXPANSIONS).is(200).response().body();
        assertThat(fits.length()).isLessThan(MOST);
        acme.get(orders + "100&expand=customer").problem(ProblemCode.ANSWER_TOO_LARGE);
        acme.get(orders + "100&expand=customer&fields=id,status,customer").problem(ProblemCode.ANSWER_TOO_LARGE);
        acme.get(orders + "100&fields=id,status").is(200);
    }

    @Test
    void long_rows_are_refused_page_by_page() {
        acme.get("/v1/agents?limit=50").problem(ProblemCode.ANSWER_TOO_LARGE);
        acme.get("/v1/agents?limit=20").is(200);
        acme.get("/v1/audit-log?table_name=agent&limit=50").problem(ProblemCode.ANSWER_TOO_LARGE);
        for (var i = 0; i < 5; i++) {
            acme.get("/v1/customers?limit=1").is(200);
        }
    }

    @Test
    void references_are_counted_at_every_depth() {
        var many =
                "executing_agent.agent_wallet,payment_link.price,payment_link.executing_agent,price.product,customer,"
                        + "payment_method.customer,subscription.customer";
        acme.get(orders + "1&expand=" + many).problem(ProblemCode.INVALID_PARAMETER);
    }

    /// The test uses a server of its own, with a heap of 256 MB. The server has compiled its code by then:
    /// every request was sent before, the small one 200 times. From then on each small one counts, from the
    /// first byte sent to the last one read, while the greedy ones are under way.
    @Test
    void greedy_requests_leave_room_for_the_others() throws Exception {
        var greedy =
                List.of(orders + 100 + EXPANSIONS, "/v1/agents?limit=100", "/v1/audit-log?limit=100&table_name=agent");
        try (var server = SmallServer.start();
                var threads = Executors.newVirtualThreadPerTaskExecutor()) {
            for (var path : greedy) {
                assertThat(server.get("acme", path).body).contains("\"answer_too_large\"");
            }
            for (var i = 0; i < 200; i++) {
                assertThat(server.get("globex", "/v1/customers?limit=1").status).isEqualTo(200);
            }
            var asked = new ArrayList<Future<Asked>>();
            for (var i = 0; i < GREEDY; i++) {
                var path = greedy.get(i % greedy.size());
                asked.add(threads.submit(() -> server.get("acme", path)));
            }
            var others = new ArrayList<Long>();
            do {
                var other = server.get("globex", "/v1/customers?limit=1");
                assertThat(other.status).isEqualTo(200);
                others.add(other.millis);
            } while (!asked.stream().allMatch(Future::isDone));
            assertThat(asked).extracting(one -> one.resultNow().status).isSubsetOf(400, 429);
            assertThat(asked)
                    .extracting(one -> one.resultNow().body)
                    .allMatch(body -> body.contains("\"answer_too_large\"") || body.contains("\"rate_limited\""))
                    .anyMatch(body -> body.contains("\"answer_too_large\""));
            assertThat(others).allMatch(millis -> millis < 1_000);
            assertThat(server.get("acme", orders + 100).status).isEqualTo(200);
        }
    }

    private record Asked(int status, String body, long millis) {}

    /// `hedgerow serve`, as an operator starts it.
    private record SmallServer(Process process, int port, HttpClient client) implements AutoCloseable {

        static SmallServer start() throws IOException {
            var command = List.of(
                    Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                    "-Xmx256m",
                    "-XX:+ExitOnOutOfMemoryError",
                    "-Dslf4j.provider=org.slf4j.jul.JULServiceProvider",
                    "-cp",
                    System.getProperty("java.class.path"),
                    "hedgerow.server.cli.Hedgerow",
                    "serve",
                    "--port",
                    "0");
            var builder = new ProcessBuilder(command).redirectErrorStream(true);
            builder.environment()
                    .put("HEDGEROW_DATABASE", SERVER.database.url(Logins.APP).libpq());
            builder.environment().put("HEDGEROW_DEMO", "true");
            var process = builder.start();
            var lines = process.inputReader();
            for (var line = lines.readLine(); line != null; line = lines.readLine()) {
                if (line.contains("\"event\":\"serving\"")) {
                    Thread.ofVirtual().start(() -> drain(lines)); // otherwise it would wait for a reader
                    var port = new JsonMapper().readTree(line).path("port").asInt();
                    return new SmallServer(process, port, HttpClient.newHttpClient());
                }
            }
            throw new AssertionError(
                    "the server ended with " + process.onExit().join().exitValue());
        }

        private static void drain(BufferedReader lines) {
            try {
                lines.transferTo(Writer.nullWriter());
            } catch (IOException ended) {
                // with the process
            }
        }

        Asked get(String tenant, String path) throws IOException, InterruptedException {
            var begun = System.nanoTime();
            var request = HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + path))
                    .header("Authorization", "Bearer " + DemoKeys.testKey(tenant, "Owner"))
                    .build();
            var answer = client.send(request, BodyHandlers.ofString());
            return new Asked(answer.statusCode(), answer.body(), (System.nanoTime() - begun) / 1_000_000);
        }

        @Override
        public void close() {
            process.destroy();
            process.onExit().join();
        }
    }
}
