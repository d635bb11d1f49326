package hedgerow.server.cli;

import static org.assertj.core.api.Assertions.assertThat;

import hedgerow.server.DemoKeys;
import hedgerow.server.chain.RemoteKeys;
import hedgerow.sql.Connector;
import hedgerow.sql.DatabaseUrl;
import hedgerow.sql.EmbeddedPostgres;
import hedgerow.sql.Eventually;
import hedgerow.sql.Logins;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

@Execution(ExecutionMode.CONCURRENT)
class UpCommandTest {

    private static final Duration PATIENCE = Duration.ofMinutes(2);

    private static final Pattern CURL =
            Pattern.compile(" {2}curl -H 'Authorization: Bearer (\\S+)' '?(http[^ ']+)'?(?: --json '(.*)')?");

    @TempDir
    private Path folder;

    // --- a server of its own -------------------------------------------------------------------------------------

    @Test
    void it_prints_its_address_when_it_is_ready_and_stops_cleanly() throws Exception {
        try (var up = up("--data", data())) {
            assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(readyFile())))
                    .isEqualTo("rw-------");
            assertThat(ready()).contains("\"port\": " + url("admin").port());
            assertThat(query(url("app"), "select current_user")).isEqualTo(Logins.APP);
            assertThat(query(url("reviewer"), "select current_user")).isEqualTo(Logins.REVIEWER);
            assertThat(query(url("admin"), "select count(*) >= 3 from app.organization"))
                    .isEqualTo("t");
            assertThat(up.said())
                    .contains(url("admin").jdbcAddress())
                    .contains(Logins.ALL)
                    .contains(folder.resolve("data/pgpass").toString())
                    .doesNotContain(url("app").password().orElseThrow());
            theCurlLinesWork(up.said());
        }
        assertThat(readyFile()).doesNotExist();
        assertThat(folder.resolve("data/cluster/postmaster.pid")).doesNotExist();
    }

    @Test
    void a_second_start_finds_the_data() throws Exception {
        DatabaseUrl first;
        String orders;
        try (var _ = up("--data", data())) {
            first = url("app");
            orders = query(url("admin"), "select count(*) from app.payment_order");
        }
        try (var up = up("--data", data())) {
            assertThat(url("app").password()).isEqualTo(first.password());
            assertThat(query(url("admin"), "select count(*) from app.payment_order"))
                    .isEqualTo(orders);
            assertThat(up.said()).contains("0 changesets applied").doesNotContain("demo data");
        }
    }

    @Test
    void an_ephemeral_one_leaves_nothing() throws Exception {
        try (var _ = up("--ephemeral", "--no-seed", "--session-life", "30m", "--max-body-bytes=2000")) {
            assertThat(query(url("admin"), "select count(*) from app.organization"))
                    .isEqualTo("0");
            DocumentedSignIn.at(value("api"));
            assertThat(query(
                            url("admin"),
                            "select extract(epoch from expires_at - created_at)::int / 60 from app.auth_session"))
                    .isEqualTo("30");
        }
        assertThat(folder.resolve("tmp")).isEmptyDirectory();
    }

    @Test
    void with_a_chain_an_order_is_paid_from_a_wallet_that_the_server_made() throws Exception {
        payOnChain("--chain");
    }

    @Test
    void with_a_remote_signer_an_order_is_paid_from_a_wallet_whose_key_it_keeps() throws Exception {
        try (var keys = new RemoteKeys(Optional.empty())) {
            payOnChain("--chain", "--wallet-signer", keys.address().toString());
            assertThat(keys.signatures()).isPositive();
            assertThat(keys.wallets()).isEqualTo(1);
        }
    }

    private void payOnChain(String... options) throws Exception {
        var tools = Path.of("target", "chain").toAbsolutePath();
        Assumptions.assumeTrue(
                Files.isDirectory(tools.resolve("node_modules")), "NO ANVIL: `up --chain` is not tested");
        Files.createSymbolicLink(folder.resolve("data-chain"), tools);
        var all = new ArrayList<>(List.of("--ephemeral", "--data", data()));
        all.addAll(List.of(options));
        try (var up = up(all.toArray(String[]::new))) {
            var chain = Pattern.compile("http://127.0.0.1:[0-9]+(?= --json .*anvil_setBalance)")
                    .matcher(up.said());
            assertThat(chain.find()).as(up.said()).isTrue();
            var wallet = made("/v1/wallets", """
                {"kind": "server", "chain": "eip155:31337", "label": "Till"}\
                """);
            post(URI.create(chain.group()), """
                {"jsonrpc":"2.0","id":1,"method":"anvil_setBalance","params":["%s","0x8ac7230489e80000"]}\
                """.formatted(wallet.path("address").asString()));
            var agent = made("/v1/agents", """
                {"name": "Payer", "model_provider": "x", "model_name": "y", "capabilities": ["execute_payment"],
                 "agent_wallet_id": "%s"}\
                """.formatted(wallet.path("id").asString()))
                    .path("id")
                    .asString();
            made("/v1/agents/" + agent + "/activate", "");
            made("/v1/agent-limits", """
                {"agent_id": "%s", "asset": "ETH.31337", "per_payment": "1000", "per_period": "1000", "period": "day",
                 "requires_approval_above": "1000"}\
                """.formatted(agent));
            var order =
                    made("/v1/payment-orders", """
                        {"asset": "ETH.31337", "amount": "700", "executing_agent_id": "%s",
                         "recipient_address": "0x00000000000000000000000000000000000000aa"}\
                        """.formatted(agent)).path("id").asString();
            made("/v1/payment-orders/" + order + "/confirm", "");
            Eventually.holds(
                    "it is paid",
                    PATIENCE,
                    () -> read("/v1/payment-orders/" + order)
                            .path("status")
                            .asString()
                            .equals("succeeded"));
            var account = read("/v1/ledger-accounts?code=payments&unit=ETH.31337")
                    .path("data")
                    .path(0);
            assertThat(read("/v1/ledger-accounts/" + account.path("id").asString() + "/balance")
                            .path("balance")
                            .asString())
                    .isEqualTo("700");
        }
    }

    @Test
    void with_a_sandbox_an_order_is_charged_and_its_webhook_arrives_at_each_start() throws Exception {
        for (var start = 1; start <= 2; start++) {
            try (var up = up("--data", data(), "--sandbox")) {
                var order =
                        Pattern.compile("/v1/payment-orders/([0-9a-f-]{36})'").matcher(up.said());
                assertThat(order.find()).as(up.said()).isTrue();
                Eventually.holds(
                        "it is charged",
                        PATIENCE,
                        () -> read("/v1/payment-orders/" + order.group(1))
                                .path("status")
                                .asString()
                                .equals("succeeded"));
                var charges = start;
                Eventually.holds(
                        "its webhook arrives",
                        PATIENCE,
                        () -> read("/v1/provider-events?provider=sandbox")
                                        .path("data")
                                        .size()
                                == charges);
                var log = Pattern.compile("http://127.0.0.1:[0-9]+/v1/log").matcher(up.said());
                assertThat(log.find()).isTrue();
                assertThat(get(log.group(), "sk_sandbox_any").path("data")).hasSize(start);
            }
        }
    }

    @Test
    void a_sandbox_beside_other_providers_is_refused() throws Exception {
        var refused = Cli.run(
                folder,
                "up",
                "--port",
                "0",
                "--ephemeral",
                "--sandbox",
                "--provider-urls",
                "stripe=https://example.test");
        assertThat(refused.exit()).isEqualTo(2);
        assertThat(refused.said()).contains("--sandbox sets `provider-urls`").doesNotContain("starting PostgreSQL");
    }

    @Test
    void without_anvil_a_chain_is_refused_with_instructions() throws Exception {
        var refused = Cli.run(folder, "up", "--port", "0", "--ephemeral", "--data", data(), "--chain");
        assertThat(refused.exit()).isEqualTo(2);
        assertThat(refused.said()).contains("npm install --prefix " + folder.resolve("data-chain"));
        try (var up = up("--ephemeral", "--no-seed")) {
            assertThat(up.said()).contains("Nothing executes on a chain");
        }
    }

    private JsonNode made(String path, String body) throws Exception {
        var answer = post(URI.create(value("api") + path), body);
        assertThat(answer.path("id").asString("")).as(answer.toString()).isNotEmpty();
        return answer;
    }

    private static JsonNode post(URI address, String body) throws Exception {
        var request = HttpRequest.newBuilder(address)
                .header("Authorization", "Bearer " + DemoKeys.testKey("acme", "Owner"))
                .header("Content-Type", "application/json")
                .POST(body.isEmpty() ? BodyPublishers.noBody() : BodyPublishers.ofString(body));
        return new JsonMapper()
                .readTree(HttpClient.newHttpClient()
                        .send(request.build(), BodyHandlers.ofString())
                        .body());
    }

    private JsonNode read(String path) {
        try {
            return get(value("api") + path, DemoKeys.testKey("acme", "Owner"));
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
    }

    private static JsonNode get(String address, String key) {
        try {
            var request = HttpRequest.newBuilder(URI.create(address)).header("Authorization", "Bearer " + key);
            return new JsonMapper()
                    .readTree(HttpClient.newHttpClient()
                            .send(request.build(), BodyHandlers.ofString())
                            .body());
        } catch (Exception e) {
            throw new IllegalStateException(e);
        }
    }

    @Test
    void ctrl_c_while_it_starts_leaves_nothing_running() throws Exception {
        var up = Cli.start(folder, "up", "--port", "0", "--data", data(), "--no-seed");
        Eventually.holds("it has begun", PATIENCE, () -> up.said().contains("starting PostgreSQL"));
        up.interrupt();
        assertThat(up.said()).doesNotContain("error");
        assertThat(folder.resolve("data/cluster/postmaster.pid")).doesNotExist();
        up("--data", data(), "--no-seed").close();
    }

    @Test
    void two_on_one_directory_get_a_clear_error() throws Exception {
        try (var first = up("--data", data(), "--no-seed")) {
            var second = Cli.run(folder, "up", "--port", "0", "--data", data());
            assertThat(second.exit()).isEqualTo(1);
            assertThat(second.said()).contains("error[directory-in-use]").contains("hint: ");
            assertThat(first.isAlive()).isTrue();
            assertThat(query(url("app"), "select 1")).isEqualTo("1");
        }
    }

    @Test
    void a_busy_port_gets_a_clear_error() throws Exception {
        try (var busy = new ServerSocket(0, 1, InetAddress.getByName("127.0.0.1"))) {
            var port = Integer.toString(busy.getLocalPort());
            var up = Cli.run(folder, "up", "--data", data(), "--port", port);
            assertThat(up.exit()).isEqualTo(1);
            assertThat(up.said()).contains("error[port-busy]").contains(port).contains("--port");
        }
    }

    @Test
    void data_of_another_version_gets_a_clear_error() throws Exception {
        up("--data", data(), "--no-seed").close();
        Files.writeString(folder.resolve("data/cluster/PG_VERSION"), "14\n");
        var up = Cli.run(folder, "up", "--data", data(), "--port", "0");
        assertThat(up.exit()).isEqualTo(1);
        assertThat(up.said()).contains("error[data-version]").contains("PostgreSQL 14");
    }

    @Test
    void a_sealed_one_is_sealed_and_serves() throws Exception {
        try (var up = up("--ephemeral", "--mode", "sealed")) {
            assertThat(query(url("admin"), "select app_private.mode()")).isEqualTo("sealed");
            assertThat(up.said()).contains("sealed mode");
            theCurlLinesWork(up.said());
        }
    }

    /// Runs the printed curl lines by another program.
    private void theCurlLinesWork(String said) throws Exception {
        assertThat(said).contains(value("api"));
        var lines = said.lines().map(CURL::matcher).filter(Matcher::matches).toList();
        assertThat(lines).hasSize(3);
        for (var line : lines) {
            var request = HttpRequest.newBuilder(URI.create(line.group(2)))
                    .header("Authorization", "Bearer " + line.group(1));
            if (line.group(3) != null) {
                request.header("Content-Type", "application/json").POST(BodyPublishers.ofString(line.group(3)));
            }
            var answer = HttpClient.newHttpClient().send(request.build(), BodyHandlers.ofString());
            assertThat(answer.statusCode()).as(line.group() + answer.body()).isIn(200, 201);
        }
    }

    // --- a server of someone else --------------------------------------------------------------------------------

    @Test
    void an_existing_server_is_used_and_left_running() throws Exception {
        try (var server = EmbeddedPostgres.ephemeral(0, line -> {})) {
            var admin = server.url("postgres", EmbeddedPostgres.SUPERUSER);
            DatabaseUrl first;
            try (var up = up("--admin-database", admin.libpq(), "--data", data(), "--no-seed")) {
                first = url("app");
                assertThat(query(first, "select current_user")).isEqualTo(Logins.APP);
                assertThat(up.said()).doesNotContain(admin.password().orElseThrow());
            }
            try (var _ = up("--admin-database", admin.libpq(), "--data", data(), "--no-seed")) {
                assertThat(url("app")).isEqualTo(first);
            }
            assertThat(query(admin, "select count(*) from app.organization")).isEqualTo("0");
        }
    }

    @Test
    void passwords_that_others_set_are_not_touched() throws Exception {
        try (var server = EmbeddedPostgres.ephemeral(0, line -> {})) {
            var admin = server.url("postgres", EmbeddedPostgres.SUPERUSER);
            execute(admin, "create role hedgerow_app login noinherit password 'theirs'");
            try (var _ = up("--admin-database", admin.libpq(), "--data", data(), "--no-seed")) {
                assertThat(url("app").password()).isEmpty();
                assertThat(ready()).contains("\"api\": null");
                var theirs = admin.withUser(Logins.APP, Optional.of("theirs"));
                assertThat(query(theirs, "select 1")).isEqualTo("1");
            }
        }
    }

    @Test
    void an_unreachable_database_is_exit_status_3() throws Exception {
        var up = Cli.run(folder, "up", "--admin-database", "postgresql://me:s3cret@127.0.0.1:1/shop");
        assertThat(up.exit()).isEqualTo(3);
        assertThat(up.said())
                .contains("error[database-unreachable]")
                .contains("me@127.0.0.1:1")
                .doesNotContain("s3cret");
    }

    @Test
    void settings_that_are_wrong_or_not_its_users_to_give_are_refused_before_anything_is_made() throws Exception {
        var up = Cli.run(folder, "up", "--data", data(), "--port", "0", "--sites", "nowhere", "--session-life", "soon");
        assertThat(up.exit()).isEqualTo(2);
        assertThat(up.said()).contains("2 settings are wrong", "sites, given by --sites", "session-life, given by");
        assertThat(folder.resolve("data")).doesNotExist();
    }

    @Test
    void a_bad_url_is_exit_status_2() throws Exception {
        var up = Cli.run(folder, "up", "--admin-database", "mysql://me:s3cret@127.0.0.1/shop");
        assertThat(up.exit()).isEqualTo(2);
        assertThat(up.said()).contains("postgresql://").doesNotContain("s3cret");
    }

    // --- helpers -------------------------------------------------------------------------------------------------

    private Cli up(String... arguments) throws IOException {
        var all = new String[arguments.length + 5];
        System.arraycopy(new String[] {"up", "--ready-file", readyFile().toString(), "--port", "0"}, 0, all, 0, 5);
        System.arraycopy(arguments, 0, all, 5, arguments.length);
        var up = Cli.start(folder, all);
        Eventually.holds("ready, or an end: " + up.said(), PATIENCE, () -> Files.exists(readyFile()) || !up.isAlive());
        assertThat(up.isAlive()).as(up.said()).isTrue();
        Eventually.holds("its last line", PATIENCE, () -> up.said().contains("Ctrl-C stops it."));
        return up;
    }

    private String data() {
        return folder.resolve("data").toString();
    }

    private Path readyFile() {
        return folder.resolve("ready.json");
    }

    private String ready() throws IOException {
        return Files.readString(readyFile());
    }

    private DatabaseUrl url(String who) throws IOException {
        return DatabaseUrl.parse(value(who));
    }

    private String value(String name) throws IOException {
        var value = Pattern.compile("\"%s\": \"([^\"]*)\"".formatted(name)).matcher(ready());
        assertThat(value.find()).as(ready()).isTrue();
        return value.group(1);
    }

    private static String query(DatabaseUrl url, String sql) throws SQLException {
        try (var connection = Connector.connect(url);
                var statement = connection.createStatement();
                var rows = statement.executeQuery(sql)) {
            rows.next();
            return rows.getString(1);
        }
    }

    private static void execute(DatabaseUrl url, String sql) throws SQLException {
        try (var connection = Connector.connect(url);
                var statement = connection.createStatement()) {
            statement.execute(sql);
        }
    }
}
