package hedgerow.rls.policies;

import static org.assertj.core.api.Assertions.assertThat;

import hedgerow.rls.policies.Session.Outcome;
import hedgerow.sql.HedgerowDatabase;
import hedgerow.sql.Logins;
import hedgerow.sql.NamedTenant;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.UUID;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/// Attacker-supplied SQL that runs as the application, against sealed mode.
@Tag("isolation")
class SealedModeTest {

    private static final byte[] KEY = "0123456789abcdef0123456789abcdef".getBytes(StandardCharsets.US_ASCII);

    @RegisterExtension
    static final HedgerowDatabase DATABASE =
            HedgerowDatabase.migrated().sealed().seeded();

    private Connection admin;
    private Connection app;
    private Rows rows;
    private NamedTenant acme;
    private NamedTenant globex;
    private String owner;

    @BeforeAll
    static void createKey() throws SQLException {
        try (var admin = DATABASE.admin();
                var create = admin.prepareStatement("select app_private.create_key('bind', ?)")) {
            create.setBytes(1, KEY);
            create.execute();
        }
    }

    @BeforeEach
    void open() throws SQLException {
        admin = DATABASE.admin();
        app = DATABASE.app();
        rows = new Rows(admin);
        acme = rows.tenant("acme");
        globex = rows.tenant("globex");
        owner = rows.actor(acme, "owner");
    }

    @AfterEach
    void close() throws SQLException {
        app.close();
        admin.close();
    }

    @Test
    void a_token_of_the_application_binds() throws SQLException {
        try (Session session = bound(app)) {
            assertThat(session.run("select count(*) from app.customer").rows())
                    .isEqualTo(rows
                            .strings("select count(*) from app.customer where organization_id = '" + acme.id()
                                    + "' and not livemode")
                            .stream()
                            .mapToLong(Long::parseLong)
                            .sum())
                    .isPositive();
            assertThat(session.run("select count(*) from app.customer where organization_id <> '" + acme.id() + "'")
                            .rows())
                    .isZero();
        }
    }

    @Test
    void a_bound_role_is_the_one_of_the_database() throws SQLException {
        try (Session session = bound(app)) {
            assertThat(session.run("select 1 where app.role() = 'owner' and app.actor() = '" + owner + "'")
                            .rows())
                    .isEqualTo(1);
        }
    }

    @Test
    void no_token_no_session() throws SQLException {
        assertRefused(app, "select app.bind('%s', '%s', false)".formatted(acme.id(), owner), "28000");
    }

    @Test
    void a_forged_token_is_refused() throws SQLException {
        Token token = token(acme, owner, "");
        assertRefused(app, token.call(acme, owner, false, new byte[32]), "28000");
        byte[] other = hmac("another key of thirty-two bytes!".getBytes(StandardCharsets.US_ASCII), token.message());
        assertRefused(app, token.call(acme, owner, false, other), "28000");
    }

    @Test
    void a_token_has_only_one_meaning() throws SQLException {
        Token token = token(acme, owner, "");
        assertRefused(app, token.call(globex, owner, false, token.mac()), "28000");
        assertRefused(app, token.call(acme, rows.actor(acme, "admin"), false, token.mac()), "28000");
        assertRefused(app, token.call(acme, owner, true, token.mac()), "28000");
        assertRefused(app, token.later().call(acme, owner, false, token.mac()), "28000");
        assertRefused(app, token.otherNonce().call(acme, owner, false, token.mac()), "28000");
    }

    @Test
    void an_expired_token_is_refused_and_so_is_one_that_lives_too_long() throws SQLException {
        for (Duration lifetime : List.of(Duration.ofSeconds(-1), Duration.ofMinutes(5))) {
            Token token = Token.mint(acme, owner, false, Instant.now().plus(lifetime), "");
            assertRefused(app, token.call(acme, owner, false, token.mac()), "28000");
        }
    }

    @Test
    void a_token_of_one_backend_is_worth_nothing_on_another() throws SQLException {
        try (Connection other = DATABASE.app()) {
            Token token = token(acme, owner, backend(other));
            assertRefused(app, token.call(acme, owner, false, token.mac()), "28000");
            try (Session session = Session.unbound(other)) {
                session.keep(token.call(acme, owner, false, token.mac()));
                assertThat(session.run("select count(*) from app.customer").rows())
                        .isPositive();
            }
        }
    }

