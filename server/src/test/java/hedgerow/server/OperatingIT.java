package hedgerow.server;

import static org.assertj.core.api.Assertions.assertThat;

import hedgerow.sql.DatabaseUrl;
import hedgerow.sql.EmbeddedPostgres;
import hedgerow.sql.Eventually;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.sql.SQLException;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Runs every command of docs/operating.md, in the order of the page, on the jar that was just built. The servers have
/// the version of the installed client programs: a newer `pg_restore` sends settings that an older server lacks.
class OperatingIT {

    private static final Pattern SERVING = Pattern.compile("\"event\":\"serving\".*\"port\":([0-9]+)");

    @TempDir
    private Path folder;

    private Page page;
    private EmbeddedPostgres old;
    private EmbeddedPostgres fresh;

    /// The objects that the service stores under its keys.
    private record Kept(
            String cursor, String credentialKeyId, String walletKeyId, String metricsToken, String bindKey) {}

    private Kept kept;
    private long orders;

    /// Adds the steps that the page leaves to its reader, and the checks of its promises, by a command of
    /// the block.
    private void steps() {
        page.before("migrate --dry-run", () -> page.shell("./hedgerow migrate --rollback 1 --database \"$ADMIN_URL\""));
        page.before(
                "migrate --rollback 1 --dry-run",
                () -> page.shell("psql -X -q -v ON_ERROR_STOP=1 -1 -f sql/seed/demo.sql \"$ADMIN_URL\""));
        page.before("cp -a", () -> orders = up("data"));
        page.after(
                "cp -a", () -> assertThat(up("data.backup")).isEqualTo(orders).isPositive());
        page.after("restored.key", () -> check(settings("restored", fresh, "restored.key"), true));
        page.before("password hedgerow_app' \"$ADMIN_URL\"\n```", this::chooseAnotherPassword);
        page.after("password hedgerow_app' \"$ADMIN_URL\"\n```", this::theOldPasswordIsRefused);
        page.before("keys rotate", () -> kept = serving(this::use));
        page.before("keys retire", this::findOldKeys);
        page.after("keys retire", this::onlyTheNewBindKeyCounts);
        page.after("credential.old.key\"", () -> serving(this::theKeysAreNew));
        page.after("wallet.old.key\"", () -> serving(this::walletsAreMadeUnderTheNewKey));
        page.before("rm \"$DATA", () -> page.set("MADE_BEFORE", secret(folder.resolve("data"), "credential.key")));
        page.after("rm \"$DATA", this::upMakesAnotherKey);
        page.before("uninstall.sql", () -> page.shell("! psql -X -f sql/uninstall.sql \"$ADMIN_URL\""));
    }

    @Test
    void every_command_of_the_page_works_in_the_order_of_the_page() throws Exception {
        Page.require(
                "psql", "pg_dump", "pg_dumpall", "pg_restore", "createdb", "setsid", "openssl", "basenc", "sha256sum");
        try (var open = new Page(folder)) {
            page = open;
            run(versionOfPrograms());
        }
    }

    private void run(int version) throws Exception {
        try (var one = EmbeddedPostgres.ephemeral(version, 0, line -> {});
                var other = EmbeddedPostgres.ephemeral(version, 0, line -> {})) {
            old = one;
            fresh = other;
            prepare();
            steps();
            var said = page.run("docs/operating.md");
            assertThat(said)
                    .contains("changesets applied, sealed mode", "Fit to serve.", "would roll back sql/schema/")
                    .contains("seal key ", "retired ", "uninstalled")
                    .containsPattern("(?m)^[1-9][0-9]* changesets to apply")
                    .containsPattern("(?m)^t$")
                    .doesNotContainPattern("(?m)^f$")
                    .containsPattern("(?m)^" + kept.credentialKeyId() + "$")
                    .containsPattern("(?m)^ " + kept.credentialKeyId() + " +\\| +1$")
                    .containsPattern("(?m)^" + kept.walletKeyId() + "$")
                    .containsPattern("(?m)^ " + kept.walletKeyId() + " .* 0x[0-9a-f]{40}$")
                    .doesNotContain("typed");
            assertThat(ask(old, "select to_regnamespace('app') is null")).isEqualTo("t");
            assertThat(ask(old, "select count(*) from pg_roles where rolname like 'hedgerow%'"))
                    .isEqualTo("0");
            assertThat(ask(fresh, "select count(*) from app.payment_order")).isNotEqualTo("0");
            assertThat(ask(fresh, "select has_database_privilege('public', 'shop', 'connect')"))
                    .isEqualTo("f");
        }
    }

    // --- a place to work in --------------------------------------------------------------------------------------

