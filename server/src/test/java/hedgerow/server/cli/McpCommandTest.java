package hedgerow.server.cli;

import static org.assertj.core.api.Assertions.assertThat;

import hedgerow.server.DemoKeys;
import hedgerow.server.Service;
import hedgerow.server.ServiceSettings;
import hedgerow.server.settings.Configuration;
import hedgerow.sql.HedgerowDatabase;
import hedgerow.sql.Logins;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.Writer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/// `hedgerow mcp` over standard input and output, started as a client starts it: by the configuration of
/// docs/agents.md.
@Timeout(value = 2, unit = TimeUnit.MINUTES)
class McpCommandTest {

    @RegisterExtension
    static final HedgerowDatabase DATABASE = HedgerowDatabase.migrated().seeded();

    private static final JsonMapper MAPPER = new JsonMapper();
    private static final Path PAGE = Path.of("..", "docs", "agents.md");
    private static final Pattern EXAMPLE = Pattern.compile("(?s)```json\n(\\{\n  \"mcpServers\".*?)```");
    private static final String KEY = DemoKeys.testKey("acme", "Agent");
    private static final String INITIALIZE = """
        {"jsonrpc": "2.0", "id": 1, "method": "initialize", "params": {"protocolVersion": "2025-11-25", \
        "capabilities": {}, "clientInfo": {"name": "test", "version": "1"}}}\
        """;

    private static Service service;

    @BeforeAll
    static void serve() {
        service = Service.start(ServiceSettings.of(Configuration.of(
                Map.of(
                        "port", "0",
                        "database", DATABASE.url(Logins.APP).libpq(),
                        "demo", "true",
                        "log-requests", "false"),
                Map.of(),
                Optional.empty())));
    }

    @AfterAll
    static void close() {
        service.close();
    }

    @Test
    void a_client_initializes_lists_the_tools_and_calls_one() throws Exception {
        try (var client = new Client("http://127.0.0.1:" + service.port(), Optional.of(KEY))) {
            var hello = client.ask(INITIALIZE);
            assertThat(hello.at("/result/protocolVersion").asString()).isEqualTo("2025-11-25");
            assertThat(hello.at("/result/serverInfo/name").asString()).isEqualTo("hedgerow");
            client.tell("{\"jsonrpc\": \"2.0\", \"method\": \"notifications/initialized\"}");
            var tools = client.ask("{\"jsonrpc\": \"2.0\", \"id\": \"two\", \"method\": \"tools/list\"}");
            assertThat(tools.path("id").asString())
                    .as("a notification gets no answer")
                    .isEqualTo("two");
            assertThat(tools.at("/result/tools")
                            .valueStream()
                            .map(tool -> tool.path("name").asString()))
                    .contains("whoami", "create_order", "confirm_order", "request_approval");
            var me = client.ask(call(3, "whoami"));
            assertThat(me.at("/result/isError").asBoolean()).as(me.toString()).isFalse();
            assertThat(me.at("/result/structuredContent").toString()).contains("Agent 1");
            assertThat(client.end()).as("closing its input ends it").isZero();
            assertThat(client.complaints()).isEmpty();
        }
    }

    @Test
    void the_current_revision_needs_no_initialization() throws Exception {
        try (var client = new Client("http://127.0.0.1:" + service.port(), Optional.of(KEY))) {
            var found = client.ask("""
                {"jsonrpc": "2.0", "id": 1, "method": "server/discover", "params": {"_meta": {\
                "io.modelcontextprotocol/protocolVersion": "2026-07-28", \
                "io.modelcontextprotocol/clientCapabilities": {}}}}\
                """);
            assertThat(found.at("/result/supportedVersions").toString()).contains("2026-07-28", "2025-11-25");
        }
    }

    @Test
    void a_line_that_is_no_message_is_answered_and_ends_nothing() throws Exception {
        try (var client = new Client("http://127.0.0.1:" + service.port(), Optional.of(KEY))) {
            assertThat(client.ask("{not json").at("/error/code").asInt()).isEqualTo(-32700);
            assertThat(client.ask("[]").at("/error/code").asInt()).isEqualTo(-32600);
            assertThat(client.ask("{\"jsonrpc\": \"2.0\", \"id\": 1, \"id\": 2, \"method\": \"ping\"}")
                            .at("/error/code")
                            .asInt())
                    .isEqualTo(-32700);
            assertThat(client.ask("{\"jsonrpc\": \"2.0\", \"id\": 4, \"method\": \"no/such\"}")
                            .at("/error/code")
                            .asInt())
                    .isEqualTo(-32601);
            client.tell("");
            client.tell("   ");
            assertThat(client.ask("x".repeat(2 << 20)).at("/error/code").asInt())
                    .isEqualTo(-32700);
            var pong = client.ask("{\"jsonrpc\": \"2.0\", \"id\": 5, \"method\": \"ping\"}");
            assertThat(pong.path("id").asInt()).isEqualTo(5);
            assertThat(pong.has("result")).isTrue();
            assertThat(client.end()).isZero();
        }
    }

