package hedgerow.server.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/// Every example of the documentation succeeds literally; only the ids are those of real rows.
class ExamplesTest {

    @RegisterExtension
    static final ApiServer SERVER = new ApiServer(Map.of("sites", "https://shop.example"));

    private static final Path GUIDE = Path.of("..", "docs", "api.md");
    private static final Pattern CONSOLE = Pattern.compile("(?s)```console\n(.*?)```");

    /// Examples that cannot be run, because a signature and a token are valid once: AuthTest signs real
    /// ones.
    private static final Set<String> PROOFS = Set.of(
            "POST /in/{token}",
            "POST /pay/{token}",
            "POST /v1/auth/wallet-sessions",
            "POST /v1/me/wallets",
            "POST /v1/me/wallets/unlink",
            "POST /v1/me/identities",
            "POST /v1/me/identities/unlink");

    /// Rows of the demo data for examples that a new row would not suit.
    private static final Map<String, String> EXISTING = Map.of(
            "POST /v1/refunds payment_order_id", "/v1/payment-orders?status=succeeded",
            "POST /v1/approvals payment_order_id", "/v1/payment-orders?status=requires_confirmation",
            "PATCH /v1/memberships/{id}", "/v1/memberships?role=viewer",
            "POST /v1/chain-transactions/{id}/resolve", "/v1/chain-transactions?status=needs_review",
            "POST /v1/deposits/{id}/resolve", "/v1/deposits?status=needs_review",
            "POST /v1/provider-requests/{id}/resolve", "/v1/provider-requests?status=needs_review",
            "POST /v1/approvals/{id}/approve", "/v1/approvals?status=pending",
            "POST /v1/approvals/{id}/reject", "/v1/approvals?status=pending");

    private static final Map<String, String> MADE = new HashMap<>();

    private final ApiServer.Client key = SERVER.as("acme", "Owner");
    private final ApiServer.Client owner = SERVER.person("acme", "owner");

    static Stream<String> bodies() {
        return SERVER.document()
                .path("paths")
                .propertyStream()
                .flatMap(path -> path.getValue()
                        .propertyStream()
                        .filter(operation -> operation.getValue().has("requestBody"))
                        .map(operation -> operation.getKey().toUpperCase(Locale.ROOT) + " " + path.getKey())
                        .filter(route -> !PROOFS.contains(route)));
    }

    @ParameterizedTest
    @MethodSource("bodies")
    void the_example_of_an_operation_succeeds(String route) {
        if (route.matches("POST /v1/[a-z-]+")) {
            made(route.substring("POST ".length())); // once, even where another example refers to it
        } else {
            assertThat(run(route).status()).isBetween(200, 204);
        }
    }

    private ApiServer.Answer run(String route) {
        var operation = operation(route);
        var path = operation.path();
        if (path.contains("{id}")) {
            path = path.replace("{id}", row(route, operation.collection()));
        }
        var answer = caller(route)
                .send(
                        operation.method(),
                        path,
                        operation
                                .example(name -> reference(operation, name))
                                .map(body -> body(route, body))
                                .map(ObjectNode::toString));
        assertThat(answer.status())
                .as(() -> route + ": " + answer.response().body())
                .isLessThan(300);
        return answer;
    }

    private static Operation operation(String route) {
        var parts = route.split(" ");
        return new Operation(SERVER.document(), parts[0], parts[1]);
    }

    private String reference(Operation operation, String field) {
        var existing = EXISTING.get(operation + " " + field);
        return existing == null ? made(operation.target(field)) : first(existing);
    }

    private String row(String route, String collection) {
        if (collection.equals("/v1/organizations")) {
            return SERVER.one("select id from app.organization where slug = 'acme'");
        }
        return EXISTING.containsKey(route) ? first(EXISTING.get(route)) : made(collection);
    }

    /// The row that the example of its creation creates, once.
    private String made(String collection) {
        var route = "POST " + collection;
        if (!MADE.containsKey(route)) {
            MADE.put(route, run(route).text("/id"));
        }
        return MADE.get(route);
    }

    private String first(String list) {
        var page = owner.get(list + "&limit=1").is(200);
        var row = page.body().path("data").get(0);
        return row.path("id").asString(row.path("user_id").asString(""));
    }

    /// The body of an example, with a real invitation token, which is shown only once.
    private ObjectNode body(String route, ObjectNode example) {
        return route.equals("POST /v1/invitations/accept")
                ? JsonNodeFactory.instance.objectNode().put("token", invitation())
                : example;
    }

    private String invitation() {
        return owner.post("/v1/invitations", "{\"email\": \"new@example.com\", \"role\": \"viewer\"}")
                .is(201)
                .text("/secret");
    }

    private ApiServer.Client caller(String route) {
        if (route.contains("/v1/invitations/accept")) {
            return SERVER.person("globex", "viewer");
        } else if (route.contains("/v1/approvals/{id}/")) {
            return SERVER.person("acme", "admin"); // nobody decides on a payment that they are behind
        } else if (route.equals("POST /v1/agent-log")) {
            return SERVER.as("acme", "Agent"); // which writes about itself
        }
        return route.matches(".* /v1/(me|organizations|memberships|approvals|access)(/.*)?") ? owner : key;
    }

    // --- the guide -----------------------------------------------------------------------------------------------

    @Test
    void every_curl_of_the_guide_succeeds() throws Exception {
        assumeThat(Stream.of(System.getenv("PATH").split(":"))
                        .anyMatch(folder -> Files.isExecutable(Path.of(folder, "curl"))))
                .as("curl on the PATH")
                .isTrue();
        var setting = "";
        var id = "";
        var curls = 0;
        for (var command : commands()) {
            if (command.startsWith("KEY=")) {
                setting = command;
            } else if (command.startsWith("curl")) {
                var answer = shell(setting + "\n" + command.replace("<id>", id));
                id = SERVER.mapper.readTree(answer).path("id").asString(id);
                curls++;
            }
        }
        assertThat(curls).isGreaterThanOrEqualTo(4);
    }

    /// The commands without the prompt, and with the lines that a backslash joins.
    private static List<String> commands() throws IOException {
        var commands = new ArrayList<String>();
        CONSOLE.matcher(Files.readString(GUIDE)).results().forEach(block -> {
            for (var command : block.group(1).replace("\\\n", " ").split("(?m)^\\$ ")) {
                if (!command.isBlank()) {
                    commands.add(command.lines().findFirst().orElseThrow());
                }
            }
        });
        return commands;
    }

    private static String shell(String script) throws IOException, InterruptedException {
        var local = script.replace("127.0.0.1:8080", "127.0.0.1:" + SERVER.port())
                .replaceFirst("(?m)^curl ", "curl -sS --fail-with-body ");
        var process =
                new ProcessBuilder("sh", "-c", local).redirectErrorStream(true).start();
        var said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(process.waitFor()).as(local + "\n" + said).isZero();
        return said;
    }
}