    private void prepare() throws Exception {
        Files.createDirectory(secrets());
        old.createDatabase("shop");
        var admin = old.url("shop", EmbeddedPostgres.SUPERUSER);
        var newAdmin = fresh.url("postgres", EmbeddedPostgres.SUPERUSER);
        page.set("ADMIN_URL", admin.toString());
        page.set(
                "REVIEWER_URL",
                admin.withUser("hedgerow_reviewer", Optional.empty()).toString());
        page.set("NEW_SERVER_URL", newAdmin.toString());
        page.set("RESTORED_URL", newAdmin.withDatabase("shop").toString());
        page.set("PGPASSFILE", folder.resolve("passwords").toString());
        page.set("SERVICE", settings("service", old, "bind.key").toString());
        page.set("SECRETS", secrets().toString());
        page.set("DATA", folder.resolve("data").toString());
        choosePassword("typed once");
        var passwords = Files.writeString(
                folder.resolve("passwords"), line(admin) + line(newAdmin) + "*:*:*:hedgerow_reviewer:typed once\n");
        Files.setPosixFilePermissions(passwords, PosixFilePermissions.fromString("rw-------"));
    }

    private Path secrets() {
        return folder.resolve("secrets");
    }

    private static String secret(Path folder, String name) throws IOException {
        return Files.readString(folder.resolve(name)).strip();
    }

    private Path settings(String name, EmbeddedPostgres server, String bindKey) throws IOException {
        var url = server.url("shop", EmbeddedPostgres.SUPERUSER).withUser("hedgerow_app", Optional.empty());
        var text = """
            database: %s
            database-password-file: secrets/database-password
            bind-key-file: secrets/%s
            cursor-key-file: secrets/cursor.key
            credential-key-file: secrets/credential.key
            wallet-key-file: secrets/wallet.key
            metrics-token-file: secrets/metrics.token
            demo: true
            port: 0
            """.formatted(url, bindKey);
        return Files.writeString(folder.resolve(name + ".yaml"), text);
    }

    private void choosePassword(String password) throws IOException {
        page.set("PASSWORD", password);
        Files.writeString(secrets().resolve("database-password"), password);
    }

    private static String line(DatabaseUrl url) {
        return "%s:%d:*:%s:%s%n"
                .formatted(
                        url.host(),
                        url.port(),
                        url.user().orElseThrow(),
                        url.password().orElseThrow());
    }

    // --- what the page promises ----------------------------------------------------------------------------------

    private void chooseAnotherPassword() throws Exception {
        check(settings("service", old, "bind.key"), true);
        page.set("PASSWORD", "typed anew");
    }

    private void theOldPasswordIsRefused() throws Exception {
        check(settings("service", old, "bind.key"), false);
        choosePassword("typed anew");
        check(settings("service", old, "bind.key"), true);
    }

    private Kept use(Calls api) throws Exception {
        var page = api.get("/v1/customers?limit=1");
        var next = Pattern.compile("\"next\": ?\"([^\"]+)\"").matcher(page.body());
        assertThat(next.find()).as(page.body()).isTrue();
        var token = secret(secrets(), "metrics.token");
        assertThat(api.metrics(token)).isEqualTo(200);
        return new Kept(next.group(1), store(api), makeWallet(api), token, secret(secrets(), "bind.key"));
    }

    /// Makes a wallet whose key the server keeps.
    ///
    /// @return the id of the key that encrypts it
    private String makeWallet(Calls api) throws Exception {
        var made = api.post("/v1/wallets", """
            {"kind": "server", "chain": "eip155:84532", "label": "Kept"}\
            """);
        assertThat(made.statusCode()).as(made.body()).isEqualTo(201);
        return ask(old, "select key_id from app.wallet_key order by created_at desc, id desc limit 1");
    }

    private Kept walletsAreMadeUnderTheNewKey(Calls api) throws Exception {
        assertThat(makeWallet(api)).isNotEqualTo(kept.walletKeyId());
        return kept;
    }

    /// Stores a secret.
    ///
    /// @return the id of the key under which it is stored
    private String store(Calls api) throws Exception {
        var made = api.post("/v1/provider-credentials", """
            {"provider": "stripe", "label": "Kept", "secret": "%s"}\
            """.formatted(System.nanoTime()));
        assertThat(made.statusCode()).as(made.body()).isEqualTo(201);
        return ask(
                old,
                "select key_id from app.provider_credential where label = 'Kept' order by created_at desc, id desc"
                        + " limit 1");
    }

    private void findOldKeys() throws SQLException {
        for (var purpose : List.of("bind", "seal")) {
            page.set(
                    "OLD_%s_KEY".formatted(purpose.toUpperCase(Locale.ROOT)),
                    ask(
                            old,
                            "select id from app_private.seal_key where purpose = '%s' order by created_at limit 1"
                                    .formatted(purpose)));
        }
    }

