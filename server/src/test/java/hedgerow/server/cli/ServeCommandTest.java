package hedgerow.server.cli;

import static org.assertj.core.api.Assertions.assertThat;

import hedgerow.server.ServiceSettings;
import hedgerow.server.settings.SettingCatalog;
import hedgerow.sql.Eventually;
import hedgerow.sql.HedgerowDatabase;
import hedgerow.sql.Logins;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

class ServeCommandTest {

    private static final Duration PATIENCE = Duration.ofMinutes(2);

    @RegisterExtension
    static final HedgerowDatabase DATABASE = HedgerowDatabase.migrated();

    @TempDir
    private Path folder;

    // --- serving -------------------------------------------------------------------------------------------------

    @Test
    void it_serves_logs_json_and_stops_cleanly() throws Exception {
        var url = DATABASE.url(Logins.APP);
        try (var serve = Cli.start(folder, "serve", "--port", "0", "--database", url.libpq())) {
            Eventually.holds("it serves", PATIENCE, () -> serve.said().contains("serving") || !serve.isAlive());
            var port = Pattern.compile("\"port\":([0-9]+)").matcher(serve.said());
            assertThat(port.find()).as(serve.said()).isTrue();
            var request = HttpRequest.newBuilder(
                            URI.create("http://127.0.0.1:%s/v1/customers?email=a".formatted(port.group(1))))
                    .header("Authorization", "Bearer hk_test_s3cret")
                    .header("X-Request-Id", "mine-1");
            var answer = HttpClient.newHttpClient().send(request.build(), BodyHandlers.ofString());
            assertThat(answer.statusCode()).isEqualTo(401);
            Eventually.holds("it logs", PATIENCE, () -> serve.said().contains("\"request_id\":\"mine-1\""));
            serve.interrupt();
            assertThat(serve.said())
                    .contains("\"event\":\"request\"", "\"status\":401", "\"event\":\"stopped\"")
                    .doesNotContain("s3cret", "email", url.password().orElseThrow(), "SLF4J");
        }
    }

    @Test
    void a_login_that_row_security_does_not_bind_is_refused_in_one_line() throws Exception {
        var serve = Cli.run(
                folder,
                "serve",
                "--port",
                "0",
                "--database",
                DATABASE.adminUrl().libpq());
        assertThat(serve.exit()).isEqualTo(1);
        var line = onlyLine(serve.said());
        assertThat(line.path("code").asString()).isEqualTo("unsafe-to-serve");
        assertThat(line.path("details").toString()).contains("superuser");
        assertThat(line.path("hint").asString()).isNotBlank();
    }

    @Test
    void wrong_settings_are_refused_in_one_line() throws Exception {
        var serve = Cli.run(folder, "serve", "--port", "many");
        assertThat(serve.exit()).isEqualTo(2);
        var line = onlyLine(serve.said());
        assertThat(line.path("code").asString()).isEqualTo("settings-wrong");
        assertThat(line.path("details"))
                .hasSize(2)
                .anyMatch(problem -> problem.asString().startsWith("database is missing"))
                .anyMatch(problem -> problem.asString().startsWith("port, given by --port, must be a whole number"));
    }

    @Test
    void a_flag_that_does_not_exist_is_bad_usage_as_for_every_command() throws Exception {
        for (var flag : new String[] {"--prot", "--bind-key"}) {
            var serve = Cli.run(folder, "serve", flag, "5ac3e7");
            assertThat(serve.exit()).isEqualTo(2);
            assertThat(serve.said())
                    .startsWith("error: Unknown option")
                    .contains(flag, "  hint: see hedgerow serve --help")
                    .doesNotContain("\tat ");
        }
    }

    /// The document lacks the operations of this build.
    @Test
    void a_defect_is_an_internal_error_in_one_line() throws Exception {
        var document = Files.createDirectories(folder.resolve("broken").resolve("openapi"));
        Files.writeString(document.resolve("00-api.yaml"), "openapi: 3.1.0\npaths: {}\n");
        var url = DATABASE.url(Logins.APP).libpq();
        var serve = Cli.runBroken(folder, document.getParent(), "serve", "--port", "0", "--database", url);
        assertThat(serve.exit()).isEqualTo(70);
        var last = serve.said().lines().toList().getLast();
        assertThat(new JsonMapper().readTree(last).path("event").asString())
                .isEqualTo("internal error in hedgerow serve; report it, with this line");
    }

