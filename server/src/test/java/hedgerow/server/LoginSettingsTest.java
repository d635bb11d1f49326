package hedgerow.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import hedgerow.server.settings.Configuration;
import hedgerow.sql.DatabaseProblem;
import hedgerow.sql.DatabaseUrl;
import hedgerow.sql.Eventually;
import hedgerow.sql.HedgerowDatabase;
import hedgerow.sql.Logins;
import hedgerow.sql.PgBouncer;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.sql.SQLException;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.parallel.ResourceLock;
import org.junit.jupiter.api.parallel.Resources;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// The service ignores settings that injected SQL gives to its login for all later sessions; and works
/// behind poolers, which take no settings.
@Tag("isolation")
@ResourceLock(Resources.SYSTEM_ERR)
class LoginSettingsTest {

    private static final Duration PATIENCE = Duration.ofSeconds(30);
    private static final String KEY = "6b".repeat(32);

    @RegisterExtension
    static final HedgerowDatabase DATABASE =
            HedgerowDatabase.migrated().seeded().sealed();

    @BeforeAll
    static void key() throws SQLException {
        run(DATABASE.adminUrl(), "select app_private.create_key('bind', '\\x%s')".formatted(KEY));
    }

    @AfterEach
    void reset() throws SQLException {
        run(DATABASE.adminUrl(), "alter role hedgerow_app reset all");
    }

    // --- direct connections --------------------------------------------------------------------------------------

    @Test
    void they_reach_no_session_of_the_service_and_readiness_notices_them() throws Exception {
        var log = new ByteArrayOutputStream();
        var before = System.err;
        System.setErr(new PrintStream(log, true, StandardCharsets.UTF_8));
        try (var service = Service.start(settings(DATABASE.url(Logins.APP), Map.of()))) {
            assertThat(status(service, "/readyz")).isEqualTo(200);
            injectEverything();
            Eventually.holds("new sessions serve", PATIENCE, () -> status(service, "/v1/customers?limit=1") == 200);
            assertThat(create(service)).isEqualTo(201);
            assertThat(status(service, "/readyz")).isEqualTo(503);
            assertThat(status(service, "/readyz")).isEqualTo(503);
            assertThat(log.toString(StandardCharsets.UTF_8))
                    .containsOnlyOnce("\"event\":\"not ready\"")
                    .contains("row_security", "alter role ... reset");
            reset();
            assertThat(status(service, "/readyz")).isEqualTo(200);
            assertThat(log.toString(StandardCharsets.UTF_8)).contains("\"event\":\"ready again\"");
        } finally {
            System.setErr(before);
        }
    }

    @Test
    void a_service_that_starts_with_them_serves_and_names_them() throws Exception {
        injectEverything();
        var settings = settings(DATABASE.url(Logins.APP), Map.of());
        assertThat(Inspection.of(settings).toString()).contains("login settings", "row_security");
        try (var service = Service.start(settings)) {
            assertThat(status(service, "/v1/customers?limit=1")).isEqualTo(200);
            assertThat(create(service)).isEqualTo(201);
        }
    }

    /// Injects settings as the application, in one statement that was meant to do something else; then
    /// every session ends.
    private static void injectEverything() throws SQLException {
        for (var setting : List.of(
                "row_security = off",
                "default_transaction_read_only = on",
                "search_path = nowhere",
                "statement_timeout = 1",
                "lock_timeout = 1",
                "idle_session_timeout = 1",
                "standard_conforming_strings = off",
                "local_preload_libraries = nowhere")) {
            run(
                    DATABASE.url(Logins.APP)
                            .withParameter(
                                    "options",
                                    "-c default_transaction_read_only=off"
                                            + " -c statement_timeout=0 -c idle_session_timeout=0 -c row_security=on"),
                    "do $$begin execute 'alter role hedgerow_app set %s'; end$$".formatted(setting));
        }
        run(
                DATABASE.adminUrl(),
                "select pg_terminate_backend(pid) from pg_stat_activity where usename = 'hedgerow_app'");
    }

    @Test
    void the_password_may_stand_apart_from_the_address() {
        var url = DATABASE.url(Logins.APP);
        var without = url.withUser(Logins.APP, Optional.empty());
        var right = settings(without, Map.of("database-password", url.password().orElseThrow()));
        assertThat(Inspection.of(right).login()).isEqualTo(Logins.APP);
        assertThatThrownBy(() -> Inspection.of(settings(without, Map.of("database-password", "wrong"))))
                .isInstanceOfSatisfying(
                        DatabaseProblem.class,
                        problem -> assertThat(problem.toString()).contains("28P01"));
    }

    @Test
    void a_sealed_database_is_served_with_its_bind_key_alone() throws Exception {
        var url = DATABASE.url(Logins.APP);
        try (var service = Service.start(settings(url, Map.of()))) {
            assertThat(status(service, "/v1/customers?limit=1")).isEqualTo(200);
        }
        for (var wrong : List.of("", "6c".repeat(32))) {
            assertThatThrownBy(() -> Service.start(settings(url, Map.of("bind-key", wrong)))
                            .close())
                    .isInstanceOf(DatabaseProblem.class);
        }
    }

    // --- poolers -------------------------------------------------------------------------------------------------

