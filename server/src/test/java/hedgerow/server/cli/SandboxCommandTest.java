package hedgerow.server.cli;

import static org.assertj.core.api.Assertions.assertThat;

import hedgerow.sql.Eventually;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/// `hedgerow sandbox`, as a process of its own.
class SandboxCommandTest {

    private static final Duration PATIENCE = Duration.ofMinutes(2);
    private static final String ADDRESS = "A sandbox on (http://127.0.0.1:[0-9]+)[.]";
    private static final JsonMapper MAPPER = new JsonMapper();

    @TempDir
    private Path folder;

    @Test
    void it_charges_once_for_a_key_and_continues_from_its_log_after_a_kill() throws Exception {
        var log = folder.resolve("charges.jsonl").toString();
        JsonNode made;
        try (var sandbox = start("--log", log)) {
            made = charge(sandbox, "key-1", 700);
            assertThat(made.path("sandbox").asBoolean()).isTrue();
            assertThat(charge(sandbox, "key-1", 700).path("id")).isEqualTo(made.path("id"));
            assertThat(charge(sandbox, "key-1", 800).path("code").asString()).isEqualTo("idempotency_key_reused");
            sandbox.kill();
        }
        try (var sandbox = start("--log", log)) {
            assertThat(charge(sandbox, "key-1", 700).path("id")).isEqualTo(made.path("id"));
            assertThat(send(sandbox, "GET", "/v1/log", "", "").path("data")).hasSize(1);
        }
    }

    @Test
    void it_refuses_callers_without_a_secret_of_a_sandbox() throws Exception {
        try (var sandbox = start()) {
            var request = HttpRequest.newBuilder(URI.create(address(sandbox) + "/v1/log"))
                    .header("Authorization", "Bearer sk_live_0123456789");
            assertThat(HttpClient.newHttpClient()
                            .send(request.build(), BodyHandlers.discarding())
                            .statusCode())
                    .isEqualTo(401);
        }
    }