    @Test
    void what_was_asked_before_the_input_ends_is_still_answered() throws Exception {
        try (var client = new Client("http://127.0.0.1:" + service.port(), Optional.of(KEY))) {
            for (var id = 1; id <= 8; id++) {
                client.tell(call(id, "whoami"));
            }
            client.closeInput();
            var ids = new ArrayList<Integer>();
            for (var i = 0; i < 8; i++) {
                ids.add(client.next().path("id").asInt());
            }
            assertThat(ids).containsExactlyInAnyOrder(1, 2, 3, 4, 5, 6, 7, 8);
            assertThat(client.end()).isZero();
        }
    }

    @Test
    void a_server_that_is_away_or_refuses_the_key_is_the_answer_of_the_tool() throws Exception {
        for (var wrong : List.of(
                Map.entry("http://127.0.0.1:1", KEY),
                Map.entry("http://127.0.0.1:" + service.port(), KEY.substring(0, KEY.length() - 6) + "000000"))) {
            try (var client = new Client(wrong.getKey(), Optional.of(wrong.getValue()))) {
                client.ask(INITIALIZE);
                var refused = client.ask(call(2, "whoami"));
                assertThat(refused.at("/result/isError").asBoolean())
                        .as(refused.toString())
                        .isTrue();
                assertThat(refused.toString()).doesNotContain(KEY.substring(12));
                assertThat(client.end()).isZero();
                assertThat(client.complaints()).doesNotContain(KEY.substring(12));
            }
        }
    }

    @Test
    void without_a_key_it_does_not_begin() throws Exception {
        try (var client = new Client("http://127.0.0.1:" + service.port(), Optional.empty())) {
            assertThat(client.end()).isEqualTo(2);
            assertThat(client.complaints()).contains("no API key was given. Set HEDGEROW_API_KEY");
        }
    }

    private static String call(int id, String tool) {
        return """
            {"jsonrpc": "2.0", "id": %d, "method": "tools/call", "params": {"name": "%s", "arguments": {}}}\
            """.formatted(id, tool);
    }

    /// A client that starts the command of the documented configuration, and waits for each answer.
    private static final class Client implements AutoCloseable {

        private final Process process;
        private final Writer in;
        private final BufferedReader out;

        Client(String server, Optional<String> key) throws IOException {
            var example = EXAMPLE.matcher(Files.readString(PAGE));
            assertThat(example.find())
                    .as("docs/agents.md shows a configuration")
                    .isTrue();
            var documented = MAPPER.readTree(example.group(1)).at("/mcpServers/hedgerow");
            assertThat(documented.path("command").asString()).isEqualTo("hedgerow");
            var command = new ArrayList<>(List.of(
                    Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                    "-cp",
                    System.getProperty("java.class.path"),
                    "-Dslf4j.provider=org.slf4j.jul.JULServiceProvider",
                    "-Dslf4j.internal.verbosity=WARN",
                    "hedgerow.server.cli.Hedgerow"));
            documented
                    .path("args")
                    .valueStream()
                    .map(argument -> argument.asString().replace("https://api.shop.example", server))
                    .forEach(command::add);
            var builder = new ProcessBuilder(command);
            builder.environment().keySet().removeIf(name -> name.startsWith("HEDGEROW_"));
            documented
                    .path("env")
                    .propertyNames()
                    .forEach(
                            name -> key.ifPresent(value -> builder.environment().put(name, value)));
            process = builder.start();
            in = process.outputWriter();
            out = process.inputReader();
        }

        void tell(String message) throws IOException {
            in.write(message + "\n");
            in.flush();
        }

        JsonNode ask(String message) throws IOException {
            tell(message);
            return next();
        }

        /// The next line, which is one message.
        JsonNode next() throws IOException {
            return MAPPER.readTree(
                    Optional.ofNullable(out.readLine()).orElseThrow(() -> new AssertionError("it ended")));
        }

        void closeInput() throws IOException {
            in.close();
        }

        /// Closes its input; returns its exit status.
        int end() throws IOException, InterruptedException {
            closeInput();
            var status = process.waitFor();
            assertThat(out.readLine()).as("nothing more on standard output").isNull();
            return status;
        }

        String complaints() throws IOException {
            return new String(process.getErrorStream().readAllBytes());
        }

        @Override
        public void close() {
            process.destroyForcibly();
        }
    }
}