    @Test
    void a_pooler_is_named_with_the_setting_that_is_missing() throws Exception {
        try (var bouncer = bouncer("extra_float_digits")) {
            var begun = System.nanoTime();
            assertThatThrownBy(() -> Service.start(settings(url(bouncer), Map.of())))
                    .isInstanceOfSatisfying(
                            DatabaseProblem.class,
                            problem -> assertThat(problem.toString())
                                    .contains(
                                            "a pooler stands in front of it",
                                            "set `pooler` to true",
                                            "HEDGEROW_POOLER"));
            assertThat(Duration.ofNanos(System.nanoTime() - begun)).isLessThan(Duration.ofSeconds(20));
        }
    }

    @Test
    void a_pooler_that_drops_settings_without_a_word_is_noticed() throws Exception {
        try (var bouncer = bouncer("extra_float_digits,options")) {
            assertThatThrownBy(() -> Service.start(settings(url(bouncer), Map.of())))
                    .isInstanceOfSatisfying(
                            DatabaseProblem.class,
                            problem -> assertThat(problem.toString())
                                    .contains("does not get the settings", "set `pooler` to true"));
        }
    }

    @Test
    void through_a_pooler_they_are_set_with_the_bind() throws Exception {
        try (var bouncer = bouncer("extra_float_digits");
                var service = Service.start(settings(url(bouncer), Map.of("pooler", "true")))) {
            assertThat(status(service, "/v1/customers?limit=1")).isEqualTo(200);
            run(DATABASE.url(Logins.APP), "alter role hedgerow_app set row_security = off");
            run(DATABASE.url(Logins.APP), "alter role hedgerow_app set statement_timeout = 0");
            run(
                    DATABASE.adminUrl(),
                    "select pg_terminate_backend(pid) from pg_stat_activity where usename = 'hedgerow_app'");
            Eventually.holds("new sessions serve", PATIENCE, () -> status(service, "/v1/customers?limit=1") == 200);
            assertThat(status(service, "/readyz")).isEqualTo(503);
            try (var app = bouncer.connect(DATABASE.url(Logins.APP));
                    var statement = app.createStatement()) {
                app.setAutoCommit(false);
                statement.execute("select app.settle()");
                var rows = statement.executeQuery("select current_setting('statement_timeout')");
                rows.next();
                assertThat(rows.getString(1)).isEqualTo("15s");
            }
        }
    }

    @ParameterizedTest
    @CsvSource({
        "ep-cool-name-123456-pooler.eu-central-1.aws.example, , true",
        "ep-cool-name-123456.eu-central-1.aws.example, , false",
        "db.x-pooler.example, , false",
        "ep-x-pooler.example, false, false",
        "db.example, true, true"
    })
    void a_pooler_is_recognized_by_its_host_unless_the_setting_says_otherwise(
            String host, String pooler, boolean expected) {
        var settings = Configuration.of(
                        pooler == null ? Map.of() : Map.of("pooler", pooler),
                        Map.of("HEDGEROW_DATABASE", "postgresql://%s/shop".formatted(host)),
                        Optional.empty())
                .read(ServiceSettings.class);
        assertThat(settings.database().isPooled()).isEqualTo(expected);
    }

    private static PgBouncer bouncer(String ignored) throws IOException, SQLException {
        Optional<Path> program = PgBouncer.program();
        Assumptions.assumeTrue(program.isPresent(), "PgBouncer is not installed");
        var bouncer = PgBouncer.start(program.get(), List.of(DATABASE.url(Logins.APP)), ignored);
        bouncer.connect(DATABASE.url(Logins.APP)).close();
        return bouncer;
    }

    private static DatabaseUrl url(PgBouncer bouncer) {
        return bouncer.pooled(DATABASE.url(Logins.APP)).withParameter("prepareThreshold", "0");
    }

    // --- helpers -------------------------------------------------------------------------------------------------

    private static ServiceSettings settings(DatabaseUrl url, Map<String, String> more) {
        var all = new HashMap<>(
                Map.of("database", url.libpq(), "bind-key", KEY, "demo", "true", "port", "0", "log-requests", "false"));
        all.putAll(more);
        return ServiceSettings.of(Configuration.of(all, Map.of(), Optional.empty()));
    }

    private static int status(Service service, String path) {
        return send(request(service, path));
    }

    private static int create(Service service) {
        return send(request(service, "/v1/customers")
                .header("Content-Type", "application/json")
                .POST(BodyPublishers.ofString("{\"name\": \"Ada\"}")));
    }

    private static HttpRequest.Builder request(Service service, String path) {
        return HttpRequest.newBuilder(URI.create("http://127.0.0.1:%d%s".formatted(service.port(), path)))
                .header("Authorization", "Bearer " + DemoKeys.testKey("globex", "Owner"));
    }

    private static int send(HttpRequest.Builder request) {
        try (var client = HttpClient.newHttpClient()) {
            return client.send(request.build(), BodyHandlers.discarding()).statusCode();
        } catch (IOException e) {
            throw new AssertionError(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new AssertionError(e);
        }
    }

    private static void run(DatabaseUrl url, String sql) throws SQLException {
        try (var connection = url.connect();
                var statement = connection.createStatement()) {
            statement.execute(sql);
        }
    }
}
