package hedgerow.rls.bind;

import static hedgerow.rls.bind.Notes.one;
import static hedgerow.rls.bind.Notes.update;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.HikariDataSource;
import hedgerow.sql.DatabaseUrl;
import hedgerow.sql.EmbeddedPostgres;
import hedgerow.sql.Logins;
import hedgerow.sql.Migrations;
import hedgerow.sql.Mode;
import hedgerow.sql.PgBouncer;
import hedgerow.sql.TestAuthority;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.SQLException;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// The two URLs that Neon provides, on a stand-in: a server that speaks TLS, whose owner is not a
/// superuser, and PgBouncer in transaction mode in front of it.
class NeonTest {

    private static final byte[] KEY = "0123456789abcdef0123456789abcdef".getBytes(StandardCharsets.US_ASCII);
    private static final String OWNER = "neondb_owner";
    private static final Tenant SIGN_IN = Tenant.without("system:sign-in", false);

    @TempDir
    private static Path folder;

    private static EmbeddedPostgres server;
    private static TestAuthority authority;
    private static DatabaseUrl direct;

    /// Installs as docs/neon.md describes: by the direct URL, as the owner.
    @BeforeAll
    static void install() throws Exception {
        server = EmbeddedPostgres.ephemeral(0, line -> {});
        var admin = server.url("postgres", EmbeddedPostgres.SUPERUSER);
        authority = TestAuthority.create(folder);
        authority.encrypt(admin);
        try (var connection = admin.connect()) {
            update(connection, "create role " + OWNER + " login createrole createdb password 'owner'");
            update(connection, "create database neondb owner " + OWNER);
        }
        direct = new DatabaseUrl(
                "localhost",
                admin.port(),
                "neondb",
                Optional.of(OWNER),
                Optional.of("owner"),
                parameters(documented().getFirst()));
        new Migrations(direct).migrate(Optional.of(Mode.SEALED), line -> {});
        try (var owner = direct.connect();
                var create = owner.prepareStatement("select app_private.create_key('bind', ?)")) {
            Logins.setPassword(owner, Logins.APP, "app");
            create.setBytes(1, KEY);
            create.execute();
        }
    }

    @AfterAll
    static void stop() {
        server.close();
    }

    private static DatabaseUrl app() {
        return direct.withUser(Logins.APP, Optional.of("app"));
    }

    /// The direct URL and the pooled one, from the page.
    private static List<DatabaseUrl> documented() throws IOException {
        return Pattern.compile("`(postgresql://[^`]+)`")
                .matcher(Files.readString(Path.of("../../docs/neon.md")))
                .results()
                .map(url -> DatabaseUrl.parse(url.group(1)))
                .toList();
    }

    private static Map<String, String> parameters(DatabaseUrl documented) throws IOException {
        return documented
                .withParameter("sslrootcert", authority.file().toString())
                .parameters();
    }

    @Test
    void the_page_has_a_direct_and_a_pooled_url_that_verify_the_server() throws IOException {
        var urls = documented();
        assertThat(urls)
                .hasSize(2)
                .allMatch(url -> "verify-full".equals(url.parameters().get("sslmode")));
        assertThat(urls.get(1).host()).isEqualTo(urls.get(0).host().replaceFirst("\\.", "-pooler."));
        assertThat(urls.get(0).parameters()).containsEntry("channel_binding", "require");
    }

    private static DatabaseUrl pooled(PgBouncer bouncer) throws IOException {
        var pooled = bouncer.pooled(app());
        return new DatabaseUrl(
                        "localhost",
                        pooled.port(),
                        pooled.database(),
                        pooled.user(),
                        pooled.password(),
                        parameters(documented().get(1)))
                .withParameter("prepareThreshold", "0");
    }

    private static PgBouncer bouncer() throws Exception {
        var target = new DatabaseUrl("localhost", direct.port(), "neondb", app().user(), app().password(), Map.of());
        var bouncer = PgBouncer.encrypted(Programs.pgBouncer(), List.of(target), authority);
        bouncer.connect(target.withParameter("sslmode", "require")).close();
        return bouncer;
    }

    private static HikariDataSource pool(DatabaseUrl url) {
        var config = new HikariConfig();
        config.setJdbcUrl(url.jdbc());
        config.setMaximumPoolSize(2);
        return new HikariDataSource(config);
    }

    private static String actor(HikariDataSource pool, BindCall call) throws SQLException {
        try (var connection = TenantDataSource.over(pool, call).getConnection(SIGN_IN)) {
            return one(connection, "select app.actor()");
        }
    }

    @Test
    void the_direct_url_serves_by_tokens_for_one_backend() throws SQLException {
        try (var pool = pool(app())) {
            assertThat(actor(pool, BindCall.sealed(KEY))).isEqualTo("system:sign-in");
        }
    }

    @Test
    void the_pooled_url_serves_by_tokens_for_any_backend() throws Exception {
        try (var bouncer = bouncer();
                var pool = pool(pooled(bouncer))) {
            for (var i = 0; i < 10; i++) {
                assertThat(actor(pool, BindCall.sealedThroughPooler(KEY))).isEqualTo("system:sign-in");
            }
            assertThatThrownBy(() -> actor(pool, BindCall.sealed(KEY)))
                    .as("a token for one backend")
                    .isInstanceOf(SQLException.class);
        }
    }

    @Test
    void time_limits_are_stored_on_the_role_where_the_pooler_refuses_start_up_options() throws Exception {
        try (var owner = direct.connect()) {
            update(owner, "alter role hedgerow_app set statement_timeout = '15s'");
        }
        try (var bouncer = bouncer();
                var pool = pool(pooled(bouncer))) {
            assertThatThrownBy(() -> pooled(bouncer)
                            .withParameter("options", "-c statement_timeout=15s")
                            .connect())
                    .isInstanceOfSatisfying(
                            SQLException.class, e -> assertThat(e.getSQLState()).isEqualTo("08P01"));
            try (var connection = pool.getConnection()) {
                assertThat(one(connection, "show statement_timeout")).isEqualTo("15s");
            }
            assertThat(SelfCheck.settingProblems(pool)).isEmpty();
        }
    }

    @Test
    void the_self_check_passes_on_both() throws Exception {
        try (var bouncer = bouncer();
                var pool = pool(app());
                var behind = pool(pooled(bouncer))) {
            assertThat(SelfCheck.reference().problems(pool)).isEmpty();
            assertThat(SelfCheck.reference().problems(behind)).isEmpty();
        }
    }
}
