package hedgerow.server.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import hedgerow.server.ServiceSettings;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ConfigurationTest {

    private static final String URL = "postgresql://db.example/shop";

    @TempDir
    private Path folder;

    @Test
    void a_flag_comes_before_the_environment_before_the_file_before_the_default() throws IOException {
        var file = file("pool-size: 3\nport: 1000\nhost: file.example\n");
        var configuration = Configuration.of(
                Map.of("port", "3000"), Map.of("HEDGEROW_PORT", "2000", "HEDGEROW_HOST", "env.example"), file);
        assertThat(configuration.number("port", 0, 65_535, 1)).isEqualTo(3000);
        assertThat(configuration.text("host")).contains("env.example");
        assertThat(configuration.number("pool-size", 1, 10, 1)).isEqualTo(3);
        assertThat(configuration.number("max-connections", 1, 10, 7)).isEqualTo(7);
        configuration.check();
    }

    @Test
    void a_secret_comes_from_a_file() throws IOException {
        var secret = Files.writeString(folder.resolve("secret"), "s3cret\n");
        var settings = ServiceSettings.of(Configuration.of(
                Map.of("database", URL),
                Map.of("HEDGEROW_DATABASE_PASSWORD_FILE", secret.toString()),
                Optional.empty()));
        assertThat(settings.database().password()).contains("s3cret");
        assertThat(settings.database().user()).contains("hedgerow_app");
    }

    @Test
    void everything_that_is_wrong_is_said_at_once_without_its_value() throws IOException {
        var configuration = Configuration.of(
                Map.of("port", "s3cret"),
                Map.of("HEDGEROW_BIND_KEY", "s3cret", "HEDGEROW_CURSOR_KEY_FILE", "/nowhere"),
                file("pool-sise: 3\nidle-timeout: soon\n"));
        assertThatThrownBy(() -> ServiceSettings.of(configuration))
                .isInstanceOf(Configuration.Invalid.class)
                .hasMessageContainingAll("6 settings", "database: is needed", "port: must", "bind-key: must")
                .hasMessageContainingAll("cursor-key: cannot read", "pool-sise: is no setting", "idle-timeout: must")
                .hasMessageNotContaining("s3cret");
    }

    private Optional<Path> file(String text) throws IOException {
        return Optional.of(Files.writeString(folder.resolve("hedgerow.yaml"), text));
    }
}