    private void onlyTheNewBindKeyCounts() throws Exception {
        Files.writeString(secrets().resolve("retired.key"), kept.bindKey());
        assertThat(check(settings("retired", old, "retired.key"), false)).contains("refuses to bind a session");
        check(settings("service", old, "bind.key"), true);
    }

    private Kept theKeysAreNew(Calls api) throws Exception {
        var refused = api.get("/v1/customers?limit=1&after=" + kept.cursor());
        assertThat(refused.statusCode()).isEqualTo(400);
        assertThat(refused.body()).contains("invalid_cursor");
        assertThat(api.metrics(kept.metricsToken())).isEqualTo(401);
        assertThat(api.metrics(secret(secrets(), "metrics.token"))).isEqualTo(200);
        assertThat(store(api)).isNotEqualTo(kept.credentialKeyId());
        return kept;
    }

    private void upMakesAnotherKey() throws Exception {
        assertThat(up("data")).isEqualTo(orders);
        assertThat(secret(folder.resolve("data"), "credential.key"))
                .isNotEqualTo(page.get("MADE_BEFORE"))
                .hasSize(64);
    }

    // --- programs ------------------------------------------------------------------------------------------------

    private String check(Path settings, boolean fit) throws Exception {
        var command = "./hedgerow serve --check --config %s".formatted(settings);
        return page.shell(fit ? command : "! " + command);
    }

    /// Requests to the service, as an owner of the demo data.
    private record Calls(HttpClient client, String address) {
        HttpResponse<String> get(String path) throws Exception {
            return send(HttpRequest.newBuilder(URI.create(address + path)));
        }

        HttpResponse<String> post(String path, String body) throws Exception {
            return send(HttpRequest.newBuilder(URI.create(address + path))
                    .header("Content-Type", "application/json")
                    .POST(BodyPublishers.ofString(body)));
        }

        int metrics(String token) throws Exception {
            var request = HttpRequest.newBuilder(URI.create(address + "/metrics"))
                    .header("Authorization", "Bearer " + token)
                    .build();
            return client.send(request, BodyHandlers.discarding()).statusCode();
        }

        private HttpResponse<String> send(HttpRequest.Builder request) throws Exception {
            var key = DemoKeys.testKey("acme", "Owner");
            return client.send(request.header("Authorization", "Bearer " + key).build(), BodyHandlers.ofString());
        }
    }

    @FunctionalInterface
    private interface Visit {
        Kept to(Calls api) throws Exception;
    }

    /// Starts the service with the settings of the page, and stops it as a service manager does.
    private Kept serving(Visit visit) throws Exception {
        var log = Files.createTempFile(folder, "serve-", ".log");
        var process = page.start(log, "exec ./hedgerow serve --config \"$SERVICE\"");
        try (var client = HttpClient.newHttpClient()) {
            Eventually.holds(
                    "it serves",
                    Page.PATIENCE,
                    () -> SERVING.matcher(Page.read(log)).find() || !process.isAlive());
            var port = SERVING.matcher(Page.read(log));
            assertThat(port.find()).as(Page.read(log)).isTrue();
            return visit.to(new Calls(client, "http://127.0.0.1:" + port.group(1)));
        } finally {
            Page.stop(process);
        }
    }

    /// Starts `hedgerow up` on a folder, and stops it as Ctrl-C does.
    ///
    /// @return the number of orders of its first tenant
    private long up(String data) throws Exception {
        var log = Files.createTempFile(folder, "up-", ".log");
        var process = page.start(log, "exec ./hedgerow up --port 0 --data " + data);
        try {
            Eventually.holds(
                    "the server is ready",
                    Page.PATIENCE,
                    () -> Page.read(log).contains("Try next") || !process.isAlive());
            assertThat(process.isAlive()).as(Page.read(log)).isTrue();
            var counted = page.shell("./hedgerow sql --data %s --tenant acme".formatted(data)
                    + " -c \"select 'orders ' || count(*) as counted from app.payment_order\"");
            var count = Pattern.compile("orders (\\d+)").matcher(counted);
            assertThat(count.find()).as(counted).isTrue();
            return Long.parseLong(count.group(1));
        } finally {
            Page.stop(process);
        }
    }

    private static String ask(EmbeddedPostgres server, String sql) throws SQLException {
        try (var connection = server.url("shop", EmbeddedPostgres.SUPERUSER).connect();
                var statement = connection.createStatement();
                var rows = statement.executeQuery(sql)) {
            rows.next();
            return rows.getString(1);
        }
    }

    /// The major version of the installed `pg_dump`.
    private int versionOfPrograms() throws Exception {
        var version = Pattern.compile("\\) (\\d+)").matcher(page.shell("pg_dump --version"));
        assertThat(version.find()).isTrue();
        var major = Integer.parseInt(version.group(1));
        Assumptions.assumeTrue(EmbeddedPostgres.VERSIONS.contains(major), "no server of version " + major);
        return major;
    }
}
