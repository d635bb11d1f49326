package hedgerow.server.cli;

import static org.assertj.core.api.Assertions.assertThat;

import hedgerow.sql.Eventually;
import hedgerow.sql.HedgerowDatabase;
import hedgerow.sql.Logins;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Path;
import java.time.Duration;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

class ServeCommandTest {

    private static final Duration PATIENCE = Duration.ofMinutes(2);

    @RegisterExtension
    static final HedgerowDatabase DATABASE = HedgerowDatabase.migrated();

    @TempDir
    private Path folder;

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
    void a_login_that_row_security_does_not_bind_is_refused() throws Exception {
        var serve = Cli.run(
                folder,
                "serve",
                "--port",
                "0",
                "--database",
                DATABASE.adminUrl().libpq());
        assertThat(serve.exit()).isEqualTo(1);
        assertThat(serve.said()).contains("error[unsafe-to-serve]", "superuser");
    }

    @Test
    void settings_that_are_wrong_are_bad_usage() throws Exception {
        var serve = Cli.run(folder, "serve", "--port", "many");
        assertThat(serve.exit()).isEqualTo(2);
        assertThat(serve.said()).contains("2 settings are wrong", "database: is needed", "port: must be a number");
    }
}
