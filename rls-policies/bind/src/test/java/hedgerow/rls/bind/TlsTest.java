package hedgerow.rls.bind;

import static hedgerow.rls.bind.Notes.one;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import hedgerow.sql.DatabaseUrl;
import hedgerow.sql.EmbeddedPostgres;
import hedgerow.sql.PgBouncer;
import hedgerow.sql.TestAuthority;
import java.io.IOException;
import java.nio.file.Path;
import java.sql.SQLException;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.postgresql.ds.PGSimpleDataSource;

/// The binder over TLS: to the server, and through PgBouncer.
class TlsTest {

    private static final BindCall CALL = BindCall.variable("notes.tenant");
    private static final String SEEN = "select current_setting('notes.tenant') || ' by ' || version"
            + " from pg_stat_ssl where pid = pg_backend_pid() and ssl";

    @TempDir
    private static Path folder;

    private static EmbeddedPostgres server;
    private static TestAuthority authority;
    private static DatabaseUrl plain;
    private static DatabaseUrl verified;

    @BeforeAll
    static void start() throws Exception {
        server = EmbeddedPostgres.ephemeral(0, line -> {});
        plain = server.url("postgres", EmbeddedPostgres.SUPERUSER);
        authority = TestAuthority.create(folder);
        authority.encrypt(plain);
        verified = at("localhost")
                .withParameter("sslmode", "verify-full")
                .withParameter("sslrootcert", authority.file().toString());
    }

    @AfterAll
    static void stop() {
        server.close();
    }

    private static DatabaseUrl at(String host) {
        return new DatabaseUrl(
                host, plain.port(), plain.database(), plain.user(), plain.password(), plain.parameters());
    }

    private static String seen(DatabaseUrl url, String... parameters) throws SQLException {
        var source = new PGSimpleDataSource();
        source.setUrl(url.jdbc() + "&" + String.join("&", parameters));
        try (var connection = TenantDataSource.over(source, CALL).getConnection(Tenant.of("oak"))) {
            return one(connection, SEEN);
        }
    }

    @Test
    void a_verified_server_is_spoken_to_over_tls() throws SQLException {
        assertThat(seen(verified)).isEqualTo("oak by TLSv1.3");
    }

    @Test
    void a_server_under_another_name_is_refused() {
        var elsewhere = new DatabaseUrl(
                "127.0.0.1",
                verified.port(),
                verified.database(),
                verified.user(),
                verified.password(),
                verified.parameters());
        assertThatThrownBy(() -> seen(elsewhere))
                .isInstanceOf(SQLException.class)
                .hasMessageContaining("127.0.0.1");
    }

    @Test
    void a_server_of_another_authority_is_refused() throws IOException {
        var other = TestAuthority.create(folder).file().toString();
        assertThatThrownBy(() -> seen(verified.withParameter("sslrootcert", other)))
                .isInstanceOf(SQLException.class)
                .hasStackTraceContaining("CertPathValidatorException");
    }

    @Test
    void a_password_can_be_bound_to_the_channel() throws SQLException {
        assertThat(seen(verified.withParameter("channel_binding", "require"))).isEqualTo("oak by TLSv1.3");
        assertThatThrownBy(() ->
                        seen(plain.withParameter("sslmode", "disable").withParameter("channel_binding", "require")))
                .as("there is no channel to bind to without TLS")
                .isInstanceOf(SQLException.class);
    }

    @Test
    void pgbouncer_speaks_tls_on_both_sides() throws Exception {
        var program = Programs.pgBouncer();
        var target = new DatabaseUrl(
                "localhost", plain.port(), plain.database(), plain.user(), plain.password(), plain.parameters());
        try (var bouncer = PgBouncer.encrypted(program, List.of(target), authority)) {
            var pooled = bouncer.pooled(target);
            var trusted = new DatabaseUrl(
                    "localhost",
                    pooled.port(),
                    pooled.database(),
                    pooled.user(),
                    pooled.password(),
                    verified.parameters());
            bouncer.connect(target.withParameter("sslmode", "require")).close();
            assertThat(seen(trusted, "prepareThreshold=0"))
                    .as("between pooler and server")
                    .startsWith("oak by TLSv1.");
            assertThatThrownBy(() -> seen(pooled.withParameter("sslmode", "disable"), "prepareThreshold=0"))
                    .as("between application and pooler")
                    .isInstanceOf(SQLException.class)
                    .hasMessageContaining("SSL");
        }
    }

    @Test
    void the_passwords_of_tls_urls_are_in_no_message() {
        var wrong = verified.withUser("postgres", Optional.of("s3cret"));
        assertThatThrownBy(() -> seen(wrong)).hasMessageNotContaining("s3cret");
    }
}
