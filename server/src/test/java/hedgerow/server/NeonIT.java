package hedgerow.server;

import static org.assertj.core.api.Assertions.assertThat;

import hedgerow.sql.DatabaseUrl;
import hedgerow.sql.EmbeddedPostgres;
import hedgerow.sql.Logins;
import hedgerow.sql.PgBouncer;
import hedgerow.sql.TestAuthority;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.sql.SQLException;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Runs every command of docs/neon.md, in the order of the page, on a stand-in: a server that speaks TLS,
/// whose database owner is not a superuser, and PgBouncer in transaction mode in front of it.
class NeonIT {

    private static final String OWNER = "neondb_owner";
    private static final String PASSWORD = "typed once";

    @TempDir
    private Path folder;

    @Test
    void every_command_of_the_page_works_on_a_stand_in() throws Exception {
        Page.require("psql", "setsid");
        var program = PgBouncer.program();
        Assumptions.assumeTrue(program.isPresent(), "PgBouncer is not installed");
        try (var server = EmbeddedPostgres.ephemeral(0, line -> {});
                var page = new Page(folder)) {
            var admin = server.url("postgres", EmbeddedPostgres.SUPERUSER);
            var authority = TestAuthority.create(folder);
            authority.encrypt(admin);
            execute(admin, "create role %s login createrole password '%s'".formatted(OWNER, PASSWORD));
            execute(admin, "create database neondb owner " + OWNER);
            var direct = verified(admin.port(), OWNER, authority).withParameter("channel_binding", "require");
            var app = new DatabaseUrl(
                    "localhost", admin.port(), "neondb", Optional.of(Logins.APP), Optional.of(PASSWORD), Map.of());
            try (var bouncer = PgBouncer.encrypted(program.get(), List.of(app), authority)) {
                var pooled = verified(bouncer.pooled(app).port(), Logins.APP, authority)
                        .withParameter("prepareThreshold", "0");
                prepare(page, direct, pooled);
                var printed = page.run("docs/neon.md");
                assertThat(printed)
                        .contains("warning: set_config() and large objects stay open to PUBLIC")
                        .contains("changesets applied, sealed mode", "directly", "through a pooler")
                        .containsSubsequence("Fit to serve.", "Fit to serve.");
            }
            assertThat(timeout(app)).isEqualTo("15s");
        }
    }

    private void prepare(Page page, DatabaseUrl direct, DatabaseUrl pooled) throws Exception {
        var passwords = Files.writeString(folder.resolve("passwords"), "localhost:*:*:*:%s%n".formatted(PASSWORD));
        Files.setPosixFilePermissions(passwords, PosixFilePermissions.fromString("rw-------"));
        page.set("PGPASSFILE", passwords.toString());
        page.set("PASSWORD", PASSWORD);
        page.set("DIRECT_URL", direct.toString());
        page.set("APP_DIRECT_URL", direct.withUser(Logins.APP, Optional.empty()).toString());
        page.set("APP_POOLED_URL", pooled.toString());
        // Neon's pooled hosts are recognized by their names.
        page.before("$APP_POOLED_URL", () -> page.set("HEDGEROW_POOLER", "true"));
    }

    private static DatabaseUrl verified(int port, String user, TestAuthority authority) throws Exception {
        return new DatabaseUrl("localhost", port, "neondb", Optional.of(user), Optional.empty(), Map.of())
                .withParameter("sslmode", "verify-full")
                .withParameter("sslrootcert", authority.file().toString());
    }

    private static void execute(DatabaseUrl database, String sql) throws SQLException {
        try (var connection = database.connect();
                var statement = connection.createStatement()) {
            statement.execute(sql);
        }
    }

    private static String timeout(DatabaseUrl app) throws SQLException {
        try (var connection = app.connect();
                var statement = connection.createStatement();
                var rows = statement.executeQuery("show statement_timeout")) {
            rows.next();
            return rows.getString(1);
        }
    }
}