    @Test
    void a_token_of_a_backend_is_worth_nothing_on_a_later_one_with_the_same_process_id() throws SQLException {
        String backend = backend(app);
        String pid = backend.substring(0, backend.indexOf('.'));
        long start = Long.parseLong(backend.substring(pid.length() + 1));
        for (String other : List.of(pid, pid + ".", pid + "." + (start - 1), pid + "." + (start + 1))) {
            Token token = token(acme, owner, other);
            assertRefused(app, token.call(acme, owner, false, token.mac()), "28000");
        }
    }

    @Test
    void a_variable_changed_after_the_bind_opens_nothing() throws SQLException {
        for (String change : List.of(
                "set local app.organization_id = '" + globex.id() + "'",
                "set local app.role = 'admin'",
                "set local app.actor = '" + rows.actor(globex, "owner") + "'",
                "set local app.livemode = 'true'",
                "set local app.seal = ''",
                "set local app.seal = 'x.y.z'",
                "set app.organization_id = '" + globex.id() + "'")) {
            try (Session session = bound(app)) {
                session.keep(change);
                assertThat(session.run("select count(*) from app.customer").rows())
                        .as(change)
                        .isZero();
                assertThat(session.run("select 1 where app.organization_id() is not null")
                                .rows())
                        .isZero();
            }
        }
    }

    @Test
    void a_look_up_of_a_key_of_another_tenant_leaves_the_seal_as_it_was() throws SQLException {
        String key = rows.strings("select encode(key_hash, 'hex') from app.api_key where organization_id = '"
                        + globex.id() + "' and revoked_at is null and role = 'owner' and not livemode")
                .getFirst();
        try (Session session = bound(app)) {
            long customers = session.run("select count(*) from app.customer").rows();
            session.keep("select * from app.use_api_key('\\x" + key + "')");
            assertThat(session.run("select count(*) from app.customer").rows())
                    .isEqualTo(customers)
                    .isPositive();
            assertThat(session.run("select 1 where app.organization_id() = '" + acme.id() + "' and app.actor() = '"
                                    + owner + "'")
                            .rows())
                    .isEqualTo(1);
        }
    }

    @Test
    void a_seal_dies_with_its_transaction() throws SQLException {
        List<String> variables = List.of("organization_id", "actor", "role", "livemode", "seal");
        List<String> stolen;
        try (Session _ = bound(app);
                var statement = app.createStatement();
                var result = statement.executeQuery("select "
                        + String.join(
                                ", ",
                                variables.stream()
                                        .map(v -> "current_setting('app." + v + "')")
                                        .toList()))) {
            result.next();
            stolen = List.of(
                    result.getString(1),
                    result.getString(2),
                    result.getString(3),
                    result.getString(4),
                    result.getString(5));
        }
        try (Session session = Session.unbound(app)) {
            for (int i = 0; i < variables.size(); i++) {
                session.keep("set local app." + variables.get(i) + " = '" + stolen.get(i) + "'");
            }
            assertThat(session.run("select count(*) from app.customer").rows()).isZero();
            assertThat(session.run("delete from app.customer").rows()).isZero();
        }
    }

    /// Transactions that one message of the simple protocol begins start at the same time, so that a seal
    /// is valid in all of them: for the tenant and the actor that its message was bound to, and for nobody
    /// else. The binder sends no such message.
    @Test
    void a_seal_copied_into_a_second_transaction_of_the_same_message_gains_nothing() throws Exception {
        Token token = token(acme, owner, "");
        String copy = "do $$ declare name text; begin foreach name in array array['app.organization_id', 'app.actor',"
                + " 'app.role', 'app.livemode', 'app.seal'] loop execute format('set session %s = %L', name,"
                + " current_setting(name)); end loop; end $$";
        String count = "select 'rows', count(*), count(*) filter (where organization_id <> '%s') from app.customer"
                .formatted(acme.id());
        String other = "set local app.organization_id = '%s'".formatted(globex.id());
        List<String> seen = psql(
                String.join(
                        ";",
                        "begin",
                        token.call(acme, owner, false, token.mac()),
                        copy,
                        "commit; begin",
                        count,
                        other,
                        count,
                        "commit"),
                count);
        String own = rows.strings("select count(*) from app.customer where organization_id = '%s' and not livemode"
                        .formatted(acme.id()))
                .getFirst();
        assertThat(seen)
                .as("the same tenant; another tenant; the next message")
                .containsExactly("rows|" + own + "|0", "rows|0|0", "rows|0|0");
    }

