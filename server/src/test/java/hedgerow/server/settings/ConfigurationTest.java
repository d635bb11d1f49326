package hedgerow.server.settings;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.InstanceOfAssertFactories.LIST;
import static org.assertj.core.api.InstanceOfAssertFactories.type;

import hedgerow.server.ServiceSettings;
import hedgerow.server.settings.Configuration.Invalid;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import org.assertj.core.api.ListAssert;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ConfigurationTest {

    private static final Map<String, String> DATABASE = Map.of("database", "postgresql://db.example/shop");

    @TempDir
    private Path folder;

    // --- where values come from ----------------------------------------------------------------------------------

    @Test
    void a_flag_comes_before_the_environment_before_the_file_before_the_default() throws IOException {
        var http = Configuration.of(
                        Map.of("database", "postgresql://db.example/shop", "port", "3000"),
                        Map.of("HEDGEROW_PORT", "2000", "HEDGEROW_HOST", "env.example", "PATH", "/bin"),
                        file("port: 1000\nhost: file.example\nmax-json-depth: 7\n"))
                .read(ServiceSettings.class)
                .http();
        assertThat(http.port()).isEqualTo(3000);
        assertThat(http.host()).isEqualTo("env.example");
        assertThat(http.limits().jsonDepth()).isEqualTo(7);
        assertThat(http.limits().requestsPerMinute()).isEqualTo(6_000);
    }

    @Test
    void a_file_of_its_own_comes_at_the_place_where_it_is_named() throws IOException {
        var secret = Files.writeString(folder.resolve("secret"), "of-a-file\n").toString();
        assertThat(token(Map.of("metrics-token-file", secret), Map.of("HEDGEROW_METRICS_TOKEN", "of-a-variable"), ""))
                .contains("of-a-file");
        assertThat(token(Map.of(), Map.of("HEDGEROW_METRICS_TOKEN_FILE", secret), "metrics-token: direct\n"))
                .contains("of-a-file");
        assertThat(token(Map.of(), Map.of(), "metrics-token-file: " + secret + "\n"))
                .contains("of-a-file");
    }

    private Optional<String> token(Map<String, String> flags, Map<String, String> environment, String yaml)
            throws IOException {
        var all = new java.util.HashMap<>(DATABASE);
        all.putAll(flags);
        return Configuration.of(all, environment, file(yaml))
                .read(ServiceSettings.class)
                .http()
                .metricsToken();
    }

    @Test
    void lists_and_maps_are_natural_yaml_or_one_line() throws IOException {
        var yaml = settings("""
            sites: [https://app.example, 'http://localhost:5173']
            chains:
              1: https://node.example/key
              8453: https://base.example
            trusted-proxies:
              - 10.0.0.0/8
            jwt-issuers:
              - issuer: https://id.example
                audiences: [a, b]
                algorithm: RS256
                keys: https://id.example/keys
            session-life: 30m
            pooler: true
            """);
        var lines = Configuration.of(
                        DATABASE,
                        Map.of(
                                "HEDGEROW_SITES", "https://app.example, http://localhost:5173",
                                "HEDGEROW_CHAINS", "1=https://node.example/key, 8453=https://base.example",
                                "HEDGEROW_TRUSTED_PROXIES", "10.0.0.0/8",
                                "HEDGEROW_SESSION_LIFE", "PT30M",
                                "HEDGEROW_POOLER", "true",
                                "HEDGEROW_JWT_ISSUERS",
                                        "[{issuer: 'https://id.example', audiences: [b, a], algorithm: RS256,"
                                                + " keys: 'https://id.example/keys'}]"),
                        Optional.empty())
                .read(ServiceSettings.class);
        assertThat(lines).isEqualTo(yaml);
        assertThat(yaml.auth().sites())
                .containsExactly(URI.create("https://app.example"), URI.create("http://localhost:5173"));
        assertThat(yaml.auth().chains()).containsOnlyKeys(1L, 8453L);
        assertThat(yaml.auth().sessionLife()).isEqualTo(Duration.ofMinutes(30));
        assertThat(yaml.auth().jwtIssuers()).hasSize(1);
    }

    @Test
    void an_empty_value_is_not_set() throws IOException {
        var settings = Configuration.of(
                        DATABASE, Map.of("HEDGEROW_BIND_KEY", "", "HEDGEROW_SITES", " "), file("host:\n# port: 1\n"))
                .read(ServiceSettings.class);
        assertThat(settings.http().host()).isEqualTo("127.0.0.1");
        assertThat(settings.auth().sites()).isEmpty();
    }

    // --- what is wrong -------------------------------------------------------------------------------------------

    @Test
    void every_problem_is_reported_at_once_with_its_place_and_an_example_without_its_value() throws IOException {
        var configuration = Configuration.of(
                Map.of("port", "s3cret"),
                Map.of("HEDGEROW_BIND_KEY", "s3cret", "HEDGEROW_CURSOR_KEY_FILE", "/nowhere", "HEDGEROW_POOLSIZE", "3"),
                file("pool-sise: 3\nidle-timeout: soon\nsites: [https://s3cret@app.example]\ndemo: 1\n"));
        problems(configuration)
                .hasSize(9)
                .anyMatch(line -> line.startsWith("database is missing. Give --database, HEDGEROW_DATABASE or"))
                .anyMatch(line ->
                        line.startsWith("port, given by --port, must be a whole number from 0 to 65535. Example: 8080"))
                .anyMatch(line -> line.startsWith("bind-key, given by HEDGEROW_BIND_KEY, must be 64 to 128"))
                .anyMatch(line -> line.startsWith("cursor-key, given by HEDGEROW_CURSOR_KEY_FILE, names /nowhere"))
                .anyMatch(line -> line.contains("did you mean HEDGEROW_POOL_SIZE?"))
                .anyMatch(line -> line.contains("`pool-sise` of") && line.contains("did you mean `pool-size` of"))
                .anyMatch(line -> line.startsWith("idle-timeout, given by `idle-timeout` of"))
                .anyMatch(line -> line.contains("must be origins"))
                .anyMatch(line -> line.contains("must be true or false"))
                .noneMatch(line -> line.contains("s3cret"));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "port: s3cret",
                "port: [s3cret]",
                "port: 80.5",
                "port: 70000",
                "port: -1",
                "host: [s3cret]",
                "metrics-token: 12345",
                "log-requests: 'yes'",
                "pool-timeout: 5",
                "pool-timeout: 0s",
                "pool-timeout: -5s",
                "session-life: 721h",
                "credential-key: 5ac3e75ac3e75ac3e75ac3e75ac3e75ac3e75ac3e75ac3e75ac3e75ac3e75ac3e75ac3e7",
                "sites: s3cret",
                "sites: [{s3cret: 1}]",
                "sites: [https://app.example/]",
                "sites: [ftp://app.example]",
                "chains: https://node.example/s3cret",
                "chains: {s3cret: https://node.example}",
                "chains: {0: https://node.example/s3cret}",
                "chains: {1: /s3cret}",
                "chains: [https://node.example/s3cret]",
                "trusted-proxies: [10.0.0.0/33]",
                "trusted-proxies: [example.com/8]",
                "trusted-proxies: 10.0.0.1",
                "jwt-issuers: https://id.example/s3cret",
                "jwt-issuers: [{issuer: i, audiences: [a], algorithm: HS256, keys: 'https://id.example'}]",
                "jwt-issuers: [{issuer: i, audiences: [a], algorithm: none, keys: 'https://id.example'}]",
                "jwt-issuers: [{issuer: i, audiences: [], algorithm: ES256, keys: 'https://id.example'}]",
                "jwt-issuers: [{issuer: i, audiences: [a], algorithm: ES256, keys: 'http://id.example'}]",
                "jwt-issuers: [{issuer: i, audiences: [a], algorithm: ES256}]",
                "jwt-issuers: [{issuer: i, audiences: [a], algorithm: ES256, keys: 'https://id.example', s3: 1}]",
                "database: mysql://me:s3cret@db.example/shop",
                "database: postgresql://me:s3cret@db.example:port/shop",
            })
    void a_value_that_cannot_be_meant_is_refused_without_repeating_it(String line) throws IOException {
        var name = line.substring(0, line.indexOf(':'));
        var flags = name.equals("database") ? Map.<String, String>of() : DATABASE;
        problems(Configuration.of(flags, Map.of(), file(line + "\n")))
                .singleElement()
                .asString()
                .startsWith(name + ", given by ")
                .contains("Example: ")
                .doesNotContain("s3cret", "5ac3e7");
    }

    @ParameterizedTest
    @ValueSource(strings = {"s3cret", "- s3cret", "port: 1\nport: 2\n", "port: [1\ns3cret: }", "a: 1\n---\nb: 2\n"})
    void a_file_that_holds_no_settings_is_refused_without_quoting_it(String yaml) throws IOException {
        problems(Configuration.of(DATABASE, Map.of(), file(yaml)))
                .singleElement()
                .asString()
                .contains("config: ", "hedgerow.yaml")
                .doesNotContain("s3cret");
    }

    @Test
    void a_value_and_a_file_that_holds_it_contradict_each_other() {
        problems(Configuration.of(
                        DATABASE, Map.of("HEDGEROW_BIND_KEY", "1", "HEDGEROW_BIND_KEY_FILE", "2"), Optional.empty()))
                .singleElement()
                .asString()
                .contains("is given twice");
    }

    @Test
    void a_command_decides_some_settings_itself() {
        var configuration = Configuration.of(
                        Map.of(), Map.of("HEDGEROW_DATABASE", "postgresql://x/y"), Optional.empty())
                .within("hedgerow up", Map.of("database", "postgresql://db.example/shop"), Map.of("port", "1234"));
        problems(configuration).containsExactly("HEDGEROW_DATABASE is determined by `hedgerow up`: leave it out");
        var settings = Configuration.of(Map.of(), Map.of(), Optional.empty())
                .within("hedgerow up", DATABASE, Map.of("port", "1234"))
                .read(ServiceSettings.class);
        assertThat(settings.http().port()).isEqualTo(1234);
    }

    // --- what is shown -------------------------------------------------------------------------------------------

    @Test
    void a_dump_shows_every_setting_its_place_and_no_secret_and_can_be_read_again() throws IOException {
        var configuration = Configuration.of(
                Map.of("database", "postgresql://me:s3cret@db.example/shop"),
                Map.of("HEDGEROW_BIND_KEY", "5ac3e7".repeat(12), "HEDGEROW_CHAINS", "1=https://node.example/s3cret"),
                file("sites: [https://app.example]\nsession-life: 30m\n"));
        var dump = configuration.dump(ServiceSettings.class);
        assertThat(dump.lines())
                .hasSize(SettingCatalog.of(ServiceSettings.class).size())
                .contains(
                        "database: \"postgresql://me@db.example:5432/shop\"  # --database",
                        "bind-key: \"********\"  # HEDGEROW_BIND_KEY",
                        "chains: {\"1\":\"********\"}  # HEDGEROW_CHAINS",
                        "pool-size: 10  # default")
                .anyMatch(line -> line.startsWith("sites: [\"https://app.example\"]  # `sites` of "))
                .anyMatch(line -> line.startsWith("# cursor-key is not set: random"));
        assertThat(dump).doesNotContain("s3cret", "5ac3e7");
        var again = settings(dump.lines()
                .filter(line -> !line.contains("****") && !line.startsWith("database:"))
                .collect(java.util.stream.Collectors.joining("\n")));
        assertThat(again.auth().sites()).containsExactly(URI.create("https://app.example"));
        assertThat(again.auth().sessionLife()).isEqualTo(Duration.ofMinutes(30));
    }

    // --- helpers -------------------------------------------------------------------------------------------------

    private static ListAssert<String> problems(Configuration configuration) {
        return assertThatThrownBy(() -> configuration.read(ServiceSettings.class))
                .asInstanceOf(type(Invalid.class))
                .extracting(Invalid::problems, LIST)
                .asInstanceOf(org.assertj.core.api.InstanceOfAssertFactories.list(String.class));
    }

    private ServiceSettings settings(String yaml) throws IOException {
        return Configuration.of(DATABASE, Map.of(), file(yaml)).read(ServiceSettings.class);
    }

    private Optional<Path> file(String text) throws IOException {
        return Optional.of(Files.writeString(folder.resolve("hedgerow.yaml"), text));
    }
}