    @Test
    void it_says_what_it_is_and_stops_at_an_interrupt_without_stray_lines() throws Exception {
        var sandbox = start();
        sandbox.interrupt();
        assertThat(sandbox.said())
                .contains("It moves no money", "pm_", "timeout_after", "/v1/log", "Ctrl-C stops it.")
                .doesNotContain("INFO", "SLF4J", "Exception", "Javalin");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "--port -1 | --port is -1. Give a number from 0 to 65535.",
                "--port 65536 | --port is 65536",
                "--port soon | --port",
                "--hold 0 | --hold is 0. Give a number from 1 to 3600.",
                "--webhook-url http://127.0.0.1/in/x | --webhook-secret",
                "--webhook-secret whsec_1 | --webhook-url",
                "--webhook-url nowhere --webhook-secret whsec_1 | --webhook-url is not a web address",
                "--log /none/there.jsonl | --log cannot be used: /none/there.jsonl cannot be read and written",
                "--logs x | Unknown option"
            })
    void bad_usage_is_refused_with_a_reason(String arguments, String reason) {
        var refused = run(arguments.split(" "));
        assertThat(refused.exit()).as(refused.said()).isEqualTo(2);
        assertThat(refused.said()).contains(reason, "hint: see hedgerow sandbox --help");
    }

    @Test
    void a_log_of_something_else_is_refused_and_left_as_it_is() throws Exception {
        var notes = Files.writeString(folder.resolve("notes.txt"), "{}\nmilk\n");
        var refused = run("--log", notes.toString());
        assertThat(refused.exit()).isEqualTo(2);
        assertThat(refused.said()).contains("line 1 of %s is not of a sandbox's log".formatted(notes));
        assertThat(notes).hasContent("{}\nmilk\n");
    }

    @Test
    void a_busy_port_gets_a_clear_error() throws Exception {
        try (var busy = new ServerSocket(0, 1, InetAddress.getByName("127.0.0.1"))) {
            var port = Integer.toString(busy.getLocalPort());
            var refused = run("--port", port);
            assertThat(refused.exit()).isEqualTo(1);
            assertThat(refused.said())
                    .contains("error[port-busy]", port, "--port")
                    .doesNotContain("Exception", "internal error");
        }
    }

    @Test
    void its_help_names_the_document() {
        var help = run("--help");
        assertThat(help.exit()).isZero();
        assertThat(help.said()).contains("Usage: hedgerow sandbox", "docs/providers.md", "Exit status:");
    }

    // --- with the API --------------------------------------------------------------------------------------------

    /// A shell runs the commands of the document literally, but for the ports and the path of the launcher.
    @Test
    void the_commands_of_the_document_charge_an_order_and_its_webhook_arrives() throws Exception {
        for (var program : List.of("curl", "jq")) {
            Assumptions.assumeTrue(
                    Files.isExecutable(Path.of("/usr/bin", program)), "NO CURL OR JQ: the document is not tried");
        }
        var blocks = Pattern.compile("(?s)```(?:sh|console)\n(.*?)```")
                .matcher(section("## Try it"))
                .results()
                .map(block -> block.group(1))
                .toList();
        assertThat(blocks).hasSize(3);
        var port = freePort();
        try (var up = up(blocks.getFirst().replace("8082", port));
                var shell = new Shell(address("explained on (http://127.0.0.1:[0-9]+)/docs", up), port)) {
            var sandbox = shell.run(blocks.get(1)).lines().toList().getLast();
            assertThat(sandbox).startsWith("./hedgerow sandbox --webhook-url http://127.0.0.1:");
            try (var started =
                    start(port, sandbox.replace("./hedgerow sandbox ", "").split(" "))) {
                var said = shell.run(blocks.get(2));
                assertThat(started.isAlive()).isTrue();
                assertThat(said)
                        .contains("\ntrue\n")
                        .containsOnlyOnce("\"kind\":\"charge\"")
                        .contains("\"status\":\"succeeded\"", "\"amount_minor\":4200")
                        .containsPattern("\"type\": ?\"charge.succeeded\"");
            }
        }
    }

    private static String section(String title) throws IOException {
        var text = Files.readString(Path.of("..", "docs", "providers.md"));
        var begin = text.indexOf(title + "\n");
        return text.substring(begin, text.indexOf("\n## ", begin + 1));
    }

    private Cli up(String command) throws IOException {
        var words = command.strip().replace("$ ./hedgerow ", "").split(" ");
        var up = Cli.start(folder, with(List.of(words), "--ephemeral", "--port", "0"));
        Eventually.holds("it is ready", PATIENCE, () -> up.said().contains("Ctrl-C stops it.") || !up.isAlive());
        assertThat(up.isAlive()).as(up.said()).isTrue();
        return up;
    }

    /// A shell that stays open from one block of commands to the next, as a terminal does.
    private final class Shell implements AutoCloseable {

        private static final String DONE = "--- done ---";
        private final String api;
        private final String port;
        private final Path output = folder.resolve("shell.txt");
        private final Process process;

        Shell(String api, String port) throws IOException {
            this.api = api;
            this.port = port;
            this.process = new ProcessBuilder("bash")
                    .redirectErrorStream(true)
                    .redirectOutput(output.toFile())
                    .start();
        }

        String run(String block) throws IOException {
            var before = Files.readString(output).length();
            var commands = block.replace("http://127.0.0.1:8080", api).replace("8082", port);
            process.getOutputStream()
                    .write((commands + "\necho; echo '" + DONE + "'\n").getBytes(StandardCharsets.UTF_8));
            process.getOutputStream().flush();
            Eventually.holds(
                    "the commands end: " + block, PATIENCE, () -> said(before).contains(DONE));
            return said(before).replaceAll("(?s)\\s*" + DONE + ".*", "");
        }

        private String said(int from) {
            try {
                return Files.readString(output).substring(from);
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }

        @Override
        public void close() {
            process.destroyForcibly();
        }
    }

    private static String freePort() throws IOException {
        try (var socket = new ServerSocket(0)) {
            return Integer.toString(socket.getLocalPort());
        }
    }

    // --- helpers -------------------------------------------------------------------------------------------------

    /// In this process: it ends before it starts anything.
    private static InProcess run(String... arguments) {
        var said = new StringWriter();
        var writer = new PrintWriter(said, true);
        var exit = Hedgerow.commandLine().setOut(writer).setErr(writer).execute(with(List.of("sandbox"), arguments));
        return new InProcess(exit, said.toString());
    }

    private Cli start(String... arguments) throws IOException {
        return start("0", arguments);
    }

    private Cli start(String port, String[] arguments) throws IOException {
        var sandbox = Cli.start(folder, with(List.of("sandbox", "--port", port), arguments));
        Eventually.holds("it runs", PATIENCE, () -> sandbox.said().contains("Ctrl-C stops it.") || !sandbox.isAlive());
        assertThat(sandbox.isAlive()).as(sandbox.said()).isTrue();
        return sandbox;
    }

    private static String[] with(List<String> begin, String... more) {
        return Stream.concat(begin.stream(), Stream.of(more)).toArray(String[]::new);
    }

    private static String address(Cli sandbox) {
        return address(ADDRESS, sandbox);
    }

    private static String address(String pattern, Cli program) {
        var address = Pattern.compile(pattern).matcher(program.said());
        assertThat(address.find()).as(program.said()).isTrue();
        return address.group(1);
    }

    private static JsonNode charge(Cli sandbox, String key, long minor) throws Exception {
        return send(sandbox, "POST", "/v1/charges", key, """
            {"order": "019b8f3a-0000-7000-8000-000000000004", "attempt": 1, "method": "pm_card", "currency": "EUR",
             "amount_minor": %d}\
            """.formatted(minor));
    }

    private static JsonNode send(Cli sandbox, String verb, String path, String key, String body) throws Exception {
        var request = HttpRequest.newBuilder(URI.create(address(sandbox) + path))
                .header("Authorization", "Bearer sk_sandbox_test")
                .header("Content-Type", "application/json")
                .method(verb, body.isEmpty() ? BodyPublishers.noBody() : BodyPublishers.ofString(body));
        if (!key.isEmpty()) {
            request.header("Idempotency-Key", key);
        }
        return MAPPER.readTree(HttpClient.newHttpClient()
                .send(request.build(), BodyHandlers.ofString())
                .body());
    }
}