    /// Sends each text as one message, in one session.
    private static List<String> psql(String... messages) throws Exception {
        List<String> command = new ArrayList<>(List.of("psql", "-XAtq", "-v", "ON_ERROR_STOP=1"));
        for (String message : messages) {
            command.addAll(List.of("-c", message));
        }
        command.add(DATABASE.url(Logins.APP).toString());
        ProcessBuilder builder = new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.INHERIT);
        builder.environment()
                .put("PGPASSWORD", DATABASE.url(Logins.APP).password().orElseThrow());
        try (InputStream out = builder.start().getInputStream()) {
            return new String(out.readAllBytes(), StandardCharsets.UTF_8)
                    .lines()
                    .filter(line -> line.startsWith("rows"))
                    .toList();
        } catch (IOException e) {
            System.err.println("SKIPPED: no psql on this machine; install Debian's package postgresql-client");
            Assumptions.abort("psql is not installed");
            return List.of();
        }
    }

    @Test
    void a_session_with_statements_prepared_by_sql_is_thrown_away() throws SQLException {
        try (Connection hijacked = DATABASE.app();
                var statement = hijacked.createStatement()) {
            statement.execute("prepare \"S_99\" as select 1");
            Token token = token(acme, owner, backend(hijacked));
            assertRefused(hijacked, token.call(acme, owner, false, token.mac()), "08P01");
        }
    }

    @Test
    void a_session_that_keeps_rows_in_a_cursor_is_thrown_away() throws SQLException {
        try (Connection keeper = DATABASE.app();
                var statement = keeper.createStatement()) {
            statement.execute("declare kept cursor with hold for select 1");
            Token token = token(acme, owner, backend(keeper));
            assertRefused(keeper, token.call(acme, owner, false, token.mac()), "08P01");
        }
    }

    @Test
    void a_session_with_a_temporary_table_is_thrown_away() throws SQLException {
        HedgerowDatabase copy = DATABASE.copy();
        try (copy;
                var owner = copy.admin();
                var login = copy.app()) {
            // The privilege is revoked; if somebody grants it again, the session is still refused.
            try (var statement = owner.createStatement()) {
                statement.execute("do $$ begin execute format('grant temporary on database %I to hedgerow_app',"
                        + " current_database()); end $$");
            }
            try (var statement = login.createStatement()) {
                statement.execute("create temporary table payment_order ()");
            }
            Token token = token(acme, this.owner, backend(login));
            assertRefused(login, token.call(acme, this.owner, false, token.mac()), "08P01");
        }
    }

    @Test
    void keys_and_the_functions_that_make_seals_and_tokens_are_out_of_reach() throws SQLException {
        for (String sql : List.of(
                "select * from app_private.seal_key",
                "select app_private.mint('%s', '%s', false)".formatted(globex.id(), rows.actor(globex, "owner")),
                "select app_private.create_key('bind', '\\x00')",
                "select app_private.retire_key('%s')".formatted(UUID.randomUUID()),
                "select app_private.hmac('\\x00', '\\x00', 'x')",
                "select app_private.seal_message()",
                "select app_private.backend()",
                "set role hedgerow_backend",
                "select app_private.open_session('%s', 'system:x', 'owner', false)".formatted(globex.id()),
                "select set_config('app.organization_id', 'x', true)")) {
            assertRefused(app, sql, Session.DENIED);
        }
    }

    @Test
    void a_retired_key_ends_its_tokens_and_its_seals() throws SQLException {
        HedgerowDatabase copy = DATABASE.copy();
        try (copy;
                var boss = copy.admin();
                var login = copy.app()) {
            try (var create = boss.prepareStatement("select app_private.create_key('bind', ?)")) {
                create.setBytes(1, KEY);
                create.execute();
            }
            Token token = token(acme, owner, "");
            try (Session session = Session.unbound(login)) {
                session.keep(token.call(acme, owner, false, token.mac()));
                assertThat(session.run("select count(*) from app.customer").rows())
                        .isPositive();
                try (var retire = boss.createStatement()) {
                    retire.execute("select app_private.retire_key(id) from app_private.seal_key");
                }
                assertThat(session.run("select count(*) from app.customer").rows())
                        .isZero();
            }
            assertRefused(login, token.call(acme, owner, false, token.mac()), "28000");
        }
    }

    @Test
    void a_dump_made_as_documented_has_no_key() throws Exception {
        String key = rows.strings("select encode(inner_pad, 'hex') from app_private.seal_key limit 1")
                .getFirst();
        assumePgDump();
        assertThat(dump()).as("otherwise this test could not fail").contains(key);
        assertThat(dump("--exclude-table-data=app_private.seal_key"))
                .contains("CREATE TABLE app_private.seal_key")
                .doesNotContain(key);
    }

    private static String dump(String... options) throws Exception {
        List<String> command = new ArrayList<>(List.of("pg_dump"));
        command.addAll(List.of(options));
        command.add(DATABASE.adminUrl().toString());
        ProcessBuilder builder = new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.INHERIT);
        builder.environment().put("PGPASSWORD", DATABASE.adminUrl().password().orElseThrow());
        try (InputStream out = builder.start().getInputStream()) {
            return new String(out.readAllBytes(), StandardCharsets.UTF_8);
        }
    }

    /// pg_dump refuses a server that is newer than itself.
    private static void assumePgDump() throws Exception {
        int major = 0;
        try (InputStream out =
                new ProcessBuilder("pg_dump", "--version").start().getInputStream()) {
            Matcher version =
                    Pattern.compile("\\) (\\d+)").matcher(new String(out.readAllBytes(), StandardCharsets.UTF_8));
            major = version.find() ? Integer.parseInt(version.group(1)) : 0;
        } catch (IOException e) {
            // not installed
        }
        if (major < DATABASE.major()) {
            System.err.println("SKIPPED: no pg_dump for PostgreSQL " + DATABASE.major() + " on this machine");
            Assumptions.abort("no pg_dump that is new enough");
        }
    }

    private Session bound(Connection login) throws SQLException {
        Session session = Session.unbound(login);
        Token token = token(acme, owner, backend(login));
        session.keep(token.call(acme, owner, false, token.mac()));
        return session;
    }

    private void assertRefused(Connection login, String sql, String sqlState) throws SQLException {
        try (Session session = Session.unbound(login)) {
            Outcome outcome = session.run(sql);
            assertThat(outcome.sqlState()).as(sql + ": " + outcome.message()).isEqualTo(sqlState);
        }
    }

    private static Token token(NamedTenant tenant, String actor, String backend) {
        return Token.mint(tenant, actor, false, Instant.now().plusSeconds(30), backend);
    }

    private static String backend(Connection login) throws SQLException {
        try (PreparedStatement query = login.prepareStatement(
                        "select pid || '.' || (extract(epoch from backend_start) * 1000000)::bigint"
                                + " from pg_stat_activity where pid = pg_backend_pid()");
                var result = query.executeQuery()) {
            result.next();
            return result.getString(1);
        }
    }

    private static byte[] hmac(byte[] key, String message) {
        try {
            Mac mac = Mac.getInstance("HmacSHA256");
            mac.init(new SecretKeySpec(key, "HmacSHA256"));
            return mac.doFinal(message.getBytes(StandardCharsets.UTF_8));
        } catch (java.security.GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
    }

    /// The token that an application mints, as in `docs/sessions.md`.
    private record Token(String message, Instant expires, UUID nonce, byte[] mac) {

        static Token mint(NamedTenant tenant, String actor, boolean live, Instant until, String backend) {
            Instant expires = until.truncatedTo(ChronoUnit.MICROS);
            UUID nonce = UUID.randomUUID();
            String message = String.join(
                    "|",
                    "hedgerow-bind-v1",
                    tenant.id().toString(),
                    actor,
                    live ? "t" : "f",
                    String.valueOf(ChronoUnit.MICROS.between(Instant.EPOCH, expires)),
                    nonce.toString(),
                    backend);
            return new Token(message, expires, nonce, hmac(KEY, message));
        }

        Token later() {
            return new Token(message, expires.plusSeconds(1), nonce, mac);
        }

        Token otherNonce() {
            return new Token(message, expires, UUID.randomUUID(), mac);
        }

        String call(NamedTenant tenant, String actor, boolean live, byte[] signature) {
            return "select app.bind('%s', '%s', %s, '%s', '%s', '\\x%s')"
                    .formatted(
                            tenant.id(),
                            actor,
                            live,
                            expires,
                            nonce,
                            HexFormat.of().formatHex(signature));
        }
    }
}
