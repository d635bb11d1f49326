package hedgerow.server;

import static org.assertj.core.api.Assertions.assertThat;

import hedgerow.sql.DatabaseUrl;
import hedgerow.sql.EmbeddedPostgres;
import hedgerow.sql.Eventually;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.ProcessBuilder.Redirect;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.sql.SQLException;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Runs every command of docs/operating.md, in the order of the page, on the jar that was just built: a dump from one
/// server to another on PostgreSQL 15, for which Debian has the client programs, and a copy of files on the usual one.
class OperatingIT {

    private static final Path PROJECT = Path.of("..").toAbsolutePath().normalize();
    private static final Duration PATIENCE = Duration.ofMinutes(4);
    private static final Pattern BLOCK = Pattern.compile("(?ms)^```sh\\n(.*?)^```$");
    private static final String PASSWORD = "as psql asked";

    /// What the page leaves to its reader, by the command that it precedes.
    private static final Map<String, String> BEFORE = Map.of(
            "migrate --dry-run",
            "psql -X -q -v ON_ERROR_STOP=1 -1 -f sql/seed/demo.sql \"$ADMIN_URL\"",
            "keys retire",
            "OLD_KEY=$(psql -XAt -c \"select id from app_private.seal_key where purpose = 'bind'"
                    + " order by created_at limit 1\" \"$ADMIN_URL\")",
            "uninstall.sql",
            "! psql -X -f sql/uninstall.sql \"$ADMIN_URL\"");

    @TempDir
    private Path folder;

    @Test
    void the_page_is_true_from_installation_to_removal() throws Exception {
        skipUnlessInstalled();
        try (var old = EmbeddedPostgres.ephemeral(15, 0, line -> {});
                var fresh = EmbeddedPostgres.ephemeral(15, 0, line -> {})) {
            old.createDatabase("shop");
            var kept = up("data");
            var said = page(old, fresh);
            assertThat(said)
                    .contains("changesets applied, sealed mode", "0 changesets to apply", "would roll back ")
                    .contains("seal key ", "retired ")
                    .containsPattern("(?m)^t$")
                    .doesNotContainPattern("(?m)^f$")
                    .doesNotContain(PASSWORD);
            assertThat(up("data.backup")).isEqualTo(kept).isPositive();
            assertThat(ask(old, "select to_regnamespace('app') is null")).isEqualTo("t");
            assertThat(ask(fresh, "select count(*) from app.payment_order")).isNotEqualTo("0");
            assertThat(ask(fresh, "select has_database_privilege('public', 'shop', 'connect')"))
                    .isEqualTo("f");
        }
    }

    private String page(EmbeddedPostgres old, EmbeddedPostgres fresh) throws Exception {
        var script = new StringBuilder("""
            set -euo pipefail
            psql() { printf '%s\\n%s\\n' "$PASSWORD" "$PASSWORD" | setsid psql "$@"; }
            """);
        var blocks = BLOCK.matcher(Files.readString(PROJECT.resolve("docs/operating.md")));
        while (blocks.find()) {
            var block = blocks.group(1);
            BEFORE.forEach((command, before) -> {
                if (block.contains(command)) {
                    script.append(before).append('\n');
                }
            });
            script.append(block.replaceAll(
                    "(?<=[ =])(shop\\.dump|roles\\.sql|audit-heads\\.txt|\\w+\\.key)\\b", "\"\\$OUT\"/$1"));
        }
        var file = Files.writeString(folder.resolve("page.sh"), script);
        var bash = new ProcessBuilder("bash", "-x", file.toString());
        bash.environment().putAll(environment(old, fresh));
        return run(bash, "page.log");
    }

    private Map<String, String> environment(EmbeddedPostgres old, EmbeddedPostgres fresh) throws IOException {
        var admin = old.url("shop", EmbeddedPostgres.SUPERUSER);
        var newAdmin = fresh.url("postgres", EmbeddedPostgres.SUPERUSER);
        var passwords = folder.resolve("passwords");
        Files.writeString(
                passwords, password(admin) + password(newAdmin) + "*:*:*:hedgerow_reviewer:%s%n".formatted(PASSWORD));
        Files.setPosixFilePermissions(passwords, PosixFilePermissions.fromString("rw-------"));
        return Map.of(
                "ADMIN_URL", admin.toString(),
                "REVIEWER_URL",
                        admin.withUser("hedgerow_reviewer", Optional.empty()).toString(),
                "NEW_SERVER_URL", newAdmin.toString(),
                "RESTORED_URL", newAdmin.withDatabase("shop").toString(),
                "PGPASSFILE", passwords.toString(),
                "PASSWORD", PASSWORD,
                "OUT", folder.toString(),
                "DATA", folder.resolve("data").toString());
    }

    private static String password(DatabaseUrl url) {
        return url.password()
                .map(password -> "%s:%d:*:%s:%s%n"
                        .formatted(url.host(), url.port(), url.user().orElseThrow(), password))
                .orElse("");
    }

    /// Starts `hedgerow up` on a folder, and stops it as Ctrl-C does.
    ///
    /// @return how many orders its first tenant has
    private long up(String data) throws Exception {
        var place = folder.resolve(data).toString();
        var log = folder.resolve("up-%s.log".formatted(data));
        var process = new ProcessBuilder(PROJECT.resolve("hedgerow").toString(), "up", "--port", "0", "--data", place)
                .redirectErrorStream(true)
                .redirectOutput(log.toFile())
                .start();
        try {
            Eventually.holds("the server is ready", PATIENCE, () -> read(log).contains("Try next"));
            var count = new ProcessBuilder(
                    PROJECT.resolve("hedgerow").toString(),
                    "sql",
                    "--data",
                    place,
                    "--tenant",
                    "acme",
                    "-c",
                    "select 'orders ' || count(*) as counted from app.payment_order");
            var counted = Pattern.compile("orders (\\d+)").matcher(run(count, "count.log"));
            assertThat(counted.find()).isTrue();
            return Long.parseLong(counted.group(1));
        } finally {
            process.destroy();
            assertThat(process.waitFor(PATIENCE.toSeconds(), TimeUnit.SECONDS)).isTrue();
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

    private String run(ProcessBuilder command, String log) throws Exception {
        var output = folder.resolve(log);
        var process = command.directory(PROJECT.toFile())
                .redirectErrorStream(true)
                .redirectOutput(output.toFile())
                .start();
        assertThat(process.waitFor(PATIENCE.toSeconds(), TimeUnit.SECONDS))
                .as(read(output))
                .isTrue();
        assertThat(process.exitValue()).as(read(output)).isZero();
        return read(output);
    }

    private static String read(Path file) {
        try {
            return Files.readString(file);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private void skipUnlessInstalled() throws Exception {
        var look = new ProcessBuilder("sh", "-c", "command -v psql pg_dump pg_dumpall pg_restore createdb setsid")
                .redirectOutput(Redirect.DISCARD)
                .start();
        if (look.waitFor() != 0) {
            System.err.println("SKIPPED: docs/operating.md needs Debian's packages postgresql-client and util-linux");
            Assumptions.abort("psql and its companions are not installed");
        }
    }
}