    @Test
    void an_unreachable_database_is_refused_in_one_line() throws Exception {
        var serve = Cli.run(folder, "serve", "--database", "postgresql://me:s3cret@127.0.0.1:1/shop");
        assertThat(serve.exit()).isEqualTo(3);
        var line = onlyLine(serve.said());
        assertThat(line.path("code").asString()).isEqualTo("database-unreachable");
        assertThat(line.path("reason").asString()).isEqualTo("cannot connect to postgresql://me@127.0.0.1:1/shop");
        assertThat(serve.said()).doesNotContain("s3cret");
    }

    private static JsonNode onlyLine(String said) {
        assertThat(said.lines()).as(said).hasSize(1);
        var line = new JsonMapper().readTree(said);
        assertThat(line.path("level").asString()).isEqualTo("error");
        assertThat(line.path("event").asString()).isEqualTo("refused to start");
        assertThat(line.path("reason").asString()).isNotBlank();
        return line;
    }

    // --- looking -------------------------------------------------------------------------------------------------

    @Test
    void check_prints_its_findings() {
        var check = serve("--check", "--database", DATABASE.url(Logins.APP).libpq());
        assertThat(check.exit()).as(check.said()).isZero();
        assertThat(check.said())
                .containsSubsequence(
                        "settings        valid", "PostgreSQL", "directly", "hedgerow_app; row security binds it")
                .containsSubsequence(
                        "mode            plain", "demo data       none", "open doors      none", "Fit to serve.");
    }

    @Test
    void open_doors_are_named_with_the_advice_to_seal() throws Exception {
        try (var copy = DATABASE.copy();
                var admin = copy.admin();
                var statement = admin.createStatement()) {
            statement.execute("grant execute on function pg_catalog.set_config(text, text, boolean) to public");
            statement.execute("grant execute on function pg_catalog.lo_create(oid) to public");
            var check = serve("--check", "--database", copy.url(Logins.APP).libpq());
            assertThat(check.exit()).isZero();
            assertThat(check.said()).contains("open doors      lo_create(), set_config()", "Use sealed mode");
            var url = copy.url(Logins.APP).libpq();
            try (var serve = Cli.start(folder, "serve", "--port", "0", "--database", url)) {
                Eventually.holds("it serves", PATIENCE, () -> serve.said().contains("\"event\":\"serving\""));
                assertThat(serve.said()).contains("\"event\":\"open doors\"", "\"lo_create\",\"set_config\"");
            }
        }
    }

    @Test
    void check_has_an_exit_status_for_each_kind_of_failure() throws Exception {
        assertThat(serve("--check").exit()).isEqualTo(2);
        assertThat(serve("--check", "--database", "postgresql://me@127.0.0.1:1/shop")
                        .exit())
                .isEqualTo(3);
        assertThat(serve("--check", "--database", DATABASE.adminUrl().libpq()).exit())
                .isEqualTo(1);
        assertThat(serve("--check", "--config", "/nowhere.yaml").said()).contains("cannot read /nowhere.yaml");
    }

    @Test
    void dump_config_shows_where_values_come_from() throws Exception {
        var file = Files.writeString(folder.resolve("hedgerow.yaml"), "pool-size: 3\n");
        var dump = serve(
                "--dump-config", "--config", file.toString(), "--database", "postgresql://me:s3cret@db.example/x");
        assertThat(dump.exit()).isZero();
        assertThat(dump.said())
                .contains("pool-size: 3  # `pool-size` of " + file, "port: 8080  # default", "# --database")
                .doesNotContain("s3cret");
        assertThat(serve("--dump-config").exit()).isEqualTo(2);
    }

    @Test
    void help_lists_every_setting_and_takes_no_secret_on_the_command_line() {
        var help = new CommandLine(new ServeCommand()).getUsageMessage();
        for (var entry : SettingCatalog.of(ServiceSettings.class)) {
            var flag = "--" + (entry.setting().secret() ? entry.fileName() : entry.name());
            assertThat(help).containsPattern("(?m)^ +" + flag + "[=\\[]");
        }
        assertThat(serve("--bind-key", "5ac3e7").exit()).isEqualTo(2);
    }

    @Test
    void flags_need_no_value_to_be_true() {
        var dump =
                serve("--dump-config", "--database", "postgresql://x/y", "--demo", "--log-requests=false", "--pooler");
        assertThat(dump.said())
                .contains("demo: true  # --demo", "log-requests: false  # --log-requests", "pooler: true");
    }

    private static InProcess serve(String... arguments) {
        return InProcess.run(new ServeCommand(), arguments);
    }
}
